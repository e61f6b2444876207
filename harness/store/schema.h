/* SPDX-License-Identifier: Apache-2.0 */
/* Which version of the schema a database has, and the way from there to the program's own. */
#ifndef TS_STORE_SCHEMA_H
#define TS_STORE_SCHEMA_H

#include <stddef.h>

struct error;
struct store;

enum { SCHEMA_APPLICATION_ID = 0x54534d58 }; /* "TSMX" in the header of every store */
enum { SCHEMA_ROWS = 3 };                    /* the last version that kept results as rows */

/* What leads from version - 1 to version; its place in the table is its version. move: after the
 * text, in the same transaction; or NULL. */
struct schema_step {
    const char *sql;
    int (*move)(struct store *store, struct error **err);
};
extern const struct schema_step schema_steps[];
extern const size_t schema_step_count;

/* The move to version 4: records out of the rows of version 3. */
int migrate_to_records(struct store *store, struct error **err);

/* Brings the database to the last of the steps, in one transaction: an empty one is made, an older
 * one is changed. -ENOTSUP: of a newer program; -EUCLEAN: another program's, or damaged. */
int schema_migrate(struct store *store, const struct schema_step *steps, size_t count,
                   struct error **err);

/* A store in memory that is like an empty one after so many steps; with all of them it has an
 * index. End with store_close. */
int schema_open_memory(const char *home, size_t count, struct store **ret_store,
                       struct error **err);

#endif
