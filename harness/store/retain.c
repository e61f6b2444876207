/* SPDX-License-Identifier: Apache-2.0 */
/* Removes runs and unreferenced blobs. References are removed before what they refer to: a kill in
 * between leaves unreferenced blobs, which the next sweep removes. */
#include "store/retain.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/digest.h"
#include "base/error.h"
#include "base/path.h"
#include "base/text.h"
#include "store/evidence.h"
#include "store/run_row.h"
#include "store/sql.h"

int store_remove_run(struct store *store, const char *run_id, struct error **err)
{
    int code = sql_begin(store, err);

    if (code < 0)
        return code;
    code = sql_run(store, err, "DELETE FROM run WHERE id = ?", "t", run_id);
    if (code == 0)
        code = sql_run(store, err,
                       "DELETE FROM evidence WHERE NOT EXISTS (SELECT 1 FROM run_evidence AS "
                       "used WHERE used.evidence = evidence.evidence)",
                       "");
    return sql_end(store, code, err);
}

static int sum(struct store *store, uint64_t *ret_bytes, struct error **err, const char *text,
               const char *types, const char *run_id)
{
    int64_t bytes = 0;
    int code = sql_integer(store, &bytes, err, text, types, run_id);

    if (code == 0)
        *ret_bytes = (uint64_t)bytes;
    return code;
}

int store_evidence_bytes(struct store *store, uint64_t *ret_bytes, struct error **err)
{
    return sum(store, ret_bytes, err, "SELECT coalesce(sum(size), 0) FROM evidence", "", NULL);
}

/* The blobs that no other run refers to. */
int store_run_bytes(struct store *store, const char *run_id, uint64_t *ret_bytes,
                    struct error **err)
{
    return sum(
        store, ret_bytes, err,
        "SELECT coalesce(sum(size), 0) FROM evidence WHERE evidence IN ("
        "SELECT evidence FROM run_evidence JOIN run USING (run) WHERE id = ?1) AND NOT EXISTS "
        "(SELECT 1 FROM run_evidence AS other JOIN run USING (run) WHERE "
        "other.evidence = evidence.evidence AND id != ?1)",
        "t", run_id);
}

static int is_referred_to(struct store *store, const char *sha256, bool *ret, struct error **err)
{
    int64_t row = 0;
    int code =
        sql_integer(store, &row, NULL, "SELECT 1 FROM evidence WHERE sha256 = ?", "t", sha256);

    if (code < 0 && code != -ENODATA)
        return error_set(err, code, "store '%s' cannot be read: no evidence is removed",
                         store->path);
    *ret = code == 0;
    return 0;
}

static int sweep_folder(struct store *store, const char *folder, bool dry_run, uint64_t *bytes,
                        struct error **err)
{
    _cleanup_strv_ struct strv names = {0};
    int code = path_list(folder, &names, err);

    for (size_t i = 0; code == 0 && i < names.count; i++) {
        _cleanup_free_ char *path = path_join(folder, names.items[i]);
        bool needed = true;
        struct stat st;

        /* Only files named by a digest are considered. */
        if (!digest_is_text(names.items[i]) || lstat(path, &st) < 0)
            continue;
        code = is_referred_to(store, names.items[i], &needed, err);
        if (code < 0 || needed)
            continue;
        if (!dry_run && unlink(path) < 0)
            return error_set_errno(err, -errno, "cannot remove evidence '%s'", path);
        *bytes += (uint64_t)st.st_size;
    }
    return code;
}

/* The blobs of a row that another program deleted must not be removed. */
static int check_runs(struct store *store, struct error **err)
{
    _cleanup_sql_ sqlite3_stmt *row = NULL;
    int code = sql_prepare(store, &row, err, "SELECT run, id FROM run", "");

    while (code == 0 && (code = sql_step(store, row, err)) > 0)
        code = run_row_check_evidence(store, sqlite3_column_int64(row, 0),
                                      (const char *)sqlite3_column_text(row, 1), err);
    return code;
}

int store_sweep_evidence(struct store *store, bool dry_run, uint64_t *bytes, struct error **err)
{
    _cleanup_free_ char *folder = path_join(store->home, "evidence");
    _cleanup_strv_ struct strv names = {0};
    int code = check_runs(store, err);

    if (code == 0)
        code = path_list(folder, &names, err);
    for (size_t i = 0; code == 0 && i < names.count; i++) {
        _cleanup_free_ char *path = path_join(folder, names.items[i]);

        if (strlen(names.items[i]) == 2)
            code = sweep_folder(store, path, dry_run, bytes, err);
    }
    return code;
}
