/* SPDX-License-Identifier: Apache-2.0 */
/* The matrix of a run: each cell with its verdict, kept or computed anew, and what is shown beside
 * it. */
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
    struct cell_summary summary;
    VEC(struct result *)
    attempts; /* oldest first; the last is the one that was judged; of a matrix: none */
    struct judgement judgement;
};
void matrix_cell_done(struct matrix_cell *cell);

/* The attempt that was judged, or NULL: it never ran. Borrowed. */
const struct result *matrix_cell_latest(const struct matrix_cell *cell);

/* Looks at a piece of evidence; negative, with why, when it does not hold. */
typedef int evidence_check(void *with, const struct evidence *blob, struct error **err);

/* Why the evidence behind a green cell does not hold: there is none, or the first piece that does
 * not. The caller frees it; NULL: all of it holds, or the cell is not green. */
char *matrix_cell_evidence(const struct matrix_cell *cell, evidence_check *check, void *with);

struct matrix {
    struct run_record run;
    VEC(struct matrix_cell) cells; /* in the plan's order */
};
void matrix_done(struct matrix *matrix);

/* Loads and judges one cell with its attempts, and looks (one stat each) whether the evidence
 * behind it is there; its record is taken over (left empty). End with matrix_cell_done. */
int matrix_load_cell(struct store *store, const char *run_id, struct cell_record *record,
                     struct matrix_cell *ret_cell, struct error **err);

/* What is shown of all cells, without cases and attempts: verdicts that rules of this version made
 * are taken as they were kept, others are computed from the records, one cell at a time, and kept.
 * The evidence behind green cells is looked for as above. */
int matrix_load(struct store *store, const char *run_id, struct matrix *ret_matrix,
                struct error **err);

struct exit_policy {
    bool strict;        /* conditional counts as incompatible */
    bool allow_partial; /* a cell that leaves out required cases is no reason for 5 */
};

/* The exit code of a run, after tmt's: 3 no cell has a result; 4 nothing but skipped cases and
 * refused cells; 1 a cell is incompatible (strict: or conditional); 2 one is not assessed; 5 one is
 * conditional because its plan is partial; 0. */
int matrix_exit_code(const struct matrix *matrix, struct exit_policy policy);

#endif
