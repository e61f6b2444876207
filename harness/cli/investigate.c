/* SPDX-License-Identifier: Apache-2.0 */
/* Makes the runs that judge/investigate asks for. A run serves all cases of its cell. */
#include "cli/investigate.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/log.h"
#include "base/path.h"
#include "catalog/find.h"
#include "cli/replay.h"
#include "home/home.h"
#include "judge/outcome.h"
#include "run/folder.h"
#include "store/store.h"

struct investigating {
    const char *home;
    const struct run_diff *diff;
    const struct image_map *images;
    struct investigations *to;
};

/* --- what a step runs ---------------------------------------------------------------------- */

/* The name that an image of the second run had in the first. */
static const char *image_before(const struct investigating *in, const char *image)
{
    vec_foreach (pair, in->images)
        if (strcmp(pair->after, image) == 0)
            return pair->before;
    return image;
}

static bool is_old_suite(enum investigate_step step)
{
    return step == INVESTIGATE_SUITE || step == INVESTIGATE_BOTH;
}

static bool is_old_image(enum investigate_step step)
{
    return step == INVESTIGATE_IMAGE || step == INVESTIGATE_BOTH;
}

/* The image must still be the one of that run. Returns why it cannot be run again, or NULL. */
static char *check_image(const struct run_record *run, const char *name)
{
    const struct run_input *input = run_find_input(run, "image", name);
    _cleanup_free_ char *path = NULL;
    char sha256[DIGEST_TEXT_SIZE];

    if (input == NULL)
        return text_format("run '%s' does not say what image '%s' was", run->id, name);
    if (catalog_find_image(name, &path, NULL) < 0)
        return text_format("image '%s' is not registered any more", name);
    if (digest_of_file(path, sha256, NULL, NULL) < 0 || strcmp(sha256, input->sha256) != 0)
        return text_format("image '%s' is not the one of run '%s' any more: register each build "
                           "under its own name",
                           name, run->id);
    return NULL;
}

/* The folder of the suite as that run had it; NULL: it is not there any more, or was changed. */
static char *suite_folder(const struct investigating *in, const struct run_record *run,
                          const char *suite)
{
    const struct run_input *input = run_find_input(run, "suite", suite);
    char sha256[DIGEST_TEXT_SIZE];
    char *path;

    if (input == NULL)
        return NULL;
    path = text_format("%s/runs/%s/inputs/%s/%s", in->home, run->id, input->sha256,
                       path_base(input->path));
    if (run_folder_digest(path, sha256, NULL) == 0 && strcmp(sha256, input->sha256) == 0)
        return path;
    free(path);
    return NULL;
}

/* --- what it says -------------------------------------------------------------------------- */

static void take_outcome(const struct outcomes *outcomes, enum investigate_step step,
                         struct investigated_case *to)
{
    const struct case_outcome seen = outcome_of_case(outcomes, to->case_id);

    to->results[step] = seen.outcome == OUTCOME_PASSES  ? INVESTIGATE_PASSES
                        : seen.outcome == OUTCOME_FAILS ? INVESTIGATE_FAILS
                                                        : INVESTIGATE_SILENT;
    if (to->results[step] == INVESTIGATE_SILENT)
        to->notes[step] = text_dup(seen.row != NULL && seen.row->reason != NULL
                                       ? seen.row->reason
                                       : outcomes->cell->judgement.reason);
}

static bool same_cell(const struct investigated_case *a, const struct investigated_case *b)
{
    return strcmp(a->image, b->image) == 0 && strcmp(a->platform, b->platform) == 0 &&
           strcmp(a->suite, b->suite) == 0;
}

/* Takes the outcomes of all cases of the cell. */
static int take_outcomes(const struct investigating *in, const char *run_id,
                         enum investigate_step step, const struct investigated_case *of,
                         struct error **err)
{
    _cleanup_(store_close_cleanup) struct store *store = NULL;
    _cleanup_(matrix_cell_done) struct matrix_cell cell = {0};
    struct outcomes outcomes;
    int code = store_open(in->home, &store, err);

    if (code == 0)
        code = replay_load(store, run_id, &cell, err);
    if (code < 0)
        return code;
    outcomes = outcomes_of(&cell);
    vec_foreach (each, &in->to->cases) {
        if (!same_cell(each, of))
            continue;
        each->runs[step] = text_dup(run_id);
        take_outcome(&outcomes, step, each);
    }
    outcomes_done(&outcomes);
    return 0;
}

static void say_nothing(const struct investigating *in, enum investigate_step step,
                        const struct investigated_case *of, const char *note)
{
    vec_foreach (each, &in->to->cases)
        if (same_cell(each, of)) {
            each->results[step] = INVESTIGATE_SILENT;
            each->notes[step] = text_dup(note);
        }
}

/* --- steps --------------------------------------------------------------------------------- */

static int make_step(struct investigating *in, struct investigated_case *of,
                     enum investigate_step step, struct error **err)
{
    const struct run_record *before = &in->diff->before, *after = &in->diff->after;
    const char *image = is_old_image(step) ? image_before(in, of->image) : of->image;
    _cleanup_free_ char *problem = check_image(is_old_image(step) ? before : after, image);
    _cleanup_free_ char *folder = suite_folder(in, is_old_suite(step) ? before : after, of->suite);
    _cleanup_free_ char *label =
        text_format("investigate %s: %s", after->id, investigate_step_name(step));
    const struct replay_request request = {.image = image,
                                           .platform = of->platform,
                                           .suite_folder = folder,
                                           .label = label,
                                           .plan = &after->plan,
                                           .accel = after->plan.accel,
                                           .what = "the investigation"};
    _cleanup_free_ char *run_id = NULL;
    int code;

    if (problem != NULL || folder == NULL) {
        say_nothing(in, step, of,
                    problem != NULL ? problem
                                    : "the run's copy of the suite is missing or was changed");
        return 0;
    }
    log_info("investigating %s/%s/%s: %s", of->image, of->platform, of->suite,
             investigate_step_name(step));
    code = replay_run(&request, &run_id, err);
    if (code < 0)
        return code;
    if (run_id == NULL) {
        say_nothing(in, step, of, "it could not be run");
        return 0;
    }
    return take_outcomes(in, run_id, step, of, err);
}

static int investigate_case(struct investigating *in, struct investigated_case *of,
                            struct error **err)
{
    int code = 0;

    of->end = investigate_next(of->changes, of->results);
    while (code == 0 && !of->end.ended) {
        code = make_step(in, of, of->end.next, err);
        of->end = investigate_next(of->changes, of->results);
    }
    return code;
}

/* --- what is investigated ------------------------------------------------------------------ */

/* A case that had no outcome in the baseline has nothing to go back to. */
static bool passed_before(const struct diff_cell *cell, const char *case_id)
{
    vec_foreach (row, &cell->cases)
        if (strcmp(row->id, case_id) == 0)
            return row->before == STATUS_PASS;
    return false;
}

static const struct diff_cell *find_cell(const struct run_diff *diff, const struct gate_row *row)
{
    vec_foreach (cell, &diff->cells)
        if (strcmp(cell->image, row->image) == 0 && strcmp(cell->platform, row->platform) == 0 &&
            strcmp(cell->suite, row->suite) == 0)
            return cell;
    return NULL;
}

/* What the platform, the host and this program are made of. */
static bool is_harness(const struct diff_context_row *row, const char *platform)
{
    return strcmp(row->kind, "image") != 0 && strcmp(row->kind, "suite") != 0 &&
           (strcmp(row->kind, "platform") != 0 || strcmp(row->name, platform) == 0);
}

static struct investigate_changes changes_of(const struct run_diff *diff,
                                             const struct diff_cell *cell)
{
    struct investigate_changes to = {.product = cell->product_after != NULL};

    vec_foreach (row, &diff->context) {
        to.image |= strcmp(row->kind, "image") == 0 && strcmp(row->name, cell->image) == 0;
        to.suite |= strcmp(row->kind, "suite") == 0 && strcmp(row->name, cell->suite) == 0;
        to.harness |= is_harness(row, cell->platform);
    }
    return to;
}

static void collect(const struct gate *gate, struct investigating *in)
{
    const struct gate_row *last = NULL;
    size_t cells = 0;

    vec_foreach (row, &gate->rows) {
        const struct diff_cell *cell;
        struct investigated_case *to;

        if (row->kind != GATE_CHANGE || row->change != POLICY_NEW || !row->refused ||
            row->case_id == NULL)
            continue;
        cell = find_cell(in->diff, row);
        if (cell == NULL || !passed_before(cell, row->case_id)) {
            in->to->unpassed++;
            continue;
        }
        if (last == NULL || strcmp(last->image, row->image) != 0 ||
            strcmp(last->platform, row->platform) != 0 || strcmp(last->suite, row->suite) != 0)
            cells++;
        last = row;
        if (cells > INVESTIGATE_CELLS)
            continue;
        to = vec_add(&in->to->cases);
        to->image = text_dup(row->image);
        to->platform = text_dup(row->platform);
        to->suite = text_dup(row->suite);
        to->case_id = text_dup(row->case_id);
        to->changes = changes_of(in->diff, cell);
    }
    in->to->left_out = cells > INVESTIGATE_CELLS ? cells - INVESTIGATE_CELLS : 0;
}

int investigate_refused(const struct gate *gate, const struct run_diff *diff,
                        const struct image_map *images, struct investigations *ret_found,
                        struct error **err)
{
    struct investigating in = {.diff = diff, .images = images, .to = ret_found};
    int code = home_folder(&in.home, err);

    *ret_found = (struct investigations){.left_out = 0};
    collect(gate, &in);
    vec_foreach (each, &ret_found->cases)
        if (code == 0)
            code = investigate_case(&in, each, err);
    return code;
}
