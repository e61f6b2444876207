/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone waive: writes a waiver for a failure or a finding that was seen. */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "catalog/waivers.h"
#include "cli/cell_name.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "home/home.h"
#include "judge/matrix.h"
#include "model/signature.h"
#include "store/store.h"

struct options {
    const char *cell, *run, *case_id, *finding, *file, *symbol, *until, *owner, *tracker, *reason,
        *path;
    bool any_image;
};

static void set_option(void *input, enum option_id option, char *value)
{
    struct options *options = input;

    switch (option) {
    case OPTION_WORD:
        options->cell = value;
        return;
    case OPTION_RUN:
        options->run = value;
        return;
    case OPTION_CASE:
        options->case_id = value;
        return;
    case OPTION_FINDING:
        options->finding = value;
        return;
    case OPTION_FILE:
        options->file = value;
        return;
    case OPTION_SYMBOL:
        options->symbol = value;
        return;
    case OPTION_UNTIL:
        options->until = value;
        return;
    case OPTION_OWNER:
        options->owner = value;
        return;
    case OPTION_TRACKER:
        options->tracker = value;
        return;
    case OPTION_REASON:
        options->reason = value;
        return;
    case OPTION_OUTPUT:
        options->path = value;
        return;
    case OPTION_ALL_IMAGES:
        options->any_image = true;
        return;
    default:
        return;
    }
}

static void check_options(const struct options *options)
{
    char today[WAIVER_DATE_SIZE];
    const struct {
        const char *name, *value;
    } needed[] = {
        {"until", options->until}, {"owner", options->owner}, {"reason", options->reason}};

    if ((options->case_id == NULL) == (options->finding == NULL))
        cli_refuse("give --case of a failure, or --finding of a finding, with its --file");
    if ((options->file != NULL || options->symbol != NULL) && options->finding == NULL)
        cli_refuse("--%s needs --finding: it is a part of it",
                   options->file != NULL ? "file" : "symbol");
    for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
        if (needed[i].value == NULL || *needed[i].value == '\0')
            cli_refuse("give --%s: a waiver names the last day, who is responsible for it, and why",
                       needed[i].name);
    for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
        for (const char *at = needed[i].value; *at != '\0'; at++)
            if ((unsigned char)*at < ' ')
                cli_refuse("--%s must be one line without control characters", needed[i].name);
    if (!waiver_is_date(options->until))
        cli_refuse("--until '%s': give a date as 2026-12-31", options->until);
    waiver_date(clock_wall_ms(), today);
    if (strcmp(options->until, today) < 0)
        cli_refuse("--until '%s' is in the past", options->until);
}

static int load(const struct options *options, struct matrix_cell *ret_cell, char **ret_run,
                struct error **err)
{
    _cleanup_(store_close_cleanup) struct store *store = NULL;
    _cleanup_(cell_records_done) struct cell_records cells = {0};
    const char *home = NULL;
    size_t place = 0;
    int code = home_folder(&home, err);

    if (code == 0)
        code = store_open(home, &store, err);
    if (code == 0)
        code = store_find_run(store, options->run, ret_run, err);
    if (code == 0)
        code = store_read_cells(store, *ret_run, &cells, err);
    if (code == 0)
        code = cell_name_find(&cells, *ret_run, options->cell, &place, err);
    return code == 0 ? matrix_load_cell(store, *ret_run, &cells.rows.items[place], ret_cell, err)
                     : code;
}

/* The latest failure of the case. */
static int find_failure(const struct options *options, const struct matrix_cell *cell,
                        const char *run, const struct case_result **ret_row, struct error **err)
{
    const struct result *latest = matrix_cell_latest(cell);
    const struct case_result *row = NULL;

    if (latest != NULL)
        row = result_find_case((struct result *)latest, options->case_id);
    if (row == NULL)
        return error_set(err, -ENOENT, "run '%s' has no result of case '%s' in '%s/%s/%s'", run,
                         options->case_id, cell->cell.image, cell->cell.platform, cell->cell.suite);
    if (row->status != STATUS_FAIL)
        return error_set(err, -EINVAL,
                         "case '%s' is %s in run '%s': only a FAIL can be waived; what was not "
                         "assessed never passes",
                         row->id, status_name(row->status), run);
    if (cell->judgement.judged == 0)
        return error_set(err, -EINVAL,
                         "nothing of '%s/%s/%s' could be judged in run '%s': %s; what was not "
                         "assessed never passes",
                         cell->cell.image, cell->cell.platform, cell->cell.suite, run,
                         cell->judgement.reason);
    *ret_row = row;
    return 0;
}

static int set_case(const struct options *options, const struct matrix_cell *cell, const char *run,
                    struct waiver *to, struct error **err)
{
    const struct case_result *row = NULL;
    int code = find_failure(options, cell, run, &row, err);

    if (code < 0)
        return code;
    to->case_id = text_dup(row->id);
    failure_signature(row->id, row->status, row->blame, row->reason, to->signature);
    return 0;
}

/* The findings that the options name; those of several symbols, versions or texts are several. */
struct named {
    const struct finding *first;
    unsigned count, of_file; /* of_file: with any symbol */
};

static void look(const struct options *options, const struct finding *row, struct named *to)
{
    if (strcmp(finding_name(row), options->finding) != 0 || !text_equal(row->file, options->file))
        return;
    to->of_file++;
    if (options->symbol != NULL && !text_equal(row->symbol, options->symbol))
        return;
    if (to->first == NULL)
        to->first = row;
    if (!text_equal(to->first->symbol, row->symbol) ||
        !text_equal(to->first->version, row->version) || !text_equal(to->first->found, row->found))
        to->count++;
}

/* Of the static check of the latest attempt, or of the footprint of any. */
static void find_finding(const struct options *options, const struct matrix_cell *cell,
                         struct named *ret)
{
    const struct result *latest = matrix_cell_latest(cell);

    *ret = (struct named){.count = 1};
    if (latest != NULL)
        vec_foreach (row, &latest->prediction.findings)
            look(options, row, ret);
    vec_foreach (attempt, &cell->attempts)
        vec_foreach (row, &(*attempt)->footprint.findings)
            look(options, row, ret);
}

static int refuse_unknown(const struct options *options, const struct matrix_cell *cell,
                          const char *run, const struct named *named, struct error **err)
{
    const char *const names[] = {cell->cell.image, cell->cell.platform, cell->cell.suite};
    const char *file = options->file != NULL ? options->file : "the product";

    if (named->first != NULL)
        return error_set(err, -EINVAL,
                         "%u findings %s of '%s' in run '%s' differ in symbol or version: give "
                         "--symbol, or write them into the file by hand, each with its version",
                         named->count, options->finding, file, run);
    if (named->of_file > 0)
        return error_set(err, -ENOENT,
                         "finding %s of '%s' in run '%s' has no symbol '%s': 'touchstone show "
                         "%s/%s/%s --run %s' lists its findings",
                         options->finding, file, run, options->symbol, names[0], names[1], names[2],
                         run);
    return error_set(err, -ENOENT,
                     "run '%s' has no finding %s of '%s' in '%s/%s/%s': 'touchstone show %s/%s/%s "
                     "--run %s' lists its findings",
                     run, options->finding, file, names[0], names[1], names[2], names[0], names[1],
                     names[2], run);
}

static int set_finding(const struct options *options, const struct matrix_cell *cell,
                       const char *run, struct waiver *to, struct error **err)
{
    struct named named;
    const struct finding *row;

    find_finding(options, cell, &named);
    row = named.first;
    if (row == NULL || named.count > 1)
        return refuse_unknown(options, cell, run, &named, err);
    if (finding_doubt(row) == DOUBT_NONE)
        return error_set(err, -EINVAL,
                         "finding %s of '%s' is %s%s, which keeps no cell from being compatible: "
                         "there is nothing to waive",
                         options->finding, row->file != NULL ? row->file : "the product",
                         finding_severity_name(row->severity),
                         row->executed == EXECUTED_YES ? ", and its file ran" : "");
    if (row->executed == EXECUTED_FAILED)
        return error_set(err, -EINVAL,
                         "finding %s of '%s' came true: the file did not start in run '%s'; only a "
                         "prediction can be waived",
                         options->finding, row->file != NULL ? row->file : "the product", run);
    to->finding = text_dup(options->finding);
    to->file = text_dup(row->file);
    to->symbol = text_dup(row->symbol);
    to->version = text_dup(row->version);
    to->found = text_dup(row->found);
    return 0;
}

/* "case 'x'", "finding KIND of 'file'"; caller frees. */
static char *describe(const struct waiver *waiver)
{
    return waiver->case_id != NULL
               ? text_format("case '%s' of '%s/%s/%s' is waived until %s while it fails with "
                             "signature %s",
                             waiver->case_id, waiver->image, waiver->platform, waiver->suite,
                             waiver->until, waiver->signature)
               : text_format("finding %s of '%s' in '%s/%s/%s' is waived until %s", waiver->finding,
                             waiver->file, waiver->image, waiver->platform, waiver->suite,
                             waiver->until);
}

static int waive(const struct options *options, struct error **err)
{
    _cleanup_(matrix_cell_done) struct matrix_cell cell = {0};
    _cleanup_(waiver_done) struct waiver waiver = {.line = 0};
    _cleanup_free_ char *run = NULL, *what = NULL;
    int code = load(options, &cell, &run, err);

    if (code == 0)
        code = options->case_id != NULL ? set_case(options, &cell, run, &waiver, err)
                                        : set_finding(options, &cell, run, &waiver, err);
    if (code < 0)
        return code;
    waiver.image = text_dup(options->any_image ? "*" : cell.cell.image);
    waiver.platform = text_dup(cell.cell.platform);
    waiver.suite = text_dup(cell.cell.suite);
    waiver.owner = text_dup(options->owner);
    waiver.tracker = text_dup(options->tracker);
    waiver.reason = text_dup(options->reason);
    memcpy(waiver.until, options->until, sizeof(waiver.until));
    code = catalog_add_waiver(options->path, &waiver, err);
    what = describe(&waiver);
    if (code == 0)
        log_info("%s: %s", options->path, what);
    return code;
}

int cmd_waive(int argc, char **argv)
{
    struct options options = {.run = "latest", .path = "waivers.xml"};
    struct error *err = NULL;

    home_reads_only();
    cli_parse(argc, argv, set_option, &options);
    check_options(&options);
    return waive(&options, &err) < 0 ? cli_fail(err) : EXIT_COMPATIBLE;
}
