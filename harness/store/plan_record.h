/* SPDX-License-Identifier: Apache-2.0 */
/* The first two records of a run: its plan and its cells. */
#ifndef TS_STORE_PLAN_RECORD_H
#define TS_STORE_PLAN_RECORD_H

#include <jansson.h>
#include <stdint.h>

#include "base/cleanup.h"
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

/* Adds a suite's cases, each with whether its item is part of the plan. */
void planned_suites_add(struct planned_suites *suites, const struct suite *suite,
                        const struct plan *plan);

/* The plan as read back: the run without its state, end time and cells. */
struct plan_record {
    char sha256[DIGEST_TEXT_SIZE];
    struct run_record run;
    struct planned_suites suites;
};
void plan_record_free(struct plan_record *plan);
DEFINE_CLEANUP(struct plan_record *, plan_record_free)

void plan_record_to_text(const struct run_record *run, const struct planned_suites *suites,
                         struct buffer *ret_text);
void plan_cells_to_text(const struct run_record *run, struct buffer *ret_text);

/* Read the texts of these two records, as they are stored. -EBADMSG. */
int plan_record_parse(const char *text, size_t length, struct plan_record **ret_plan,
                      struct error **err);
int plan_cells_parse(const char *text, size_t length, struct plan *ret_plan, struct error **err);

/* Why this version would not have planned these cells; NULL: there is no reason. Of records from
 * outside, whose names must not be used before. */
const char *plan_record_fault(const struct plan_record *about, const struct plan *plan);

/* Returns the verified plan of a run. It is owned by the store and valid until the plans of two
 * other runs were read. -EUCLEAN. */
int plan_record_of(struct store *store, int64_t run, const struct plan_record **ret_plan,
                   struct error **err);

/* Reads the verified cells of a run, in order. -EUCLEAN. */
int plan_record_cells(struct store *store, int64_t run, struct plan *ret_plan, struct error **err);

/* Copies the plan (without cells), the inputs and the facts about the host to a run_record. */
int plan_record_copy(const struct plan_record *plan, struct run_record *run, struct error **err);

/* Appends to the cell the cases that were planned for its suite. */
void plan_record_add_cases(const struct plan_record *plan, struct cell_record *cell);

#endif
