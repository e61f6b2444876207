/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone view: lists, shows and saves views. */
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "catalog/find.h"
#include "catalog/view.h"
#include "cli/catalog_list.h"
#include "cli/catalog_options.h"
#include "cli/cli.h"
#include "cli/columns.h"
#include "cli/commands.h"
#include "cli/plan_options.h"
#include "cli/query.h"
#include "home/home.h"

static json_t *describe(const struct view *view, const char *path)
{
    json_t *lines = json_array();

    vec_foreach (line, &view->lines)
        json_array_append_new(lines, json_string(*line));
    return json_pack("{s:s, s:s, s:s?, s:s?, s:o, s:o, s:s}", "name", view->name, "title",
                     view->title, "title_zh", view->title_zh, "results", view->results, "lines",
                     lines, "max_age_days",
                     view->max_age > 0 ? json_integer(view->max_age) : json_null(), "file", path);
}

/* --- list ---------------------------------------------------------------------------------- */

static int add_view(const char *name, bool json, void *context, struct columns *columns,
                    json_t *array, struct error **err)
{
    _cleanup_(view_free_cleanup) struct view *view = NULL;
    _cleanup_free_ char *path = NULL;
    int code = catalog_get_view(name, &view, &path, err);

    (void)json;
    (void)context;
    if (code < 0)
        return code;
    json_array_append_new(array, describe(view, path));
    columns_add(columns, view->name);
    columns_add(columns, view->results != NULL ? view->results : "all");
    columns_add(columns, view->title);
    columns_add(columns, view->title_zh != NULL ? view->title_zh : "");
    return 0;
}

static int list(const struct catalog_options *options, struct error **err)
{
    static const char *const headings[] = {"NAME", "RESULTS", "TITLE", "标题"};
    static const struct catalog_listing listing = {
        "views", "touchstone-view-list", headings, 4, add_view, NULL};
    _cleanup_strv_ struct strv names = {0};
    int code = catalog_list_views(&names, err);

    return code < 0 ? code : catalog_list(&listing, &names, options->json);
}

int cmd_view_list(int argc, char **argv)
{
    home_reads_only();
    return catalog_command(argc, argv, list);
}

/* --- show ---------------------------------------------------------------------------------- */

static int show(const struct catalog_options *options, struct error **err)
{
    _cleanup_(view_free_cleanup) struct view *view = NULL;
    _cleanup_free_ char *path = NULL, *lines = NULL;
    int code = catalog_get_view(options->words.items[0], &view, &path, err);

    if (code < 0)
        return code;
    if (options->json) {
        _cleanup_json_ json_t *json = describe(view, path);

        return cli_print_json("touchstone-view", 1, json);
    }
    lines = strv_join(&view->lines, ", ");
    cli_print("%-12s%s\n", "view", view->name);
    cli_print("%-12s%s\n", "title", view->title);
    if (view->title_zh != NULL)
        cli_print("%-12s%s\n", "", view->title_zh);
    cli_print("%-12s%s\n", "results", view->results != NULL ? view->results : "all");
    cli_print("%-12s%s\n", "lines",
              view->lines.count > 0 ? lines : "none: each image is a line of its own");
    if (view->max_age > 0)
        cli_print("%-12s%u days\n", "max age", view->max_age);
    cli_print("%-12s%s\n", "file", path);
    cli_print("\n'touchstone matrix --view %s' shows its newest results\n", view->name);
    return EXIT_COMPATIBLE;
}

int cmd_view_show(int argc, char **argv)
{
    home_reads_only();
    return catalog_command(argc, argv, show);
}

/* --- save ---------------------------------------------------------------------------------- */

static void set_option(void *input, enum option_id option, char *value)
{
    struct view *view = input;

    if (option == OPTION_QUERY) {
        query_option(value, QUERY_VIEW, &view->query);
        text_replace(&view->results, value);
    }
    if (option == OPTION_LINE)
        strv_add(&view->lines, value);
    if (option == OPTION_MAX_AGE)
        view->max_age = (unsigned)cli_number(option, value, 1, VIEW_MAX_AGE);
    if (option == OPTION_TITLE) {
        plan_options_check_line(option, value);
        text_replace(&view->title, value);
    }
    if (option == OPTION_WORD)
        text_replace(&view->name, value);
}

static void check(struct view *view)
{
    if (!text_is_name(view->name))
        cli_refuse("'%s' is not a name: use a-z, 0-9, '.', '_', '+', '-', at most 64 of them",
                   view->name);
    if (text_ends(view->name, ".xml"))
        cli_refuse("'%s': leave out .xml: a name that ends so is taken for the path of a file",
                   view->name);
    if (view->lines.count > VIEW_LINES_MAX)
        cli_refuse("--line is given %zu times; at most %d", view->lines.count, VIEW_LINES_MAX);
    vec_foreach (line, &view->lines)
        if (strspn(*line, "abcdefghijklmnopqrstuvwxyz0123456789._+-*?[]!") != strlen(*line) ||
            **line == '\0' || strlen(*line) > 128)
            cli_refuse("--line '%s': give a shell pattern of names of images, such as 'os-2026*'",
                       *line);
    for (size_t i = 0; i < view->lines.count; i++)
        for (size_t other = 0; other < i; other++)
            if (strcmp(view->lines.items[i], view->lines.items[other]) == 0)
                cli_refuse("--line '%s' is given twice", view->lines.items[i]);
    if (view->title == NULL)
        view->title = text_dup(view->results == NULL          ? "All results"
                               : strlen(view->results) <= 200 ? view->results
                                                              : "The results of a query");
}

int cmd_view_save(int argc, char **argv)
{
    _cleanup_(view_free_cleanup) struct view *view = text_calloc(1, sizeof(*view));
    _cleanup_free_ char *path = NULL;
    struct error *err = NULL;

    view->query.root = QUERY_NONE;
    cli_parse(argc, argv, set_option, view);
    check(view);
    if (catalog_save_view(view, &path, &err) < 0)
        return cli_fail(err);
    cli_print("saved view '%s' as %s\n", view->name, path);
    return EXIT_COMPATIBLE;
}
