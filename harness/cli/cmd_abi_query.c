/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone abi query: the libraries that provide a symbol, on each surface. */
#include <stdio.h>
#include <string.h>

#include "abi/surface/store.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "base/log.h"
#include "cli/cmd_abi.h"

struct options {
    struct strv surfaces;
    char *symbol;
    const char *version; /* NULL: any */
    bool json;
};

static void set_option(void *input, enum option_id option, char *value)
{
    struct options *options = input;

    options->json |= option == OPTION_JSON;
    if (option == OPTION_SURFACE)
        strv_add(&options->surfaces, value);
    else if (option == OPTION_WORD)
        options->symbol = text_dup(value);
}

static void add_provider(const struct surface *surface, const char *surface_name,
                         const struct surface_posting *posting, const char *wanted, json_t *rows)
{
    const struct surface_object *object = &surface->objects[posting->object];
    const struct surface_export *export = &surface->exports[posting->export];
    const char *version = export->version > 0
                              ? surface_text(surface, surface->versions[export->version - 1].name)
                              : "";
    json_t *row;

    if (wanted != NULL && strcmp(version, wanted) != 0)
        return;
    row = json_object();
    json_object_set_new(row, "surface", json_from_text(surface_name));
    json_object_set_new(row, "file", json_from_text(surface_text(surface, object->path)));
    json_object_set_new(row, "soname", json_from_text(surface_text(surface, object->soname)));
    json_object_set_new(row, "package", json_from_text(surface_text(surface, object->package)));
    json_object_set_new(row, "version", json_from_text(version));
    json_object_set_new(row, "default",
                        json_boolean(export->version > 0 && (export->versym & 0x8000) == 0));
    json_object_set_new(row, "size", json_integer(export->size));
    json_array_append_new(rows, row);
}

static int query(const char *name, const struct options *options, json_t *rows, struct error **err)
{
    struct surface *surface = NULL;
    int code = abi_open_surface(name, &surface, err);
    uint32_t symbol;

    if (code < 0)
        return code;
    symbol = surface_find_name(surface, options->symbol);
    if (symbol != SURFACE_NONE)
        for (uint32_t i = surface->names[symbol].posting; i < surface->names[symbol + 1].posting;
             i++)
            add_provider(surface, name, &surface->postings[i], options->version, rows);
    surface_close(surface);
    return 0;
}

static void print_rows(const json_t *rows)
{
    size_t i;
    json_t *row;

    json_array_foreach(rows, i, row)
        cli_print("%-24s %-40s %s%s%s\n", json_string_value(json_object_get(row, "surface")),
                  json_string_value(json_object_get(row, "file")),
                  json_string_value(json_object_get(row, "version")),
                  json_is_true(json_object_get(row, "default")) ? " (default) " : " ",
                  json_string_value(json_object_get(row, "package")));
}

int cmd_abi_query(int argc, char **argv)
{
    struct options options = {0};
    _cleanup_json_ json_t *rows = json_array();
    _cleanup_free_ char *folder = NULL;
    struct error *err = NULL;
    char *at;
    int code = 0;

    cli_parse(argc, argv, set_option, &options);
    at = strchr(options.symbol, '@');
    if (at != NULL) {
        *at = '\0';
        options.version = at[1] == '@' ? at + 2 : at + 1;
    }
    if (options.surfaces.count == 0) {
        code = surface_store_folder(&folder, &err);
        if (code == 0)
            code = surface_store_list(folder, &options.surfaces, &err);
    }
    for (size_t i = 0; code == 0 && i < options.surfaces.count; i++)
        code = query(options.surfaces.items[i], &options, rows, &err);
    strv_done(&options.surfaces);
    if (code < 0) {
        free(options.symbol);
        return cli_fail(err);
    }
    if (options.json) {
        _cleanup_json_ json_t *json =
            json_pack("{s:s, s:O}", "symbol", options.symbol, "providers", rows);

        cli_print_json("touchstone-abi-query", 1, json);
    } else {
        print_rows(rows);
        if (json_array_size(rows) == 0)
            log_error("no surface that was searched provides '%s'", options.symbol);
    }
    free(options.symbol);
    return json_array_size(rows) > 0 ? EXIT_COMPATIBLE : EXIT_NO_RESULTS;
}
