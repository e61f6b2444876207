/* SPDX-License-Identifier: Apache-2.0 */
/* Adds the record of a result and its rows, within a transaction. */
#ifndef TS_STORE_MERGE_H
#define TS_STORE_MERGE_H

struct buffer;
struct error;
struct result;
struct store;

/* text: the record, with this digest. Adds nothing if the same result was merged before. Errors as
 * for store_merge_result. */
int merge_insert(struct store *store, const struct result *result, const struct buffer *text,
                 const char *sha256, struct error **err);

/* Copies the evidence of a result from its bundle, by digest; outside a transaction. */
int merge_add_evidence(struct store *store, const struct result *result, const char *bundle_path,
                       struct error **err);

#endif
