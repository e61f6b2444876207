/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a cell with its summary and its verdict from rows of the index. */
#ifndef TS_STORE_INDEXED_ROW_H
#define TS_STORE_INDEXED_ROW_H

#include "store/cell_rows.h"
#include "store/store.h"

/* What a SELECT of cells begins with. */
#define CELL_SHOWN                                                                                 \
    CELL_NAMES CELL_SELF ", attempts, attempt, grade, accel, started_ms, ended_ms, "               \
                         "gap_missing, gap_extra, gap_unknown, warn, high, unknown, block, "       \
                         "evidence, evidence_least"
enum { CELL_SHOWN_COUNT = CELL_REST + 9 + GAP_UNKNOWN + SEVERITY_COUNT };

/* Prepares the statement that reads the verdict of a cell. */
int indexed_row_prepare(struct store *store, sqlite3_stmt **ret_verdict, struct error **err);

/* Reads the row, which begins with CELL_SHOWN. The verdict is left out unless this version of the
 * rules made it from the current attempts. -EUCLEAN: a row does not match its digest. */
int indexed_row_read(struct store *store, const char *run_id, unsigned repeat, unsigned rules,
                     sqlite3_stmt *row, sqlite3_stmt *verdict, struct indexed_cell *to,
                     struct error **err);

#endif
