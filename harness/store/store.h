/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is remembered, in SQLite below the home folder (store.db): what each run was planned with
 * and the result.json of every attempt, as records under their digests, and an index over them that
 * can be made again; evidence by digest beside it (evidence/). Each change is one transaction; a
 * kill at any moment leaves the state before it or after it. What is read is held against its
 * digests.
 */
#ifndef TS_STORE_STORE_H
#define TS_STORE_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "model/judgement.h"
#include "model/record.h"

struct error;
struct plan;
struct result;
struct store;
struct suite;

/* Opens (makes, migrates) the store below a folder. -EUCLEAN: not a store, damaged; -ENOTSUP: of a
 * newer program; the message says what to do. Where the folder cannot be written it is opened to be
 * read (-ENODATA: it is not there). */
int store_open(const char *home, struct store **ret_store, struct error **err);
void store_close(struct store *store);
DEFINE_CLEANUP(struct store *, store_close)

/* The home folder that it is below. Borrowed. */
const char *store_home(const struct store *store);

/* Runs whose folder is below the home and which the store does not know; and the error for a store
 * that knows none of them: -EUCLEAN. */
size_t store_count_unknown_runs(struct store *store);
int store_unknown_runs(struct store *store, struct error **err);

/* What became of the evidence that the store refers to. */
struct evidence_state {
    uint64_t count, wrong; /* blobs; those that are missing or not what they were */
    char *first;           /* what is wrong with the first of them, or NULL */
    char *run_id;          /* a run that it belongs to */
};
void evidence_state_done(struct evidence_state *state);

/* Looks at all evidence: that it is there, by one stat each; with read_all also that its bytes are
 * those of its digest. */
int store_check_evidence(struct store *store, bool read_all, struct evidence_state *ret_state,
                         struct error **err);

/* Tables, columns and indexes are those of this program; cheap. -EUCLEAN. */
int store_check_schema(struct store *store, struct error **err);

/* The same, and reads the whole database for damage (slow for a big one): every page is sound. */
int store_check(struct store *store, struct error **err);

/* Makes the index again from the records; verdicts are computed when they are next shown. */
int store_reindex(struct store *store, struct error **err);

/* Remembers a planned run with its cells and the cases that each suite of the plan has. `suites`
 * holds one struct suite for each name in run->plan.suites. -EEXIST when the id is taken. */
int store_add_run(struct store *store, const struct run_record *run,
                  const struct suite *const *suites, size_t suite_count, struct error **err);

int store_end_run(struct store *store, const char *run_id, enum run_state state, int64_t ended_ms,
                  struct error **err);

/*
 * Takes in what a job left: evidence first (copied by digest, checked on the way), then its record
 * and the index of it in one transaction. The same result again changes nothing; another result for
 * the same job and attempt is -EEXIST; one whose run, job or cell was not planned is -EBADMSG. No
 * space: -ENOSPC, and nothing of it is in the matrix.
 */
int store_merge_result(struct store *store, const struct result *result, const char *bundle_path,
                       struct error **err);

/* How a cell was judged. cell: as it was read when that was done. */
struct cell_verdict {
    const struct cell_record *cell;
    const struct judgement *judgement;
};

/* Keeps verdicts that rules of this version made, in one transaction; those of cells that have got
 * another attempt since are left out. */
int store_put_verdicts(struct store *store, const char *run_id, unsigned rules,
                       const struct cell_verdict *rows, size_t count, struct error **err);

/* The run that a person means: a full id, a unique prefix, or `latest`. -ENODATA when there is no
 * run at all; -ENOENT unknown; -EINVAL ambiguous, with the candidates. Caller frees. */
int store_find_run(struct store *store, const char *text, char **ret_run_id, struct error **err);

/* Ids of all runs, newest first. */
int store_list_runs(struct store *store, struct strv *ret_ids, struct error **err);

/* The run and its plan without the plan's cells. End with run_record_done. */
int store_read_run(struct store *store, const char *run_id, struct run_record *ret_run,
                   struct error **err);

/* Adds the cells to the plan, with their refusals, out of their record. */
int store_read_planned_cells(struct store *store, const char *run_id, struct plan *plan,
                             struct error **err);

/* All cells of a run, in the plan's order. A cell is finished when it was refused or has an
 * attempt: `resume` runs those that are not. End with cell_records_done. */
int store_read_cells(struct store *store, const char *run_id, struct cell_records *ret_cells,
                     struct error **err);

/* One cell by its names, as store_read_cells has it; what stands beside it is not looked at.
 * -ENOENT. End with cell_record_done. */
int store_read_cell(struct store *store, const char *run_id, const struct cell_record *name,
                    struct cell_record *ret_cell, struct error **err);

/* The names alone of all cells, in the plan's order. End with cell_records_done. */
int store_read_names(struct store *store, const char *run_id, struct cell_records *ret_cells,
                     struct error **err);

/* What is shown of a cell without reading a record. */
struct indexed_cell {
    struct cell_record cell; /* without cases and attempts */
    struct cell_summary summary;
    bool judged; /* the verdict is of rules of this version and of the attempts that the cell has */
    struct judgement judgement;
};
VEC_TYPE(indexed_cells, struct indexed_cell);
void indexed_cells_done(struct indexed_cells *cells);

/* All cells of a run, in the plan's order. -ENOENT; -EUCLEAN: the run's records or the index of
 * them were changed outside of this program. */
int store_read_index(struct store *store, const char *run_id, unsigned rules,
                     struct indexed_cells *ret_cells, struct error **err);

/* The cells of a run, by their places in the plan's order, an attempt of which refers to evidence
 * that is not in place. Costs one stat for each of the run's blobs. End with vec_done. */
VEC_TYPE(lost_cells, size_t);
int store_find_lost_cells(struct store *store, const char *run_id, struct lost_cells *ret_cells,
                          struct error **err);

/* One attempt, out of its record. -EUCLEAN: that is not what was merged; -ENOENT: there is none.
 * End with result_free. */
int store_read_result(struct store *store, const char *run_id, const char *job_id, unsigned attempt,
                      struct result **ret_result, struct error **err);

#endif
