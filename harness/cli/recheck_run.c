/* SPDX-License-Identifier: Apache-2.0 */
/* Makes the runs of a recheck. */
#include "cli/recheck_run.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/log.h"
#include "catalog/catalog.h"
#include "cli/replay.h"
#include "home/home.h"
#include "store/evidence.h"
#include "store/store.h"

struct rechecking {
    const struct recheck_inputs *inputs;
    const char *home;
    struct suite *suite;
    struct plan plan; /* of the certified run; borrowed */
    char *label;
};

static void rechecking_done(struct rechecking *in)
{
    suite_free(in->suite);
    free(in->label);
}

/* The cell as the certificate has it; its place in `judged`. */
static size_t find_cell(const struct judged *judged, const struct recheck_cell *cell)
{
    for (size_t i = 0; i < judged->cells.count; i++)
        if (strcmp(judged->cells.items[i].cell.image, cell->image) == 0 &&
            strcmp(judged->cells.items[i].cell.platform, cell->platform) == 0)
            return i;
    abort(); /* it was chosen from them */
}

/* The whole blob is read and compared with its digest. */
static int check_evidence(void *with, const struct evidence *blob, struct error **err)
{
    const struct rechecking *in = with;
    _cleanup_buffer_ struct buffer nothing = {0};

    return evidence_read_tail(in->home, blob->sha256, blob->size, 0, &nothing, NULL, err);
}

/* Judges the new cell by the programme of the certificate, as if it had not been run aside. */
static void judge(struct rechecking *in, struct run_record *run, struct matrix_cell *cell,
                  const struct programme_column *claimed, struct programme_status *ret_status)
{
    const struct programme_cell added = {.run = run,
                                         .cell = cell,
                                         .system = claimed->system,
                                         .image_known = claimed->image_known,
                                         .stand_in = claimed->stand_in,
                                         .check = check_evidence,
                                         .with = in};

    run->plan.aside = false;
    ret_status->programme = in->inputs->judged->programme;
    programme_status_add(ret_status, &added);
}

static int compare(struct rechecking *in, struct recheck_cell *cell, struct error **err)
{
    const struct judged *judged = in->inputs->judged;
    size_t at = find_cell(judged, cell);
    _cleanup_(programme_status_done) struct programme_status status = {.programme = NULL};
    _cleanup_(store_close_cleanup) struct store *store = NULL;
    _cleanup_(matrix_cell_done) struct matrix_cell again = {0};
    _cleanup_(run_record_done) struct run_record run = {.id = NULL};
    struct agree_side claimed = {judged->about->run.id, &judged->cells.items[at],
                                 &judged->status.columns.items[at]};
    int code =
        in->suite == NULL ? catalog_load_suite(in->inputs->suite_folder, &in->suite, err) : 0;

    if (code == 0)
        code = store_open(in->home, &store, err);
    if (code == 0)
        code = store_read_run(store, cell->run, &run, err);
    if (code == 0)
        code = replay_load(store, cell->run, &again, err);
    if (code < 0)
        return code;
    judge(in, &run, &again, claimed.column, &status);
    agree_compare(judged->programme, in->suite, &claimed,
                  &(struct agree_side){run.id, &again, &status.columns.items[0]}, &cell->agreed);
    return 0;
}

/* A guest of another grade would show something else, so it is not even started unless the reviewer
 * wants less. */
static enum accel_policy accel_of(const struct rechecking *in, size_t cell)
{
    if (in->inputs->judged->status.columns.items[cell].grade < GRADE_VIRTUAL)
        return ACCEL_POLICY_TCG;
    return in->inputs->lower_grade ? ACCEL_POLICY_AUTO : ACCEL_POLICY_KVM;
}

static int run_cell(struct rechecking *in, struct recheck_cell *cell, struct error **err)
{
    const struct judged *judged = in->inputs->judged;
    size_t at = find_cell(judged, cell);
    const struct replay_request request = {.image = cell->image_here,
                                           .platform = cell->platform,
                                           .suite_folder = in->inputs->suite_folder,
                                           .label = in->label,
                                           .plan = &in->plan,
                                           .accel = accel_of(in, at),
                                           .what = "the recheck"};
    int code;

    if (judged->status.columns.items[at].grade == GRADE_REPORTED) {
        agreed_obstruct(&cell->agreed, OBSTACLE_GRADE,
                        "its result was reported by another system, and no guest was started");
        return 0;
    }
    log_info("running %s/%s/%s again", cell->image, cell->platform, judged->status.suite);
    code = replay_run(&request, &cell->run, err);
    if (code < 0)
        return code;
    if (cell->run == NULL) {
        agreed_obstruct(&cell->agreed, OBSTACLE_RUN, "it could not be run: see the messages");
        return 0;
    }
    return compare(in, cell, err);
}

int recheck_run(const struct recheck_inputs *inputs, struct recheck *recheck, struct error **err)
{
    _cleanup_(rechecking_done) struct rechecking in = {
        .inputs = inputs,
        .plan = inputs->judged->about->run.plan,
        .label = text_format("recheck %.16s", recheck->certificate)};
    int code = home_folder(&in.home, err);

    /* A certificate does not choose which hypervisor is connected to, or which folder is read. */
    in.plan.connect = NULL;
    in.plan.packages = (char *)inputs->product;
    vec_foreach (cell, &recheck->cells)
        if (code == 0 && cell->agreed.obstacle == OBSTACLE_NONE)
            code = run_cell(&in, cell, err);
    return code;
}
