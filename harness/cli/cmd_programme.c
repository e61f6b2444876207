/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone programme: lists, shows and checks certification programmes. */
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "base/json_write.h"
#include "catalog/find.h"
#include "catalog/programme.h"
#include "cli/catalog_list.h"
#include "cli/catalog_options.h"
#include "cli/cli.h"
#include "cli/columns.h"
#include "cli/commands.h"
#include "cli/lint_print.h"
#include "cli/output.h"
#include "home/home.h"
#include "reports/programme_view.h"

static int add_programme(const char *name, bool json, void *context, struct columns *columns,
                         json_t *array, struct error **err)
{
    _cleanup_(programme_free_cleanup) struct programme *programme = NULL;
    _cleanup_free_ char *path = NULL, *items = NULL, *levels = NULL;
    int code = catalog_get_programme(name, &programme, &path, err);

    (void)json;
    (void)context;
    if (code < 0)
        return code;
    json_array_append_new(array,
                          json_pack("{s:s, s:s, s:s, s:I, s:I, s:s}", "name", programme->name,
                                    "title", programme->title.in[LANGUAGE_EN], "title_zh",
                                    programme->title.in[LANGUAGE_ZH], "levels",
                                    (json_int_t)programme->levels.count, "items",
                                    (json_int_t)programme->items.count, "file", path));
    items = text_format("%zu", programme->items.count);
    levels = text_format("%zu", programme->levels.count);
    columns_add(columns, programme->name);
    columns_add(columns, levels);
    columns_add(columns, items);
    columns_add(columns, programme->title.in[LANGUAGE_EN]);
    columns_add(columns, programme->title.in[LANGUAGE_ZH]);
    return 0;
}

static int list(const struct catalog_options *options, struct error **err)
{
    static const char *const headings[] = {"NAME", "LEVELS", "ITEMS", "TITLE", "标题"};
    static const struct catalog_listing listing = {
        "programmes", "touchstone-programme-list", headings, 5, add_programme, NULL};
    _cleanup_strv_ struct strv names = {0};
    int code = catalog_list_programmes(&names, err);

    return code < 0 ? code : catalog_list(&listing, &names, options->json);
}

int cmd_programme_list(int argc, char **argv)
{
    home_reads_only();
    return catalog_command(argc, argv, list);
}

static int show(const struct catalog_options *options, struct error **err)
{
    _cleanup_(programme_free_cleanup) struct programme *programme = NULL;
    _cleanup_free_ char *path = NULL;
    _cleanup_buffer_ struct buffer text = {0};
    int code = catalog_get_programme(options->words.items[0], &programme, &path, err);

    if (code < 0)
        return code;
    if (options->json) {
        _cleanup_(json_writer_done) struct json_writer to = {.sink = output_write_json};

        json_write_object(&to, NULL);
        json_write_format(&to, "touchstone-programme-show", 1);
        programme_view_write_rules(programme, path, &to);
        json_write_end(&to);
        return EXIT_COMPATIBLE;
    }
    programme_view_rules(programme, &text);
    cli_print("%s", text.data);
    return EXIT_COMPATIBLE;
}

int cmd_programme_show(int argc, char **argv)
{
    home_reads_only();
    return catalog_command(argc, argv, show);
}

static int lint(const struct catalog_options *options, struct error **err)
{
    _cleanup_(lint_done) struct lint found = {0};
    int code = catalog_lint_programme(options->words.items[0], &found, err);

    return code < 0 ? code
                    : lint_print("programme", options->words.items[0], &found, options->json);
}

int cmd_programme_lint(int argc, char **argv)
{
    home_reads_only();
    return catalog_command(argc, argv, lint);
}
