/* SPDX-License-Identifier: Apache-2.0 */
/* The matrix of a run: each cell with its stored or newly computed verdict, and what is displayed
 * beside it. */
#ifndef TS_JUDGE_MATRIX_H
#define TS_JUDGE_MATRIX_H

#include <stdbool.h>

#include "base/vec.h"
#include "judge/judge.h"
#include "judge/selection.h"
#include "model/record.h"
#include "model/result.h"

struct error;
struct store;

struct matrix_cell {
    struct cell_record cell;
    struct cell_summary summary;
    VEC(struct result *)
    attempts; /* oldest first; the last one was judged; empty in a matrix */
    struct judgement judgement;
};
void matrix_cell_done(struct matrix_cell *cell);

/* The attempt that was judged, or NULL if the cell never ran. Borrowed. */
const struct result *matrix_cell_latest(const struct matrix_cell *cell);

/* Checks a piece of evidence; returns a negative code with the reason if it is missing or
 * damaged. */
typedef int evidence_check(void *with, const struct evidence *blob, struct error **err);

/* The reason why the evidence of a compatible cell is insufficient: there is none, or the first
 * missing or damaged piece. Caller frees. NULL: the evidence is intact, or the cell is not
 * compatible. */
char *matrix_cell_evidence(const struct matrix_cell *cell, evidence_check *check, void *with);

struct matrix {
    struct run_record run;
    VEC(struct matrix_cell) cells; /* in the plan's order */
    struct selection selection;    /* the cells that are shown; everything else is about all */
};
void matrix_done(struct matrix *matrix);

/* Loads and judges one cell with its attempts, and checks (one stat each) that its evidence exists.
 * Takes ownership of `record`, which is left empty. Free with matrix_cell_done. */
int matrix_load_cell(struct store *store, const char *run_id, struct cell_record *record,
                     struct matrix_cell *ret_cell, struct error **err);
/* The same for a cell whose names are known, judged with the waivers (NULL: none). */
int matrix_read_cell(struct store *store, const char *run_id, const struct cell_record *name,
                     struct waivers *waivers, struct matrix_cell *ret_cell, struct error **err);

/* Loads what is displayed of all cells, without cases and attempts. Verdicts made by this version
 * of the rules are used as stored; others are computed from the records, one cell at a time, and
 * stored. The evidence of compatible cells is checked as above. */
int matrix_load(struct store *store, const char *run_id, struct matrix *ret_matrix,
                struct error **err);

/* Judges a cell without a current verdict from its records; its evidence is not checked. */
struct indexed_cell;
int matrix_judge_again(struct store *store, const char *run_id, struct indexed_cell *cell,
                       struct error **err);

/* Judges again with these waivers the cells that they may change: an incompatible one of which every
 * failure is waived becomes conditional; a conditional one says which of its findings are waived.
 * Sets `used` of waivers; nothing is stored. */
struct waivers;
int matrix_waive_cell(struct store *store, const char *run_id, struct waivers *waivers,
                      struct matrix_cell *cell, struct error **err);
int matrix_apply_waivers(struct store *store, struct waivers *waivers, struct matrix *matrix,
                         struct error **err);

struct exit_policy {
    bool strict;        /* conditional counts as incompatible */
    bool allow_partial; /* cells that leave out required cases do not cause exit code 5 */
};

/* The exit code of a run, following tmt: 3 no cell has a result; 4 only skipped cases and refused
 * cells; 1 a cell is incompatible (strict: or conditional); 2 a cell is not assessed; 5 a cell is
 * conditional because its plan is partial; else 0. */
int matrix_exit_code(const struct matrix *matrix, struct exit_policy policy);

#endif
