/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone show: shows one cell with everything that its verdict rests on. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/json_write.h"
#include "base/log.h"
#include "cli/cell_name.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/pager.h"
#include "cli/show_artifacts.h"
#include "cli/waivers.h"
#include "home/home.h"
#include "reports/cell_view.h"
#include "store/store.h"

struct options {
    const char *cell, *run, *case_id, *artifacts, *waivers;
    bool json, full, no_pager;
};

static void set_option(void *input, enum option_id option, char *value)
{
    struct options *options = input;

    options->json |= option == OPTION_JSON;
    options->full |= option == OPTION_FULL;
    options->no_pager |= option == OPTION_NO_PAGER;
    if (option == OPTION_RUN)
        options->run = value;
    else if (option == OPTION_CASE)
        options->case_id = value;
    else if (option == OPTION_WAIVERS)
        options->waivers = value;
    else if (option == OPTION_ARTIFACTS)
        options->artifacts = value;
    else if (option == OPTION_WORD)
        options->cell = value;
}

/* The prepare job that the cell started from, named "RUN/JOB/ATTEMPT"; it is not an error if it was
 * run in another home and so is not in this store. */
static int find_prepared(struct store *store, const struct result *latest,
                         struct result **ret_prepared, struct error **err)
{
    _cleanup_strv_ struct strv words = {0};
    _cleanup_error_ struct error *why = NULL;
    uint64_t attempt = 0;
    int code;

    if (latest == NULL || latest->prepared_by == NULL)
        return 0;
    strv_split(&words, latest->prepared_by, "/");
    if (words.count != 3 ||
        text_parse_u64(words.items[2], "attempt", 1, UINT32_MAX, &attempt, NULL) < 0)
        return 0;
    code = store_read_result(store, words.items[0], words.items[1], (unsigned)attempt, ret_prepared,
                             &why);
    if (code < 0 && code != -ENOENT && err != NULL)
        *err = steal_ptr(why);
    return code == -ENOENT ? 0 : code;
}

static int check_case(const struct matrix_cell *cell, const char *case_id, struct error **err)
{
    const struct result *latest = matrix_cell_latest(cell);
    _cleanup_strv_ struct strv known = {0};
    _cleanup_free_ char *list = NULL;

    if (case_id == NULL)
        return 0;
    if (latest != NULL)
        vec_foreach (row, &latest->cases)
            strv_add(&known, row->id);
    if (strv_has(&known, case_id))
        return 0;
    list = strv_join(&known, ", ");
    return error_set(err, -ENOENT, "cell '%s/%s/%s' has no result for case '%s': its cases are %s",
                     cell->cell.image, cell->cell.platform, cell->cell.suite, case_id,
                     known.count > 0 ? list : "none");
}

static int print(const struct cell_view *view, const struct options *options)
{
    _cleanup_buffer_ struct buffer text = {0};

    if (options->json) {
        _cleanup_(json_writer_done) struct json_writer to = {.sink = output_write_json};

        json_write_object(&to, NULL);
        json_write_format(&to, "touchstone-show", 1);
        cell_view_write_json(view, &to);
        json_write_end(&to);
        return EXIT_COMPATIBLE;
    }
    if (!options->no_pager)
        pager_start();
    cell_view_text(view, cli_colour(STDOUT_FILENO), &text);
    output_write(text.data, text.length);
    return EXIT_COMPATIBLE;
}

static int show(const struct options *options, int *ret_exit, struct error **err)
{
    _cleanup_(store_close_cleanup) struct store *store = NULL;
    _cleanup_(waivers_done) struct waivers waivers = {.rows = {0}};
    _cleanup_(run_record_done) struct run_record run = {0};
    _cleanup_(cell_records_done) struct cell_records cells = {0};
    _cleanup_(cell_record_done) struct cell_record record = {0};
    _cleanup_(matrix_cell_done) struct matrix_cell cell = {0};
    _cleanup_(result_free_cleanup) struct result *prepared = NULL;
    _cleanup_free_ char *run_id = NULL;
    const char *home = NULL;
    size_t place = 0;
    unsigned unread = 0;
    int code = waivers_load(options->waivers, &waivers, err);

    if (code == 0)
        code = home_folder(&home, err);
    if (code == 0)
        code = store_open(home, &store, err);
    if (code == 0)
        code = store_find_run(store, options->run, &run_id, err);
    if (code == 0)
        code = store_read_run(store, run_id, &run, err);
    if (code == 0)
        code = store_read_names(store, run_id, &cells, err);
    if (code == 0)
        code = cell_name_find(&cells, run_id, options->cell, &place, err);
    if (code == 0)
        code = store_read_cell(store, run_id, &cells.rows.items[place], &record, err);
    record.waivers = &waivers;
    if (code == 0)
        code = matrix_load_cell(store, run_id, &record, &cell, err);
    if (code == 0)
        code = check_case(&cell, options->case_id, err);
    if (code == 0 && options->artifacts != NULL) {
        code = show_artifacts(home, &cell, options->case_id, options->artifacts, &unread, err);
        *ret_exit = unread > 0 ? EXIT_IO : EXIT_COMPATIBLE;
        return code;
    }
    if (code == 0)
        code = find_prepared(store, matrix_cell_latest(&cell), &prepared, err);
    if (code < 0)
        return code;
    *ret_exit = print(&(struct cell_view){home, &run, &cell, prepared, options->case_id, &unread,
                                          options->full, true},
                      options);
    if (unread > 0)
        *ret_exit = EXIT_IO;
    return 0;
}

int cmd_show(int argc, char **argv)
{
    struct options options = {.run = "latest"};
    struct error *err = NULL;
    int exit_code = 0, code;

    home_reads_only();
    cli_parse(argc, argv, set_option, &options);
    if (options.artifacts != NULL && options.json)
        return cli_usage(argv[0], "--artifacts and --json exclude each other");
    code = show(&options, &exit_code, &err);
    if (code < 0)
        return cli_fail(err);
    return exit_code;
}
