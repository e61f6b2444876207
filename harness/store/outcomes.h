/* SPDX-License-Identifier: Apache-2.0 */
/* The outcomes of the cases of a cell, from the index, verified: the digest of an attempt covers
 * its outcome and its rows of case_result, and the chain of the cell the digests of its attempts.
 */
#ifndef TS_STORE_OUTCOMES_H
#define TS_STORE_OUTCOMES_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/vec.h"
#include "model/signature.h"
#include "model/words.h"

struct error;
struct result;
struct store;

struct case_outcome {
    const char *id; /* borrowed until the visit ends */
    enum status status;
    enum blame blame;
    int64_t duration_ms;
    char signature[SIGNATURE_TEXT_SIZE]; /* "": it did not fail */
};

struct attempt_outcomes {
    unsigned number;
    bool cut; /* the host or the harness cut it short before any case had failed, as result_is_lost
                 says of a result */
    VEC(struct case_outcome) cases;
};

typedef void outcomes_visit(void *with, const struct attempt_outcomes *attempt);

int outcomes_prepare(struct store *store, sqlite3_stmt **ret_statement, struct error **err);

/* Visits the attempts of a cell (its row), the first one first. -EUCLEAN: a row does not match its
 * digest; what was visited is to be discarded. */
int outcomes_read(struct store *store, const char *run_id, sqlite3_stmt *statement, int64_t cell,
                  outcomes_visit *visit, void *with, struct error **err);

/* The digest of an attempt's outcomes. */
void outcomes_digest(const struct result *result, char ret_hex[DIGEST_TEXT_SIZE]);

#endif
