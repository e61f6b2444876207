/* SPDX-License-Identifier: Apache-2.0 */
/* The cells of a matrix that a query selects. */
#ifndef TS_JUDGE_SELECT_MATRIX_H
#define TS_JUDGE_SELECT_MATRIX_H

#include "judge/across.h"
#include "judge/matrix.h"
#include "judge/select_facts.h"

/* Sets matrix->selection; query: parsed for QUERY_MATRIX. Cells are read from their records if the
 * query is about cases or findings. */
int select_matrix(struct store *store, const struct query *query, const struct select_with *with,
                  struct matrix *matrix, struct error **err);

/* The same across runs: each cell has the facts of its own run, and count() compares the platforms
 * of a line. */
int select_across(struct store *store, const struct query *query, const struct select_with *with,
                  struct across *across, struct error **err);

#endif
