/* SPDX-License-Identifier: Apache-2.0 */
/* The matrix of a run: each cell with its latest attempt and its verdict, computed from the store.
 */
#ifndef TS_JUDGE_MATRIX_H
#define TS_JUDGE_MATRIX_H

#include <stdbool.h>

#include "base/vec.h"
#include "judge/judge.h"
#include "model/record.h"
#include "model/result.h"

struct error;
struct store;

struct matrix_cell {
    struct cell_record cell;
    VEC(struct result *) attempts; /* oldest first; the last is the one that was judged */
    struct judgement judgement;
};
void matrix_cell_done(struct matrix_cell *cell);

/* The attempt that was judged, or NULL: it never ran. Borrowed. */
const struct result *matrix_cell_latest(const struct matrix_cell *cell);

/* Looks at a piece of evidence below home; negative, with why, when it does not hold. */
typedef int evidence_check(const char *home, const struct evidence *blob, struct error **err);

/* Why the evidence behind a green cell does not hold: there is none, or the first piece that does
 * not. The caller frees it; NULL: all of it holds, or the cell is not green. */
char *matrix_cell_evidence(const struct matrix_cell *cell, evidence_check *check, const char *home);

struct matrix {
    struct run_record run;
    VEC(struct matrix_cell) cells; /* in the plan's order */
};
void matrix_done(struct matrix *matrix);

/* Loads and judges one cell, and looks (one stat each) whether the evidence behind it is there; its
 * record is taken over (left empty). End with matrix_cell_done. */
int matrix_load_cell(struct store *store, const char *run_id, struct cell_record *record,
                     struct matrix_cell *ret_cell, struct error **err);

int matrix_load(struct store *store, const char *run_id, struct matrix *ret_matrix,
                struct error **err);

/* Remembers the verdicts as they are judged now, so that the history of a cell can be asked for
 * without judging it again. */
int matrix_remember(struct store *store, const struct matrix *matrix, struct error **err);

struct exit_policy {
    bool strict;        /* conditional counts as incompatible */
    bool allow_partial; /* a cell that leaves out required cases is no reason for 5 */
};

/* The exit code of a run, after tmt's: 3 no cell has a result; 4 nothing but skipped cases and
 * refused cells; 1 a cell is incompatible (strict: or conditional); 2 one is not assessed; 5 one is
 * conditional because its plan is partial; 0. */
int matrix_exit_code(const struct matrix *matrix, struct exit_policy policy);

#endif
