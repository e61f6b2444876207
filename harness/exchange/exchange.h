/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A run as one file, to take it from one home to another (touchstone-run-format(5)): a tar archive,
 * compressed with zstd, of run.json, the records, the files that the run was planned with, and its
 * evidence, in this order.
 *
 * The run stays what it is: its records are added unchanged under their digests, judged by the
 * rules of the home that takes it, and its evidence is verified. A file is trusted in nothing.
 */
#ifndef TS_EXCHANGE_EXCHANGE_H
#define TS_EXCHANGE_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct error;
struct store;

/* What an archive contains. */
struct exchanged_run {
    char *id;
    size_t attempts, evidence; /* number of attempts, and of distinct pieces of evidence */
    bool known;                /* read: exactly this run was in the store already */
    char *host;                /* read: where it was written; may be NULL */
    int64_t written_ms;        /* read: when, wall clock */
};
void exchanged_run_done(struct exchanged_run *run);

/* Writes a run that has ended to a file, which appears complete or not at all. version: of the
 * program. -EINVAL: it has not ended; -EBADMSG: evidence is missing or damaged; -ENOENT. */
int exchange_write(struct store *store, const char *run_id, const char *version, const char *path,
                   struct exchanged_run *ret_run, struct error **err);

/* Adds the run in a file to the store, with its evidence and inputs; nothing of a file that is
 * rejected, except evidence under its own digest. -EEXIST: another run has its id; -EBADMSG. */
int exchange_read(struct store *store, const char *path, struct exchanged_run *ret_run,
                  struct error **err);

#endif
