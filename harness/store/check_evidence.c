/* SPDX-License-Identifier: Apache-2.0 */
/* Checks that all evidence that the store refers to exists. */
#include <stdlib.h>

#include "base/error.h"
#include "base/text.h"
#include "store/evidence.h"
#include "store/sql.h"
#include "store/store.h"

void evidence_state_done(struct evidence_state *state)
{
    free(state->first);
    free(state->run_id);
    *state = (struct evidence_state){0};
}

static int find_run(struct store *store, const char *sha256, char **ret_run_id, struct error **err)
{
    _cleanup_sql_ sqlite3_stmt *statement = NULL;
    int code = sql_prepare(store, &statement, err,
                           "SELECT run.id FROM evidence JOIN run_evidence USING (evidence) "
                           "JOIN run USING (run) WHERE sha256 = ? LIMIT 1",
                           "t", sha256);

    if (code == 0)
        code = sql_step(store, statement, err);
    if (code > 0)
        *ret_run_id = sql_text(statement, 0);
    return code < 0 ? code : 0;
}

/* Returns what is wrong with the blob, or NULL. */
static struct error *look(struct store *store, const char *sha256, uint64_t size, bool read_all)
{
    _cleanup_buffer_ struct buffer nothing = {0};
    struct error *wrong = NULL;

    if (read_all)
        evidence_read_tail(store_home(store), sha256, size, 0, &nothing, NULL, &wrong);
    else
        evidence_check_present(store_home(store), sha256, size, &wrong);
    return wrong;
}

int store_check_evidence(struct store *store, bool read_all, struct evidence_state *ret_state,
                         struct error **err)
{
    _cleanup_sql_ sqlite3_stmt *statement = NULL;
    struct evidence_state state = {0};
    int code = sql_prepare(store, &statement, err,
                           "SELECT sha256, size FROM evidence ORDER BY sha256", "");

    while (code == 0) {
        _cleanup_free_ char *sha256 = NULL;
        _cleanup_error_ struct error *wrong = NULL;

        code = sql_step(store, statement, err);
        if (code <= 0)
            break;
        code = 0;
        sha256 = sql_text(statement, 0);
        wrong = look(store, sha256, (uint64_t)sqlite3_column_int64(statement, 1), read_all);
        state.count++;
        if (wrong == NULL || state.wrong++ > 0)
            continue;
        state.first = text_dup(error_message(wrong));
        code = find_run(store, sha256, &state.run_id, err);
    }
    if (code < 0) {
        evidence_state_done(&state);
        return code;
    }
    *ret_state = state;
    return 0;
}
