/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the waiver that lets a failed case, or a finding, pass. */
#include "judge/judge.h"
#include "judge/tally.h"
#include "model/signature.h"
#include "model/waiver.h"

struct waiver *judge_waiver(const struct cell_record *cell, const char *case_id,
                            const struct counted *counted)
{
    struct waiver *waiver = NULL;

    for (size_t i = 0; cell->waivers != NULL && i < counted->count; i++) {
        const struct case_result *row = counted_row(counted, i, case_id);
        char signature[SIGNATURE_TEXT_SIZE];

        if (row == NULL || row->status != STATUS_FAIL)
            continue;
        failure_signature(row->id, row->status, row->blame, row->reason, signature);
        waiver = waivers_find(cell->waivers, cell->image, cell->platform, cell->suite, row->id,
                              signature);
        if (waiver == NULL)
            return NULL;
    }
    return waiver;
}

/* A file that did not start is no prediction any more. */
struct waiver *judge_waived_finding(const struct cell_record *cell, const struct finding *row)
{
    if (cell->waivers == NULL || row->executed == EXECUTED_FAILED ||
        finding_doubt(row) == DOUBT_NONE)
        return NULL;
    return waivers_find_finding(cell->waivers, cell->image, cell->platform, cell->suite, row);
}
