/* SPDX-License-Identifier: Apache-2.0 */
/* The two records that a run begins with: what was planned, and its cells. */
#ifndef TS_STORE_PLAN_RECORD_H
#define TS_STORE_PLAN_RECORD_H

#include <jansson.h>
#include <stdint.h>

#include "base/digest.h"
#include "model/record.h"

struct buffer;
struct error;
struct store;
struct suite;

struct planned_suite {
    char *name;
    VEC(struct planned_case) cases;
};
VEC_TYPE(planned_suites, struct planned_suite);
void planned_suites_done(struct planned_suites *suites);

/* A suite's cases, each with whether its item is among the plan's. */
void planned_suites_add(struct planned_suites *suites, const struct suite *suite,
                        const struct plan *plan);

/* What was planned, as it is read back: the run without its state, end and cells. */
struct plan_record {
    char sha256[DIGEST_TEXT_SIZE];
    struct run_record run;
    struct planned_suites suites;
};
void plan_record_free(struct plan_record *plan);

void plan_record_to_text(const struct run_record *run, const struct planned_suites *suites,
                         struct buffer *ret_text);
void plan_cells_to_text(const struct run_record *run, struct buffer *ret_text);

/* That of a run, verified. It is the store's, good until another run's is asked for. -EUCLEAN */
int plan_record_of(struct store *store, int64_t run, const struct plan_record **ret_plan,
                   struct error **err);

/* The run's cells in their order, verified. -EUCLEAN */
int plan_record_cells(struct store *store, int64_t run, struct plan *ret_plan, struct error **err);

/* Copies what a run_record has of it: plan without cells, inputs, facts of the host. */
int plan_record_copy(const struct plan_record *plan, struct run_record *run, struct error **err);

/* The cases that a cell of this suite was planned with are appended to it. */
void plan_record_add_cases(const struct plan_record *plan, struct cell_record *cell);

#endif
