/* SPDX-License-Identifier: Apache-2.0 */
#include "home/usage.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"
#include "base/text.h"
#include "home/budget.h"

/* Kinds in display order; the last one includes everything that no other lists. */
static const struct {
    const char *kind, *title;
    int budget;
    const char *entries; /* names in the home, separated by commas */
} kinds[] = {
    {"states", NULL, BUDGET_STATES, "states"},
    {"kept", NULL, BUDGET_PRESERVED, "kept"},
    {"evidence", NULL, BUDGET_EVIDENCE, "runs,evidence"},
    {"packages", "packages fetched for suites; clean --packages removes them", -1, "packages"},
    {"guests", "guests that build-guest made; remove their folders yourself", -1, "guests"},
    {"downloads", "images that image fetch downloaded; remove them yourself", -1, "downloads"},
    {"surfaces", "what images provide, for abi; remove them yourself", -1, "surfaces"},
    {"store", "the store of results", -1, "store.db,store.db-wal,store.db-shm"},
    {"other", "registered images, own suites and platforms, and the rest", -1, ""},
};
enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

static size_t kind_of(const char *entry)
{
    for (size_t i = 0; i + 1 < KINDS; i++) {
        _cleanup_strv_ struct strv names = {0};

        strv_split(&names, kinds[i].entries, ",");
        if (strv_has(&names, entry))
            return i;
    }
    return KINDS - 1;
}

int usage_measure(const char *home, struct usage *ret_usage, struct error **err)
{
    _cleanup_closedir_ DIR *folder = opendir(home);
    struct usage usage = {0};
    struct dirent *entry;
    struct stat own;

    if (folder == NULL || fstat(dirfd(folder), &own) < 0)
        return error_set_errno(err, -errno, "cannot read folder '%s'", home);
    for (size_t i = 0; i < KINDS; i++) {
        bool budgeted = kinds[i].budget >= 0;

        *vec_add(&usage.rows) = (struct usage_row){
            kinds[i].kind,
            budgeted ? budget_title((enum budget_kind)kinds[i].budget) : kinds[i].title,
            kinds[i].budget, 0};
    }
    usage.rows.items[KINDS - 1].bytes = (uint64_t)own.st_blocks * 512;
    while ((errno = 0, entry = readdir(folder)) != NULL) {
        _cleanup_free_ char *path = path_join(home, entry->d_name);

        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            usage.rows.items[kind_of(entry->d_name)].bytes += path_disk_use(path);
    }
    if (errno != 0) {
        usage_done(&usage);
        return error_set_errno(err, -errno, "cannot read folder '%s'", home);
    }
    vec_foreach (row, &usage.rows)
        usage.total += row->bytes;
    *ret_usage = usage;
    return 0;
}

void usage_done(struct usage *usage)
{
    vec_done(&usage->rows);
}
