/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the cells of a run from the index, in the plan's order, and verifies them against its sums.
 */
#ifndef TS_STORE_CELL_ROWS_H
#define TS_STORE_CELL_ROWS_H

#include "base/cleanup.h"
#include "store/seal.h"
#include "store/sql.h"

struct cell_record;

/* Every SELECT begins with CELL_NAMES; CELL_SELF, if it is there, comes next. */
#define CELL_NAMES "image, platform, suite, digest"
#define CELL_SELF ", refused, job, cell, digest = row_digest(" CELL_SEALED ")"
enum {
    CELL_IMAGE,
    CELL_PLATFORM,
    CELL_SUITE,
    CELL_DIGEST,
    CELL_REFUSED,
    CELL_JOB,
    CELL_ROW,
    CELL_IS_SOUND,
    CELL_REST
};

struct cell_rows {
    struct store *store;
    const char *run_id; /* borrowed */
    sqlite3_stmt *row;
    struct index_sums sums;
    char sum[DIGEST_TEXT_SIZE]; /* of the cells so far */
};
void cell_rows_done(struct cell_rows *rows);

/* Verifies the index of the run (its row is `run`) and begins to read; select is a literal "SELECT
 * … FROM cell WHERE run = ? ORDER BY place". */
int cell_rows_begin(struct store *store, int64_t run, const char *run_id, const char *select,
                    struct cell_rows *ret_rows, struct error **err);

/* 1: rows->row is the next cell; 0: that was the last one, and all of them agree with the sums. */
int cell_rows_next(struct cell_rows *rows, struct error **err);

/* Takes CELL_NAMES. -EUCLEAN: a name is missing. */
int cell_row_names(struct store *store, const char *run_id, sqlite3_stmt *row,
                   struct cell_record *to, struct error **err);

/* Takes CELL_NAMES and CELL_SELF. -EUCLEAN: the row does not match its digest either. */
int cell_row_self(struct store *store, const char *run_id, sqlite3_stmt *row, unsigned repeat,
                  struct cell_record *to, struct error **err);

#endif
