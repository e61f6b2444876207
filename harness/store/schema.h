/* SPDX-License-Identifier: Apache-2.0 */
/* Schema versions of a database and the migration steps to the current one. */
#ifndef TS_STORE_SCHEMA_H
#define TS_STORE_SCHEMA_H

#include <stddef.h>

struct error;
struct store;

enum {
    SCHEMA_APPLICATION_ID = 0x54534d58
};                        /* "TSMX", application_id in the header of every store */
enum { SCHEMA_ROWS = 3 }; /* the last version that stored results as rows */

/* Migrates from version - 1 to version; the index in the table is the version. move: called after
 * `text` was executed, in the same transaction; or NULL. */
struct schema_step {
    const char *sql;
    int (*move)(struct store *store, struct error **err);
};
extern const struct schema_step schema_steps[];
extern const size_t schema_step_count;

/* Part of the migration to version 4: makes records from the rows of version 3. */
int migrate_to_records(struct store *store, struct error **err);

/* Migrates the database to the last step in one transaction; an empty database is initialised.
 * -ENOTSUP: of a newer version of the program; -EUCLEAN: of another program, or damaged. */
int schema_migrate(struct store *store, const struct schema_step *steps, size_t count,
                   struct error **err);

/* Opens an empty in-memory store after `count` steps; after all of them it has an index. Free with
 * store_close. */
int schema_open_memory(const char *home, size_t count, struct store **ret_store,
                       struct error **err);

#endif
