/* SPDX-License-Identifier: Apache-2.0 */
/* The list of all runs, from the index alone. */
#ifndef TS_STORE_RUNS_H
#define TS_STORE_RUNS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/text.h"
#include "base/vec.h"
#include "model/record.h"

struct error;
struct store;

/* The file in a run's folder that says where an imported run comes from. */
#define RUN_IMPORTED "imported.json"

/* The cells of a run by their verdicts. */
struct run_counts {
    unsigned verdicts[VERDICT_COUNT];
    unsigned partial;  /* leave out required cases */
    unsigned emulated; /* their latest attempt ran in an emulated guest */
};

struct listed_run {
    char *id;
    char *label, *build; /* NULL: none */
    bool aside;          /* it does not count for 'latest' and the views over many runs */
    char *imported_from; /* the host that exported it; NULL: it was made here */
    int64_t created_ms, ended_ms;
    enum run_state state;
    struct strv images;           /* sorted */
    char index[DIGEST_TEXT_SIZE]; /* changes with every attempt */
    bool counted; /* counts are stored, were made by this version of the rules, and are current */
    struct run_counts counts;
    char *damage; /* why the run cannot be read; NULL: it can */
};
VEC_TYPE(listed_runs, struct listed_run);
void listed_runs_done(struct listed_runs *runs);

/* Reads all runs, newest first. Rows that do not match their digests have `damage`. Free with
 * listed_runs_done. */
int store_read_runs(struct store *store, unsigned rules, struct listed_runs *ret_runs,
                    struct error **err);

/* Stores the counts of a run, made when its index had the digest in `run`. */
int store_put_counts(struct store *store, const struct listed_run *run, unsigned rules,
                     struct error **err);

/*
 * What the cells and cases of an ended run said, as bytes that mean nothing to the store.
 *
 * They are believed only if the list believes the run (its rows match their digests and each
 * other), if they were made when its index had the digest in `run` and by this version of the
 * rules, and if they match their own digest. As much is asked of the counts, and neither is proof:
 * a digest is a checksum, and whoever writes a wrong one with its digest is found only by reading
 * the records (SECURITY.md). No verdict rests on them: they choose what a list shows.
 *
 * store_read_columns returns 1, or 0 if there are none to be believed. What is put is not stored if
 * the run has received another attempt meanwhile, or has not ended.
 */
struct buffer;
int store_read_columns(struct store *store, const struct listed_run *run, unsigned rules,
                       struct buffer *ret_columns, struct error **err);
int store_put_columns(struct store *store, const struct listed_run *run, unsigned rules,
                      const struct buffer *columns, struct error **err);

/* False: what is put into it is not stored. */
bool store_can_write(const struct store *store);

#endif
