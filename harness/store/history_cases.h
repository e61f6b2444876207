/* SPDX-License-Identifier: Apache-2.0 */
/* The outcomes of all cases of a cell over all runs; from the index alone. */
#ifndef TS_STORE_HISTORY_CASES_H
#define TS_STORE_HISTORY_CASES_H

#include "base/text_map.h"
#include "store/history.h"

/* A case in an attempt. */
struct history_outcome {
    size_t run;  /* index of the run's row */
    size_t name; /* index of the case's name */
    unsigned attempt;
    enum status status;
    enum blame blame;
    char signature[SIGNATURE_TEXT_SIZE]; /* "": it did not fail */
    bool cut; /* the host or the harness cut the attempt short before any case had failed */
};

struct history_cases {
    struct strv names;
    struct text_map places; /* of the names */
    VEC(struct history_outcome) outcomes; /* by run, then by attempt, both the oldest first */
};
void history_cases_done(struct history_cases *cases);

/* rows: as store_read_history returns them. Free with history_cases_done. */
int store_read_history_cases(struct store *store, const struct history_rows *rows,
                             struct history_cases *ret_cases, struct error **err);

#endif
