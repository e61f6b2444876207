/* SPDX-License-Identifier: Apache-2.0 */
/* Detects changes in a tree without reading files. */
#include <errno.h>
#include <fts.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "base/tree.h"

static int compare_entries(const FTSENT **a, const FTSENT **b)
{
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

static void add_stamp(struct digest *digest, const FTSENT *entry)
{
    const struct stat *st = entry->fts_statp;
    _cleanup_free_ char *line = text_format(
        "%s %o %lld %llu %lld.%ld %lld.%ld\n", entry->fts_path, st->st_mode, (long long)st->st_size,
        (unsigned long long)st->st_ino, (long long)st->st_mtim.tv_sec, st->st_mtim.tv_nsec,
        (long long)st->st_ctim.tv_sec, st->st_ctim.tv_nsec);

    digest_add(digest, line, strlen(line));
}

int tree_stamps(const char *path, char stamps[DIGEST_TEXT_SIZE], char **ret_latest,
                struct error **err)
{
    _cleanup_(digest_free_cleanup) struct digest *digest = digest_new();
    char *const roots[] = {(char *)path, NULL};
    FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, compare_entries);
    struct timespec latest = {0};
    FTSENT *entry;
    int code = tree == NULL ? -errno : 0;

    while (code == 0 && (entry = fts_read(tree)) != NULL) {
        const struct timespec *at = &entry->fts_statp->st_ctim;

        if (entry->fts_info == FTS_NS || entry->fts_info == FTS_DNR || entry->fts_info == FTS_ERR) {
            code = -entry->fts_errno;
            break;
        }
        if (entry->fts_info == FTS_DP)
            continue;
        add_stamp(digest, entry);
        if (at->tv_sec > latest.tv_sec ||
            (at->tv_sec == latest.tv_sec && at->tv_nsec >= latest.tv_nsec)) {
            latest = *at;
            text_replace(ret_latest, entry->fts_path);
        }
    }
    if (tree != NULL)
        fts_close(tree);
    digest_text(digest, stamps);
    return code < 0 ? error_set_errno(err, code, "cannot stat '%s'", path) : 0;
}
