/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone abi trace: simulates the loader's report: what each program of one root would lack on
 * another, one JSON line for each program. The agreement test compares it with
 * LD_TRACE_LOADED_OBJECTS. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "abi/loader/closure.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "base/path.h"
#include "cli/cmd_abi.h"

struct options {
    const char *layer, *surface, *paths;
    struct strv hwcaps;
    bool quiet;
};

static void set_option(void *input, enum option_id option, char *value)
{
    struct options *options = input;

    options->quiet |= option == OPTION_QUIET;
    if (option == OPTION_LAYER)
        options->layer = value;
    else if (option == OPTION_SURFACE)
        options->surface = value;
    else if (option == OPTION_PATHS)
        options->paths = value;
    else if (option == OPTION_HWCAPS)
        strv_add(&options->hwcaps, value);
}

static json_t *triple(const char *a, const char *b, const char *c)
{
    json_t *row = json_array();

    json_array_append_new(row, json_from_text(a));
    json_array_append_new(row, json_from_text(b));
    json_array_append_new(row, json_from_text(c));
    return row;
}

static void print_closure(const struct closure *closure)
{
    _cleanup_json_ json_t *line = json_object();
    json_t *missing = json_array(), *versions = json_array(), *symbols = json_array();
    json_t *unread = json_array();

    vec_foreach (row, &closure->libraries)
        json_array_append_new(missing, json_from_text(row->name));
    vec_foreach (row, &closure->versions)
        if (!row->unversioned)
            json_array_append_new(
                versions, triple(row->file, row->version, closure->loaded.items[row->by].path));
    vec_foreach (row, &closure->symbols)
        json_array_append_new(symbols,
                              triple(row->name, row->version, closure->loaded.items[row->by].path));
    vec_foreach (name, &closure->unread)
        json_array_append_new(unread, json_from_text(*name));
    json_object_set_new(line, "file", json_from_text(closure->loaded.items[0].path));
    json_object_set_new(line, "loaded", json_integer((json_int_t)closure->loaded.count));
    json_object_set_new(line, "missing", missing);
    json_object_set_new(line, "versions", versions);
    json_object_set_new(line, "symbols", symbols);
    json_object_set_new(line, "unread", unread);
    json_dumpf(line, stdout, JSON_COMPACT);
    putchar('\n');
}

struct trace {
    const struct options *options;
    const struct surface *surface;
    enum layer layer;
    struct closure closure;
    size_t count;
};

static void trace_path(struct trace *trace, uint64_t index)
{
    const struct surface_path *row = &trace->surface->paths[index];
    const struct surface_object *object;

    if (row->kind != PATH_OBJECT)
        return;
    object = &trace->surface->objects[row->value];
    if ((object->flags & OBJECT_STATIC) != 0 || object->machine != trace->closure.world->machine)
        return;
    closure_load(&trace->closure, (struct object_ref){trace->layer, row->value},
                 surface_text(trace->surface, row->path));
    closure_check_versions(&trace->closure);
    closure_bind(&trace->closure);
    if (!trace->options->quiet)
        print_closure(&trace->closure);
    trace->count++;
}

static int trace_listed(struct trace *trace, const struct strv *paths, struct error **err)
{
    for (size_t i = 0; i < paths->count; i++) {
        const char *path = paths->items[i];
        uint32_t index = surface_find_path(trace->surface, path, strlen(path));

        if (index == SURFACE_NONE)
            return error_set(
                err, -ENOENT, "'%s' of '%s' is not in surface '%s'", path, trace->options->paths,
                trace->options->layer != NULL ? trace->options->layer : trace->options->surface);
        trace_path(trace, index);
    }
    return 0;
}

static int trace_all(const struct options *options, struct world *world, const struct strv *paths,
                     struct error **err)
{
    enum layer layer = options->layer != NULL ? LAYER_PACKAGE : LAYER_IMAGE;
    struct trace trace = {.options = options, .surface = world->layers[layer], .layer = layer};
    int code = 0;

    closure_init(&trace.closure, world);
    if (paths != NULL)
        code = trace_listed(&trace, paths, err);
    else
        for (uint64_t i = 0; i < trace.surface->counts[TABLE_PATHS]; i++)
            trace_path(&trace, i);
    closure_done(&trace.closure);
    if (code == 0 && options->quiet)
        printf("%zu\n", trace.count);
    return code;
}

int cmd_abi_trace(int argc, char **argv)
{
    struct options options = {0};
    struct surface *layer = NULL, *image = NULL;
    _cleanup_strv_ struct strv paths = {0};
    _cleanup_buffer_ struct buffer text = {0};
    struct error *err = NULL;
    struct world world;
    int code = 0;

    cli_parse(argc, argv, set_option, &options);
    if (options.surface == NULL)
        return cli_usage("abi trace", "no target given: use --surface SURFACE");
    if (options.paths != NULL)
        code = path_read(options.paths, 16 << 20, &text, &err);
    if (code == 0 && options.paths != NULL)
        strv_split(&paths, text.data, "\n");
    if (code == 0)
        code = abi_open_surface(options.surface, &image, &err);
    if (code == 0 && options.layer != NULL)
        code = abi_open_surface(options.layer, &layer, &err);
    if (code == 0) {
        world_init(&world, layer, image, &options.hwcaps, false);
        code = trace_all(&options, &world, options.paths != NULL ? &paths : NULL, &err);
        world_done(&world);
    }
    surface_close(layer);
    surface_close(image);
    strv_done(&options.hwcaps);
    return code < 0 ? cli_fail(err) : EXIT_COMPATIBLE;
}
