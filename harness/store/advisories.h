/* SPDX-License-Identifier: Apache-2.0 */
/* The imported advisories, HOME/advisories.db. */
#ifndef TS_STORE_ADVISORIES_H
#define TS_STORE_ADVISORIES_H

#include "base/cleanup.h"
#include "model/advisory.h"

struct error;
struct advisory_db;

/* write: it is created if it does not exist; else -ENOENT then. */
int advisory_db_open(const char *home, bool write, struct advisory_db **ret_db, struct error **err);
void advisory_db_close(struct advisory_db *db);
DEFINE_CLEANUP(struct advisory_db *, advisory_db_close)

/* An import is one transaction: end commits for code 0, and returns the first failure. */
int advisory_db_begin(struct advisory_db *db, struct error **err);
int advisory_db_end(struct advisory_db *db, int code, struct error **err);

/* Replaces older states of the same advisories; a withdrawn one is removed. Adds to *count what was
 * newer than what was there. */
int advisory_db_add(struct advisory_db *db, const struct advisories *list, size_t *count,
                    struct error **err);
int advisory_db_add_import(struct advisory_db *db, const char *path, size_t count,
                           struct error **err);

/* Notes that the user states that an ecosystem is covered completely. */
int advisory_db_cover(struct advisory_db *db, const char *ecosystem, struct error **err);

int advisory_db_data(struct advisory_db *db, struct advisory_data *ret_data, struct error **err);

struct advisory_ecosystem {
    char *key;
    size_t advisories;
    int64_t covered_ms; /* 0: nobody states that it is complete */
};
VEC_TYPE(advisory_ecosystems, struct advisory_ecosystem);
int advisory_db_ecosystems(struct advisory_db *db, struct advisory_ecosystems *ret_list,
                           struct error **err);
void advisory_ecosystems_done(struct advisory_ecosystems *list);

/* What there is of an ecosystem, and what the user states of it. */
int advisory_db_cover_of(struct advisory_db *db, const char *ecosystem,
                         struct advisory_cover *ret_cover, struct error **err);

/* What advisories say of a package. */
struct advisory_row {
    char *id, *alias, *severity, *rules;
};
VEC_TYPE(advisory_rows, struct advisory_row);
int advisory_db_find(struct advisory_db *db, const char *ecosystem, const char *name,
                     struct advisory_rows *to, struct error **err);
void advisory_rows_done(struct advisory_rows *rows);

#endif
