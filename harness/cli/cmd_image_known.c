/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone image known: the catalogue of product lines. */
#include <inttypes.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "catalog/find.h"
#include "catalog/line.h"
#include "cli/catalog_options.h"
#include "cli/cli.h"
#include "cli/cmd_image.h"
#include "cli/columns.h"
#include "cli/commands.h"

static json_t *line_json(const struct image_line *line)
{
    json_t *object = json_object(), *files = json_array(), *entry_methods = json_array();
    json_t *unconfirmed = json_array();

    json_object_set_new(object, "name", json_from_text(line->name));
    json_object_set_new(object, "title", json_from_text(line->title));
    json_object_set_new(object, "arch", json_string(arch_name(line->arch)));
    json_object_set_new(object, "os_id", json_from_text(line->os_id));
    json_object_set_new(object, "os_version", json_from_text(line->os_version));
    vec_foreach (file, &line->files)
        json_array_append_new(files, json_from_text(file->pattern));
    json_object_set_new(object, "files", files);
    json_object_set_new(object, "where", json_from_text(line->where));
    json_object_set_new(object, "url", json_from_text(line->url));
    json_object_set_new(object, "firmware", json_from_text(line->firmware));
    json_object_set_new(object, "console", json_from_text(line->console));
    vec_foreach (entry_method, &line->entry_methods)
        json_array_append_new(entry_methods, json_string(entry_method_name(*entry_method)));
    json_object_set_new(object, "ways", entry_methods);
    json_object_set_new(object, "user", json_from_text(line->user));
    json_object_set_new(object, "kernel_series", json_from_text(line->kernel_series));
    json_object_set_new(object, "page_size", json_integer(line->page_size));
    json_object_set_new(object, "source", json_from_text(line->source));
    for (size_t i = 0; i < line->unconfirmed.count; i++)
        json_array_append_new(unconfirmed, json_from_text(line->unconfirmed.items[i]));
    json_object_set_new(object, "unconfirmed", unconfirmed);
    return object;
}

/* Prints a fact, and whether it has been verified on such an image. */
static void print_fact(const struct image_line *line, const char *label, const char *fact,
                       const char *text)
{
    if (text != NULL)
        cli_print("%-12s%s%s\n", label, text,
                  strv_has(&line->unconfirmed, fact) ? "  (not confirmed)" : "");
}

static void print_line(const struct image_line *line)
{
    _cleanup_free_ char *os = text_format("%s %s", line->os_id, line->os_version);
    _cleanup_free_ char *boot = text_format("%s, console %s", line->firmware, line->console);
    _cleanup_free_ char *page = text_format("%" PRIu32 " bytes", line->page_size);
    _cleanup_buffer_ struct buffer entry_methods = {0};

    vec_foreach (entry_method, &line->entry_methods)
        buffer_format(&entry_methods, "%s%s", entry_methods.length > 0 ? ", " : "",
                      entry_method_name(*entry_method));
    if (line->user != NULL)
        buffer_format(&entry_methods, "; first login as %s", line->user);
    cli_print("%-12s%s\n%-12s%s\n", "line", line->name, "title", line->title);
    print_fact(line, "os", "os", os);
    vec_foreach (file, &line->files)
        cli_print("%-12s%s%s\n", "file", file->pattern, file->confirmed ? "" : "  (not confirmed)");
    print_fact(line, "where", "where", line->where);
    print_fact(line, "address", "where", line->url);
    print_fact(line, "boot", "boot", boot);
    print_fact(line, "entered by", "enter", entry_methods.data);
    print_fact(line, "kernel", "kernel", line->kernel_series);
    if (line->page_size != 0)
        print_fact(line, "pages", "page", page);
    cli_print("%-12s%s\n", "source", line->source);
}

static int show(const char *name, bool json, struct error **err)
{
    _cleanup_(image_line_free_cleanup) struct image_line *line = NULL;
    _cleanup_json_ json_t *object = NULL;
    int code = catalog_get_line(name, &line, err);

    if (code < 0)
        return code;
    if (json) {
        object = line_json(line);
        return cli_print_json("touchstone-image-line", 1, object);
    }
    print_line(line);
    return EXIT_COMPATIBLE;
}

static int list(bool json, struct error **err)
{
    static const char *const headings[] = {"NAME", "ARCH", "KERNEL", "FIRMWARE", "TITLE"};
    _cleanup_(columns_done) struct columns columns;
    _cleanup_strv_ struct strv names = {0};
    _cleanup_json_ json_t *object = json_object();
    json_t *array = json_array();
    int code = catalog_list_lines(&names, err);

    json_object_set_new(object, "lines", array);
    columns_init(&columns, 5, headings);
    for (size_t i = 0; code == 0 && i < names.count; i++) {
        _cleanup_(image_line_free_cleanup) struct image_line *line = NULL;

        code = catalog_get_line(names.items[i], &line, err);
        if (code < 0)
            break;
        json_array_append_new(array, line_json(line));
        columns_add(&columns, line->name);
        columns_add(&columns, arch_name(line->arch));
        columns_add(&columns, line->kernel_series);
        columns_add(&columns, line->firmware);
        columns_add(&columns, line->title);
    }
    if (code < 0)
        return code;
    if (json)
        return cli_print_json("touchstone-image-known", 1, object);
    columns_print(&columns, stdout);
    return EXIT_COMPATIBLE;
}

int cmd_image_known(int argc, char **argv)
{
    struct catalog_options given;
    struct error *err = NULL;
    int code;

    catalog_options_parse(argc, argv, &given);
    code = given.words.count == 0 ? list(given.json, &err)
                                  : show(given.words.items[0], given.json, &err);
    catalog_options_done(&given);
    return code < 0 ? cli_fail(err) : code;
}
