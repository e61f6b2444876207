/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone abi diff: what moving from one surface to another removes and adds. */
#include <errno.h>
#include <stdio.h>

#include "abi/check/check.h"
#include "abi/check/diff.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "base/log.h"
#include "base/path.h"
#include "base/text.h"
#include "cli/cmd_abi.h"

struct options {
    const char *a, *b, *library, *product;
    uint64_t limit_s; /* time limit of abidiff */
    bool types, all, json;
};

static void set_option(void *input, enum option_id option, char *value)
{
    struct options *options = input;

    switch (option) {
    case OPTION_LIBRARY:
        options->library = value;
        return;
    case OPTION_PRODUCT:
        options->product = value;
        return;
    case OPTION_TYPES:
        options->types = true;
        return;
    case OPTION_TIME_LIMIT:
        options->limit_s = cli_number(option, value, 1, 86400);
        return;
    case OPTION_ALL:
        options->all = true;
        return;
    case OPTION_JSON:
        options->json = true;
        return;
    default:
        *(options->a == NULL ? &options->a : &options->b) = value;
    }
}

static bool is_addition(enum diff_kind kind)
{
    return kind == DIFF_LIBRARY_ADDED || kind == DIFF_VERSION_ADDED || kind == DIFF_SYMBOL_ADDED;
}

static void print_diff(const struct diff *diff, const struct options *options, json_t *rows)
{
    vec_foreach (row, &diff->rows) {
        if (is_addition(row->kind) && !options->all)
            continue;
        if (options->json) {
            json_t *json = json_object();

            json_object_set_new(json, "kind", json_string(diff_kind_name(row->kind)));
            json_object_set_new(json, "library", json_from_text(row->library));
            json_object_set_new(json, "symbol", json_from_text(row->symbol));
            json_object_set_new(json, "version", json_from_text(row->version));
            if (row->kind == DIFF_SIZE_CHANGED) {
                json_object_set_new(json, "before", json_integer(row->before));
                json_object_set_new(json, "after", json_integer(row->after));
            }
            json_array_append_new(rows, json);
            continue;
        }
        cli_print("%-14s %s%s%s%s%s", diff_kind_name(row->kind), row->library,
                  row->symbol != NULL ? " " : "", row->symbol != NULL ? row->symbol : "",
                  row->version != NULL ? (row->symbol != NULL ? "@" : " ") : "",
                  row->version != NULL ? row->version : "");
        if (row->kind == DIFF_SIZE_CHANGED)
            cli_print(" from %u to %u bytes", row->before, row->after);
        putchar('\n');
    }
}

/* The library's file in the folder that the surface was harvested from. */
static int find_file(const char *name, const struct surface *surface, const char *library,
                     char **ret_file, struct error **err)
{
    const struct surface_object *object = diff_library_object(surface, library);
    const char *root = surface_meta_get(surface, "source");
    _cleanup_free_ char *file = NULL;

    if (object == NULL)
        return error_set(err, -ENOENT, "'%s' has no '%s' in the search path of its loader", name,
                         library);
    file = text_format("%s%s", root != NULL ? root : "", surface_text(surface, object->path));
    if (!path_exists(file))
        return error_set(
            err, -ENOENT,
            "'%s' does not exist: types can be compared only while the root folder of '%s' exists",
            file, name);
    *ret_file = steal_ptr(file);
    return 0;
}

static int compare_types(const struct surface *a, const struct surface *b,
                         const struct options *options, struct diff *diff, struct error **err)
{
    _cleanup_free_ char *file_a = NULL, *file_b = NULL;
    int code = find_file(options->a, a, options->library, &file_a, err);

    if (code == 0)
        code = find_file(options->b, b, options->library, &file_b, err);
    if (code == 0)
        code = diff_types(file_a, file_b, options->library, (int64_t)options->limit_s * 1000, diff,
                          err);
    return code;
}

static void note(const struct finding *row, const struct options *options, json_t *rows)
{
    if (options->json)
        json_array_append_new(rows, finding_json(row));
    else
        cli_print("%-7s %-20s %s%s%s%s%s%s%s\n", finding_severity_name(row->severity),
                  finding_kind_name(row->kind), row->file, row->symbol != NULL ? " " : "",
                  row->symbol != NULL ? row->symbol : "", row->version != NULL ? " " : "",
                  row->version != NULL ? row->version : "", row->provider != NULL ? " from " : "",
                  row->provider != NULL ? row->provider : "");
}

static bool had(const struct findings *before, const struct finding *row)
{
    vec_foreach (old, &before->rows)
        if (old->kind == row->kind && text_equal(old->file, row->file) &&
            text_equal(old->symbol, row->symbol) && text_equal(old->version, row->version) &&
            text_equal(old->provider, row->provider))
            return true;
    return false;
}

static int diff_product(const struct surface *a, const struct surface *b,
                        const struct options *options, json_t *rows, struct error **err)
{
    struct findings before = {0}, after = {0};
    struct package *package = NULL;
    int code = package_read(options->product, NULL, &package, err);

    if (code < 0)
        return code;
    check_package(package, a, options->a, NULL, &before);
    check_package(package, b, options->b, NULL, &after);
    findings_deduplicate(&after);
    vec_foreach (row, &after.rows)
        if (!had(&before, row))
            note(row, options, rows);
    findings_done(&before);
    findings_done(&after);
    package_free(package);
    return 0;
}

int cmd_abi_diff(int argc, char **argv)
{
    struct surface *a = NULL, *b = NULL;
    _cleanup_json_ json_t *rows = json_array();
    struct options options = {.limit_s = 120};
    struct error *err = NULL;
    struct diff diff = {0};
    _cleanup_error_ struct error *untyped = NULL;
    int code, exit_code = EXIT_COMPATIBLE;

    cli_parse(argc, argv, set_option, &options);
    if (options.types && options.library == NULL)
        return cli_usage("abi diff", "--types compares one library: add --library SONAME");
    code = abi_open_surface(options.a, &a, &err);
    if (code == 0)
        code = abi_open_surface(options.b, &b, &err);
    if (code == 0 && options.product != NULL) {
        code = diff_product(a, b, &options, rows, &err);
    } else if (code == 0) {
        if (options.library != NULL && diff_library_object(a, options.library) == NULL) {
            log_warning("'%s' has no '%s' where its loader looks: there is nothing to compare",
                        options.a, options.library);
            exit_code = EXIT_NO_RESULTS;
        }
        diff_surfaces(a, b, options.library, &diff);
        if (options.types && compare_types(a, b, &options, &diff, &untyped) < 0) {
            log_warning("types of '%s' are not compared: %s", options.library, error_said(untyped));
            exit_code = exit_code != EXIT_COMPATIBLE ? exit_code : EXIT_NOT_ASSESSED;
        }
        print_diff(&diff, &options, rows);
    }
    diff_done(&diff);
    surface_close(a);
    surface_close(b);
    if (code < 0)
        return cli_fail(err);
    if (options.json) {
        _cleanup_json_ json_t *json =
            json_pack("{s:s, s:s, s:O}", "from", options.a, "to", options.b, "changes", rows);

        if (options.types)
            json_object_set_new(
                json, "types",
                json_from_text(untyped != NULL ? error_message(untyped) : "compared"));
        if (cli_print_json("touchstone-abi-diff", 1, json) != EXIT_COMPATIBLE)
            return EXIT_IO;
    }
    return exit_code;
}
