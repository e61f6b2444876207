/* SPDX-License-Identifier: Apache-2.0 */
/* One cell, or one case of it, over all runs; from the index alone. */
#ifndef TS_STORE_HISTORY_H
#define TS_STORE_HISTORY_H

#include "model/signature.h"
#include "store/store.h"

/* The attempts of a case in one cell. */
struct history_case {
    unsigned passed, failed, errors; /* number of attempts */
    unsigned other;                  /* neither, or the case is absent */
    enum status status;              /* of the latest attempt; MISS: it is absent */
    enum blame blame;
    int64_t duration_ms;
    char signature[SIGNATURE_TEXT_SIZE]; /* "": it did not fail */
};

/* The cell as it was in a run. */
struct history_row {
    char *run_id;
    char *label, *build; /* NULL: none */
    int64_t created_ms;
    enum run_state state;
    bool aside; /* such rows are read, verified, counted and left out */
    struct indexed_cell cell;
    struct history_case seen; /* if a case was asked for */
    int64_t cell_row;         /* of the index */
};
struct history_rows {
    struct history_row *items;
    size_t count;
    size_t aside; /* runs that have the cell and are left out, because they were made aside */
};
void history_rows_done(struct history_rows *rows);

/* Names of all cells of all runs, each once, sorted. Free with cell_records_done. */
int store_read_all_names(struct store *store, struct cell_records *ret_cells, struct error **err);

/* Reads the cells of this platform and suite on these images, the oldest run first. case_id may be
 * NULL. -EUCLEAN: a row does not match its digest. Free with history_rows_done. */
int store_read_history(struct store *store, const struct strv *images, const char *platform,
                       const char *suite, const char *case_id, unsigned rules,
                       struct history_rows *ret_rows, struct error **err);

#endif
