/* SPDX-License-Identifier: Apache-2.0 */
/* Which version of the schema a database has, and the way from there to the program's own. */
#ifndef TS_STORE_SCHEMA_H
#define TS_STORE_SCHEMA_H

#include <stddef.h>

struct error;
struct store;

enum { SCHEMA_APPLICATION_ID = 0x54534d58 }; /* "TSMX" in the header of every store */

/* The text that leads from version - 1 to version; its place in the table is its version. */
struct schema_step {
    const char *sql;
};
extern const struct schema_step schema_steps[];
extern const size_t schema_step_count;

/* Brings the database to the last of the steps, in one transaction: an empty one is made, an older
 * one is changed. -ENOTSUP: of a newer program; -EUCLEAN: another program's, or damaged. */
int schema_migrate(struct store *store, const struct schema_step *steps, size_t count,
                   struct error **err);

#endif
