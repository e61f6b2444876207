/* SPDX-License-Identifier: Apache-2.0 */
/* Records: texts that are kept once, compressed, under their digest, in the order of their run. */
#ifndef TS_STORE_RECORD_H
#define TS_STORE_RECORD_H

#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/text.h"

struct error;
struct store;

/* The places of a run's own records; attempts follow. */
enum { RECORD_PLAN, RECORD_CELLS, RECORD_ATTEMPTS };

/* Adds a text at the end of the run's records and seals the run again. */
int record_add(struct store *store, int64_t run, const char *text, size_t length,
               char ret_sha256[DIGEST_TEXT_SIZE], struct error **err);

/* Adds the name of a text that was lost: it keeps its place, and reading it is -EUCLEAN. */
int record_add_lost(struct store *store, int64_t run, const char *sha256, struct error **err);

/* The text, verified. -ENOENT: there is none of this digest; -EUCLEAN: it is not what it was. */
int record_read(struct store *store, const char *sha256, struct buffer *ret_text,
                struct error **err);

/* The same by its row, when indexes are not to be trusted. */
int record_read_row(struct store *store, int64_t record, char ret_sha256[DIGEST_TEXT_SIZE],
                    struct buffer *ret_text, struct error **err);

/* The digest of a record by its place. -ENOENT. */
int record_find(struct store *store, int64_t run, int64_t place, char ret_sha256[DIGEST_TEXT_SIZE],
                struct error **err);

#endif
