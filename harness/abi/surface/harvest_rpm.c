/* SPDX-License-Identifier: Apache-2.0 */
/* Packages and owners from rpm's database in SQLite format (rpm 4.16 and later). The older Berkeley
 * DB and ndb formats are mentioned in the surface but not read. */
#include <errno.h>
#include <sqlite3.h>
#include <string.h>

#include "abi/archive/rpm_header.h"
#include "abi/surface/harvest.h"
#include "abi/surface/packages.h"
#include "base/error.h"

struct owned {
    struct harvest *harvest;
    uint32_t owner;
};

static void take_path(void *context, const char *path, size_t length)
{
    struct owned *owned = context;

    harvest_set_owner(owned->harvest, path, length, owned->owner);
}

static void take_package(struct harvest *harvest, const void *blob, size_t size)
{
    _cleanup_free_ char *text = NULL;
    struct owned owned = {.harvest = harvest};
    struct rpm_header header;
    const char *name, *version, *release;

    if (rpm_header_open(&header, blob, size) < 0)
        return;
    name = rpm_header_text(&header, RPM_TAG_NAME);
    version = rpm_header_text(&header, RPM_TAG_VERSION);
    release = rpm_header_text(&header, RPM_TAG_RELEASE);
    if (name == NULL || version == NULL || release == NULL)
        return;
    text = text_format("%s %s-%s", name, version, release);
    owned.owner = surface_builder_string(harvest->builder, text);
    rpm_header_files(&header, take_path, &owned);
    packages_add_rpm(harvest->builder, &header);
}

/* The database is opened from memory, so that SQLite accesses no file of the image. */
static int read_sqlite(struct harvest *harvest, struct fact *fact)
{
    sqlite3 *database = NULL;
    sqlite3_stmt *rows = NULL;
    int code = sqlite3_open_v2(":memory:", &database, SQLITE_OPEN_READWRITE, NULL);

    /* An in-memory database cannot use a write-ahead log, so its header must not request one
     * (SQLite file format, offsets 18 and 19). */
    if (fact->data.length > 100 && fact->data.data[18] == 2)
        fact->data.data[18] = fact->data.data[19] = 1;

    if (code == SQLITE_OK)
        code = sqlite3_deserialize(database, "main", (unsigned char *)fact->data.data,
                                   (sqlite3_int64)fact->data.length,
                                   (sqlite3_int64)fact->data.length, SQLITE_DESERIALIZE_READONLY);
    sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_prepare_v2(database, "SELECT blob FROM Packages", -1, &rows, NULL);
    while (code == SQLITE_OK && sqlite3_step(rows) == SQLITE_ROW)
        take_package(harvest, sqlite3_column_blob(rows, 0), (size_t)sqlite3_column_bytes(rows, 0));
    sqlite3_finalize(rows);
    sqlite3_close(database);
    return code;
}

int harvest_read_rpm(struct harvest *harvest, struct error **err)
{
    (void)err;
    vec_foreach (fact, &harvest->facts) {
        if (!text_starts(fact->path, "/var/lib/rpm/") &&
            !text_starts(fact->path, "/usr/lib/sysimage/rpm/") &&
            !text_starts(fact->path, "/root/.rpmdb/"))
            continue;
        if (fact->data.data == NULL || !text_ends(fact->path, "rpmdb.sqlite")) {
            surface_builder_meta(harvest->builder, "packages",
                                 "rpm (a database in an old format: file owners are unknown)");
            continue;
        }
        surface_builder_meta(
            harvest->builder, "packages",
            read_sqlite(harvest, fact) == SQLITE_OK ? "rpm" : "rpm (an unreadable database)");
    }
    return 0;
}
