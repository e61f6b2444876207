/* SPDX-License-Identifier: Apache-2.0 */
/* Stores verdicts. */
#include "base/error.h"
#include "store/run_row.h"
#include "store/seal.h"
#include "store/sql.h"
#include "store/store.h"

static int put(struct store *store, int64_t run, unsigned rules, const struct cell_verdict *row,
               struct error **err)
{
    const struct judgement *from = row->judgement;
    const struct cell_record *cell = row->cell;

    /* The verdict is not stored if the cell has received another attempt. */
    return sql_run(store, err,
                   "INSERT OR REPLACE INTO verdict (" VERDICT_SEALED ", digest) "
                   "SELECT cell, digest, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '' "
                   "FROM cell WHERE run = ? AND image = ? AND platform = ? AND suite = ? AND "
                   "digest = ?",
                   "itittt"
                   "iiiiii"
                   "ttiit"
                   "itttt",
                   (int64_t)rules, verdict_name(from->verdict), (int64_t)from->rule,
                   from->reason != NULL ? from->reason : "", blame_name(from->blame), from->case_id,
                   (int64_t)from->judged, (int64_t)from->total, (int64_t)from->defined,
                   (int64_t)from->required_left_out, (int64_t)from->partial,
                   (int64_t)from->has_prediction, verdict_name(from->predicted),
                   verdict_name(from->observed), (int64_t)from->flaky, (int64_t)from->ran,
                   status_name(from->rollup), run, cell->image, cell->platform, cell->suite,
                   cell->digest);
}

int store_put_verdicts(struct store *store, const char *run_id, unsigned rules,
                       const struct cell_verdict *rows, size_t count, struct error **err)
{
    int64_t run = 0;
    int code;

    if (count == 0)
        return 0;
    code = sql_begin(store, err);
    if (code < 0)
        return code;
    code = run_row_find(store, run_id, &run, err);
    for (size_t i = 0; code == 0 && i < count; i++)
        code = put(store, run, rules, &rows[i], err);
    if (code == 0)
        code = sql_run(store, err,
                       "UPDATE verdict SET digest = row_digest(" VERDICT_SEALED ") "
                       "WHERE digest = '' AND cell IN (SELECT cell FROM cell WHERE run = ?)",
                       "i", run);
    return sql_end(store, code, err);
}
