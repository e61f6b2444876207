/* SPDX-License-Identifier: Apache-2.0 */
/* Records: texts, each stored once, compressed, under its digest, in the order of its run. */
#ifndef TS_STORE_RECORD_H
#define TS_STORE_RECORD_H

#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/text.h"

struct error;
struct store;

/* Positions of a run's own records; attempts follow. */
enum { RECORD_PLAN, RECORD_CELLS, RECORD_ATTEMPTS };

/* Appends a text to the run's records and updates the run's seal. */
int record_add(struct store *store, int64_t run, const char *text, size_t length,
               char ret_sha256[DIGEST_TEXT_SIZE], struct error **err);

/* Appends the digest of a lost text, so that its position is used; reading it gives -EUCLEAN. */
int record_add_lost(struct store *store, int64_t run, const char *sha256, struct error **err);

/* Returns the verified text. -ENOENT: no record has this digest; -EUCLEAN: it was modified. */
int record_read(struct store *store, const char *sha256, struct buffer *ret_text,
                struct error **err);

/* The same by row, for a database whose indexes cannot be trusted. */
int record_read_row(struct store *store, int64_t record, char ret_sha256[DIGEST_TEXT_SIZE],
                    struct buffer *ret_text, struct error **err);

/* Returns the digest of the record at a position. -ENOENT. */
int record_find(struct store *store, int64_t run, int64_t place, char ret_sha256[DIGEST_TEXT_SIZE],
                struct error **err);

#endif
