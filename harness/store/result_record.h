/* SPDX-License-Identifier: Apache-2.0 */
/* The record of an attempt as the struct that its text says. */
#ifndef TS_STORE_RESULT_RECORD_H
#define TS_STORE_RESULT_RECORD_H

struct error;
struct result;
struct store;

/* -ENOENT, -EUCLEAN as record_read. End with result_free. */
int result_record_read(struct store *store, const char *sha256, struct result **ret_result,
                       struct error **err);

#endif
