/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is remembered: runs, cells, every attempt with its cases, points, observations, identity and
 * gaps, in SQLite below the home folder (store.db), and evidence by digest beside it (evidence/).
 * Each change is one transaction; a kill at any moment leaves the state before it or after it.
 */
#ifndef TS_STORE_STORE_H
#define TS_STORE_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "model/record.h"

struct error;
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

/* Remembers a planned run with its cells and the cases that each suite of the plan has. `suites`
 * holds one struct suite for each name in run->plan.suites. -EEXIST when the id is taken. */
int store_add_run(struct store *store, const struct run_record *run,
                  const struct suite *const *suites, size_t suite_count, struct error **err);

int store_end_run(struct store *store, const char *run_id, enum run_state state, int64_t ended_ms,
                  struct error **err);

/*
 * Takes in what a job left: evidence first (copied by digest, checked on the way), then all rows in
 * one transaction. The same result again changes nothing; another result for the same job and
 * attempt is -EEXIST; one whose run, job or cell was not planned is -EBADMSG. No space: -ENOSPC,
 * and nothing of it is in the matrix.
 */
int store_merge_result(struct store *store, const struct result *result, const char *bundle_path,
                       struct error **err);

/* How a cell was judged, with its latest attempt. */
struct cell_verdict {
    const struct cell_record *cell;
    enum verdict verdict;
    unsigned rule;
    const char *reason;
};

/* Remembers verdicts in one transaction; a later judgement of a cell takes the earlier one's place.
 */
int store_put_verdicts(struct store *store, const char *run_id, const struct cell_verdict *rows,
                       size_t count, struct error **err);

/* The run that a person means: a full id, a unique prefix, or `latest`. -ENODATA when there is no
 * run at all; -ENOENT unknown; -EINVAL ambiguous, with the candidates. Caller frees. */
int store_find_run(struct store *store, const char *text, char **ret_run_id, struct error **err);

/* Ids of all runs, newest first. */
int store_list_runs(struct store *store, struct strv *ret_ids, struct error **err);

/* End with run_record_done; the plan's cells carry their refusals. */
int store_read_run(struct store *store, const char *run_id, struct run_record *ret_run,
                   struct error **err);

/* All cells of a run, in the plan's order. A cell is finished when it was refused or has an
 * attempt: `resume` runs those that are not. End with cell_records_done. */
int store_read_cells(struct store *store, const char *run_id, struct cell_records *ret_cells,
                     struct error **err);

/* One attempt, rebuilt from its rows and held against the digest it was merged with: -EUCLEAN when
 * the rows were changed; -ENOENT when there is none. End with result_free. */
int store_read_result(struct store *store, const char *run_id, const char *job_id, unsigned attempt,
                      struct result **ret_result, struct error **err);

#endif
