/* SPDX-License-Identifier: Apache-2.0 */
/* Applies waivers to a matrix. Stored verdicts are those without waivers. */
#include "base/cleanup.h"
#include "base/error.h"
#include "judge/matrix.h"
#include "store/store.h"

static int judge_waived(struct store *store, const char *run_id, struct waivers *waivers,
                        struct matrix_cell *cell, struct error **err)
{
    _cleanup_(matrix_cell_done) struct matrix_cell whole = {0};
    _cleanup_(cell_record_done) struct cell_record record = {0};
    int code = store_read_cell(store, run_id, &cell->cell, &record, err);

    record.waivers = waivers;
    if (code == 0)
        code = matrix_load_cell(store, run_id, &record, &whole, err);
    if (code < 0)
        return code;
    judgement_done(&cell->judgement);
    cell->judgement = whole.judgement;
    whole.judgement = (struct judgement){0};
    return 0;
}

int matrix_apply_waivers(struct store *store, struct waivers *waivers, struct matrix *matrix,
                         struct error **err)
{
    vec_foreach (cell, &matrix->cells) {
        int code = cell->judgement.verdict == VERDICT_INCOMPATIBLE
                       ? judge_waived(store, matrix->run.id, waivers, cell, err)
                       : 0;

        if (code < 0)
            return code;
    }
    return 0;
}
