/* SPDX-License-Identifier: Apache-2.0 */
/* The index rows of one attempt. */
#ifndef TS_STORE_INDEX_ROWS_H
#define TS_STORE_INDEX_ROWS_H

#include <stdint.h>

#include "base/digest.h"

struct error;
struct result;
struct store;

/* Adds them. sha256 is the digest of the attempt's record, cell its row or 0 if it belongs to none.
 * ret_blobs is the sum over its evidence. */
int index_add_rows(struct store *store, int64_t run, int64_t cell, const struct result *result,
                   const char *sha256, char ret_blobs[DIGEST_TEXT_SIZE], struct error **err);

#endif
