/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the waiver that lets a failed case pass. */
#include <string.h>

#include "base/cleanup.h"
#include "judge/matrix.h"
#include "judge/tally.h"
#include "model/signature.h"
#include "model/waiver.h"

struct waiver *judge_waiver(const struct cell_record *cell, const char *case_id,
                            const struct result *const *attempts, size_t count)
{
    struct waiver *waiver = NULL;

    for (size_t i = 0; cell->waivers != NULL && i < count; i++)
        vec_foreach (row, &attempts[i]->cases) {
            char signature[SIGNATURE_TEXT_SIZE];

            if (row->status != STATUS_FAIL || strcmp(row->id, case_id) != 0)
                continue;
            failure_signature(row->id, row->status, row->blame, row->reason, signature);
            waiver = waivers_find(cell->waivers, cell->image, cell->platform, cell->suite, row->id,
                                  signature);
            if (waiver == NULL)
                return NULL;
        }
    return waiver;
}

const struct waiver *matrix_cell_waiver(const struct matrix_cell *cell, const char *case_id)
{
    size_t count = cell->attempts.count;
    _cleanup_free_ const struct result **counted = text_calloc(count + 1, sizeof(*counted));

    if (cell->cell.waivers == NULL || cell->judgement.judged == 0)
        return NULL;
    count = tally_attempts(&cell->cell, (const struct result *const *)cell->attempts.items, count,
                           counted);
    return judge_waiver(&cell->cell, case_id, counted, count);
}
