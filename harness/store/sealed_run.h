/* SPDX-License-Identifier: Apache-2.0 */
/* A run as it is sealed: its row and the digests of its records. What is needed to take it from one
 * store to another without change. */
#ifndef TS_STORE_SEALED_RUN_H
#define TS_STORE_SEALED_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/vec.h"
#include "model/record.h"

struct buffer;
struct error;
struct evidence;
struct store;

struct sealed_record {
    char sha256[DIGEST_TEXT_SIZE];
    uint64_t size; /* bytes of its text */
};

struct sealed_run {
    char *id;
    int64_t created_ms, ended_ms;
    enum run_state state;
    char chain[DIGEST_TEXT_SIZE];
    VEC(struct sealed_record) records; /* in order: plan, cells, attempts */
};
void sealed_run_done(struct sealed_run *run);

/* Verifies the run against its seal. -ENOENT; -EUCLEAN. Free with sealed_run_done. */
int store_read_sealed_run(struct store *store, const char *run_id, struct sealed_run *ret_run,
                          struct error **err);

/* Reads the verified text of a record. */
int store_read_record(struct store *store, const char *sha256, struct buffer *ret_text,
                      struct error **err);

/* Reads the text of a record of a run that is added. */
typedef int sealed_text(void *with, const struct sealed_record *record, struct buffer *ret_text,
                        struct error **err);

/* Where a run that is added comes from. */
struct sealed_source {
    sealed_text *text;
    /* Checks the run, with its inputs, before anything is kept; may be NULL. */
    int (*check)(void *with, const struct run_record *run, struct error **err);
    void *with;
};

/*
 * Adds a run with its records in one transaction; every one is checked like the result of a job
 * that is merged, so a run that this version could not have made is refused, and nothing of it is
 * added. The run is judged from its records when it is shown. Returns 1 if exactly this run is in
 * the store already. -EEXIST: another run has its id; -EBADMSG: a text, the chain or a result does
 * not fit.
 */
int store_add_sealed_run(struct store *store, const struct sealed_run *run,
                         const struct sealed_source *source, struct error **err);

/* Reads a verified record as the result of an attempt. Free with result_free. */
struct result;
int store_parse_attempt(const struct buffer *text, struct result **ret_result, struct error **err);

#endif
