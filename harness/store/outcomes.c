/* SPDX-License-Identifier: Apache-2.0 */
/* Reads and verifies the outcomes of a cell. */
#include "store/outcomes.h"

#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "model/result.h"
#include "store/seal.h"
#include "store/sql.h"

enum {
    CELL_CHAIN,
    ATTEMPT_NUMBER,
    ATTEMPT_RECORD,
    ATTEMPT_OUTCOMES,
    ATTEMPT_OUTCOME,
    ATTEMPT_BLAME,
    CASE_ID,
    CASE_STATUS,
    CASE_BLAME,
    CASE_DURATION,
    CASE_SIGNATURE
};

int outcomes_prepare(struct store *store, sqlite3_stmt **ret_statement, struct error **err)
{
    return sql_prepare(
        store, ret_statement, err,
        "SELECT cell.chain, a.number, a.sha256, a.outcomes, a.outcome, a.blame, "
        "c.id, c.status, c.blame, c.duration_ms, c.signature "
        "FROM cell LEFT JOIN attempt a ON a.cell = cell.cell LEFT JOIN case_result c "
        "ON c.attempt = a.attempt WHERE cell.cell = ? "
        "ORDER BY a.number, c.place",
        "");
}

static void add_text(struct digest *to, const char *text)
{
    digest_add(to, text != NULL ? text : "", text != NULL ? strlen(text) : 0);
    digest_add(to, "\n", 1);
}

static void add_case(struct digest *to, const char *id, const char *status, const char *blame,
                     int64_t duration_ms, const char *signature)
{
    char number[24];

    snprintf(number, sizeof(number), "%lld", (long long)duration_ms);
    add_text(to, id);
    add_text(to, status);
    add_text(to, blame);
    add_text(to, number);
    add_text(to, signature);
}

void outcomes_digest(const struct result *result, char ret_hex[DIGEST_TEXT_SIZE])
{
    _cleanup_(digest_free_cleanup) struct digest *digest = digest_new();

    add_text(digest, status_name(result->outcome));
    add_text(digest, blame_name(result->blame));
    vec_foreach (row, &result->cases) {
        char signature[SIGNATURE_TEXT_SIZE];

        failure_signature(row->id, row->status, row->blame, row->reason, signature);
        add_case(digest, row->id, status_name(row->status), blame_name(row->blame),
                 row->duration_ms, signature);
    }
    digest_text(digest, ret_hex);
}

/* The attempt whose rows are being read. */
struct reading {
    sqlite3_stmt *row;
    struct attempt_outcomes attempt;
    struct strv ids;
    struct digest *digest; /* NULL: none is being read */
    char said[DIGEST_TEXT_SIZE], chain[DIGEST_TEXT_SIZE];
    bool lost, failed, sound;
};

static const char *text(const struct reading *in, int column)
{
    return (const char *)sqlite3_column_text(in->row, column);
}

static void end_attempt(struct reading *in, outcomes_visit *visit, void *with)
{
    char measured[DIGEST_TEXT_SIZE];

    if (in->digest == NULL)
        return;
    digest_text(in->digest, measured);
    digest_free(steal_ptr(in->digest));
    in->sound = in->sound && strcmp(measured, in->said) == 0;
    in->attempt.cut = in->lost && !in->failed;
    visit(with, &in->attempt);
    vec_done(&in->attempt.cases);
    strv_done(&in->ids);
}

static void begin_attempt(struct reading *in, unsigned number)
{
    enum status outcome = STATUS_MISS;
    enum blame blame = BLAME_NONE;

    in->attempt.number = number;
    in->digest = digest_new();
    in->failed = false;
    sql_digest(in->row, ATTEMPT_OUTCOMES, in->said);
    seal_chain(in->chain, text(in, ATTEMPT_RECORD));
    seal_chain(in->chain, in->said);
    status_parse(text(in, ATTEMPT_OUTCOME), &outcome);
    blame_parse(text(in, ATTEMPT_BLAME), &blame);
    in->lost = outcome == STATUS_MISS && (blame == BLAME_HOST || blame == BLAME_HARNESS);
    add_text(in->digest, text(in, ATTEMPT_OUTCOME));
    add_text(in->digest, text(in, ATTEMPT_BLAME));
}

static void take_case(struct reading *in)
{
    const char *signature = text(in, CASE_SIGNATURE);
    struct case_outcome *to;

    if (sqlite3_column_type(in->row, CASE_ID) == SQLITE_NULL)
        return;
    strv_add(&in->ids, text(in, CASE_ID));
    to = vec_add(&in->attempt.cases);
    to->id = in->ids.items[in->ids.count - 1];
    to->status = STATUS_MISS;
    to->blame = BLAME_NONE;
    status_parse(text(in, CASE_STATUS), &to->status);
    blame_parse(text(in, CASE_BLAME), &to->blame);
    to->duration_ms = sqlite3_column_int64(in->row, CASE_DURATION);
    snprintf(to->signature, sizeof(to->signature), "%s", signature != NULL ? signature : "");
    in->failed = in->failed || to->status == STATUS_FAIL || to->status == STATUS_ERROR;
    add_case(in->digest, text(in, CASE_ID), text(in, CASE_STATUS), text(in, CASE_BLAME),
             to->duration_ms, signature);
}

int outcomes_read(struct store *store, const char *run_id, sqlite3_stmt *statement, int64_t cell,
                  outcomes_visit *visit, void *with, struct error **err)
{
    struct reading in = {.row = statement, .sound = true};
    char chain[DIGEST_TEXT_SIZE] = "";
    int code;

    sqlite3_bind_int64(statement, 1, cell);
    while ((code = sql_step(store, statement, err)) > 0) {
        unsigned number = (unsigned)sqlite3_column_int64(statement, ATTEMPT_NUMBER);

        sql_digest(statement, CELL_CHAIN, chain);
        if (sqlite3_column_type(statement, ATTEMPT_NUMBER) == SQLITE_NULL)
            continue;
        if (in.digest == NULL || in.attempt.number != number) {
            end_attempt(&in, visit, with);
            begin_attempt(&in, number);
        }
        take_case(&in);
    }
    end_attempt(&in, visit, with);
    sqlite3_reset(statement);
    if (code == 0 && (!in.sound || strcmp(in.chain, chain) != 0))
        code = seal_index_damaged(store, run_id, "the outcomes of a cell", err);
    return code;
}
