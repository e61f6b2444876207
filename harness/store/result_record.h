/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the record of an attempt into a struct. */
#ifndef TS_STORE_RESULT_RECORD_H
#define TS_STORE_RESULT_RECORD_H

struct error;
struct result;
struct store;

/* -ENOENT, -EUCLEAN as for record_read. Free with result_free. */
int result_record_read(struct store *store, const char *sha256, struct result **ret_result,
                       struct error **err);

#endif
