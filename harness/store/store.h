/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The store: an SQLite database (HOME/store.db) with the plan of each run and the result.json of
 * every attempt, as records under their digests, and an index over them that can be rebuilt; beside
 * it, evidence by digest (evidence/). Each change is one transaction, so a kill leaves the state
 * before or after it. What is read is verified against its digests.
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

/* Opens, and if necessary creates or migrates, the store in a folder. -EUCLEAN: not a store, or
 * damaged; -ENOTSUP: of a newer version of the program; the message says what to do. If the folder
 * is not writable it is opened read-only (-EACCES: it does not exist). */
int store_open(const char *home, struct store **ret_store, struct error **err);
void store_close(struct store *store);
DEFINE_CLEANUP(struct store *, store_close)

/* The home folder that contains it. Borrowed. */
const char *store_home(const struct store *store);

/* Number of runs with a folder in the home that the store does not know; and the error (-EUCLEAN)
 * for a store that knows none of them. */
size_t store_count_unknown_runs(struct store *store);
int store_unknown_runs(struct store *store, struct error **err);

/* State of the evidence that the store refers to. */
struct evidence_state {
    uint64_t count, wrong; /* number of blobs; number of missing or modified ones */
    char *first;           /* message about the first of them, or NULL */
    char *run_id;          /* a run that refers to it */
};
void evidence_state_done(struct evidence_state *state);

/* Checks all evidence: that it exists, by one stat each; with read_all also that its content
 * matches its digest. */
int store_check_evidence(struct store *store, bool read_all, struct evidence_state *ret_state,
                         struct error **err);

/* Checks that tables, columns and indexes are those of this version; fast. -EUCLEAN. */
int store_check_schema(struct store *store, struct error **err);

/* The same, and checks every page of the database for damage; slow for a large one. */
int store_check(struct store *store, struct error **err);

/* Rebuilds the index from the records; verdicts are computed when they are next displayed. */
int store_reindex(struct store *store, struct error **err);

/* Records a planned run with its cells and the cases of each suite in the plan. `suites` has one
 * entry for each name in run->plan.suites. -EEXIST: the ID is in use. */
int store_add_run(struct store *store, const struct run_record *run,
                  const struct suite *const *suites, size_t suite_count, struct error **err);

/* Adds a run of one cell with its only result, ended, in one transaction. Errors as for
 * store_add_run and store_merge_result. */
int store_add_ended_run(struct store *store, const struct run_record *run,
                        const struct suite *suite, const struct result *result,
                        const char *bundle_path, struct error **err);

int store_end_run(struct store *store, const char *run_id, enum run_state state, int64_t ended_ms,
                  struct error **err);

/*
 * Merges the output of a job: first the evidence (copied by digest and verified), then its record
 * and index rows in one transaction. Merging the same result again changes nothing. -EEXIST:
 * another result for the same job and attempt; -EBADMSG: its run, job or cell was not planned;
 * -ENOSPC: nothing was merged.
 */
int store_merge_result(struct store *store, const struct result *result, const char *bundle_path,
                       struct error **err);

/* The judgement of a cell. cell: as it was read when it was judged. */
struct cell_verdict {
    const struct cell_record *cell;
    const struct judgement *judgement;
};

/* Stores verdicts made by this version of the rules, in one transaction. Cells that have received
 * another attempt meanwhile are skipped. */
int store_put_verdicts(struct store *store, const char *run_id, unsigned rules,
                       const struct cell_verdict *rows, size_t count, struct error **err);

/* Resolves a full ID, a unique prefix, `latest`, the newest run that has ended, or `newest`, which
 * may be open or interrupted. -ENODATA: there are no runs, or none has ended; -ENOENT: unknown;
 * -EINVAL: ambiguous, with the candidates. Caller frees. */
int store_find_run(struct store *store, const char *text, char **ret_run_id, struct error **err);

/* IDs of all runs, newest first. */
int store_list_runs(struct store *store, struct strv *ret_ids, struct error **err);

/* Reads the run and its plan, without the plan's cells. Free with run_record_done. */
int store_read_run(struct store *store, const char *run_id, struct run_record *ret_run,
                   struct error **err);

/* Adds the cells, with reasons for refusal, to the plan. */
int store_read_planned_cells(struct store *store, const char *run_id, struct plan *plan,
                             struct error **err);

/* Reads all cells of a run in the plan's order. A cell is finished when it was refused or has an
 * attempt: `resume` runs the others. Free with cell_records_done. */
int store_read_cells(struct store *store, const char *run_id, struct cell_records *ret_cells,
                     struct error **err);

/* Reads one cell by its names, like store_read_cells, without examining others. -ENOENT. Free with
 * cell_record_done. */
int store_read_cell(struct store *store, const char *run_id, const struct cell_record *name,
                    struct cell_record *ret_cell, struct error **err);

/* Reads only the names of all cells, in the plan's order. Free with cell_records_done. */
int store_read_names(struct store *store, const char *run_id, struct cell_records *ret_cells,
                     struct error **err);

/* What is displayed of a cell without reading a record. */
struct indexed_cell {
    struct cell_record cell; /* without cases and attempts */
    struct cell_summary summary;
    bool judged; /* the stored verdict was made by this version of the rules from the cell's current
                    attempts */
    struct judgement judgement;
};
VEC_TYPE(indexed_cells, struct indexed_cell);
void indexed_cells_done(struct indexed_cells *cells);

/* Reads all cells of a run, in the plan's order. -ENOENT; -EUCLEAN: the run's records or their
 * index were modified by another program. */
int store_read_index(struct store *store, const char *run_id, unsigned rules,
                     struct indexed_cells *ret_cells, struct error **err);

/* Indexes, in the plan's order, of the cells with an attempt that refers to missing evidence, or with
 * read_all to damaged evidence. Costs one stat for each blob of the run; with read_all, each is read
 * once. Free with vec_done. */
VEC_TYPE(lost_cells, size_t);
int store_find_lost_cells(struct store *store, const char *run_id, bool read_all,
                          struct lost_cells *ret_cells, struct error **err);

/* Reads one attempt from its record. -EUCLEAN: modified since it was merged; -ENOENT. Free with
 * result_free. */
int store_read_result(struct store *store, const char *run_id, const char *job_id, unsigned attempt,
                      struct result **ret_result, struct error **err);

#endif
