/* SPDX-License-Identifier: Apache-2.0 */
/* The facts of cells, cases, findings and runs, for queries. Texts are borrowed unless noted. */
#ifndef TS_JUDGE_SELECT_FACTS_H
#define TS_JUDGE_SELECT_FACTS_H

#include "base/text.h"
#include "judge/select.h"
#include "model/record.h"

struct error;
struct judgement;
struct matrix_cell;
struct store;

/* What a query needs besides the store. */
struct select_with {
    int64_t now_ms; /* wall clock */
    /* The architecture of a platform; false: it is not known. NULL: that of none is. */
    bool (*arch_of)(void *input, const char *platform, enum arch *ret_arch);
    void *input;
};

/* What is known of a run without reading its cells. */
struct select_run {
    const char *id, *label, *build; /* label, build: may be NULL */
    enum run_state state;
    int64_t created_ms;
};
void facts_of_run(const struct select_run *run, const struct select_with *with,
                  struct facts *facts);

void facts_of_platform(const char *platform, const struct select_with *with, struct facts *facts);

/* The names of a cell, its verdict and what is displayed beside it. */
void facts_of_cell(const struct cell_record *cell, const struct cell_summary *summary,
                   const struct judgement *judgement, const struct select_with *with,
                   struct facts *facts);

/* Whether the name is one of a case or a finding, which facts_of_cell does not know. */
bool facts_need_records(enum query_name name);

/* Adds the rows and findings of a cell whose cases and attempts are loaded, as facts_read_cell. */
void facts_of_rows(const struct matrix_cell *cell, struct strv *texts, struct select_subject *to);

/* Reads the records of a cell, and adds a row for each of its planned cases, one for the cell
 * itself with its own responsible party and reason, and its findings, as far as the names that a
 * query uses (query.uses) need them. The status of a case is that of all attempts that count; MISS:
 * it has no result. Copies of texts are added to `texts`, which must outlive the rows. */
int facts_read_cell(struct store *store, const char *run_id, const struct matrix_cell *cell,
                    uint64_t uses, struct strv *texts, struct select_subject *to,
                    struct error **err);

#endif
