/* SPDX-License-Identifier: Apache-2.0 */
/* Holds the copies of a run against its manifest before each job. */
#include "run/inputs.h"

#include <errno.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"
#include "order/job.h"
#include "run/folder.h"
#include "run/manifest.h"

DEFINE_CLEANUP(struct digest *, digest_free)

void inputs_seen_done(struct inputs_seen *seen)
{
    vec_foreach (row, &seen->rows)
        free(row->path);
    vec_done(&seen->rows);
}

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

/* Of everything at and below path; *ret_latest is what was changed last. Reads no file. */
static int take_stamps(const char *path, char stamps[DIGEST_TEXT_SIZE], char **ret_latest,
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
    return code < 0 ? error_set_errno(err, code, "cannot look at '%s'", path) : 0;
}

static struct inputs_row *find_seen(const struct inputs_seen *seen, const char *path)
{
    vec_foreach (row, &seen->rows)
        if (strcmp(row->path, path) == 0)
            return row;
    return NULL;
}

static int check_input(const struct manifest *manifest, const struct run_input *input,
                       struct inputs_seen *seen, struct error **err)
{
    struct inputs_row *row = find_seen(seen, input->path);
    char stamps[DIGEST_TEXT_SIZE], sha256[DIGEST_TEXT_SIZE];
    _cleanup_free_ char *latest = NULL;
    int code = take_stamps(input->path, stamps, &latest, err);

    if (code < 0 || (row != NULL && strcmp(row->stamps, stamps) == 0))
        return code;
    code = run_folder_digest(input->path, sha256, err);
    if (code < 0)
        return code;
    if (strcmp(sha256, input->sha256) != 0)
        return error_set(err, -EUCLEAN,
                         "run '%s' reads %s '%s' from its own copy, which was changed since it was "
                         "planned (last: '%s'): nothing more of it is run; put it back as it was, "
                         "or start the run again with 'touchstone run'",
                         manifest->record.id, input->kind, input->name, latest);
    if (row == NULL) {
        row = vec_add(&seen->rows);
        row->path = text_dup(input->path);
    }
    memcpy(row->stamps, stamps, DIGEST_TEXT_SIZE);
    return 0;
}

int inputs_check(const struct manifest *manifest, const struct job *order, struct inputs_seen *seen,
                 struct error **err)
{
    const struct {
        const char *kind, *name;
    } read[] = {{"features", "features"},
                {"image", order->image},
                {"platform", order->platform},
                {"suite", order->suite}};
    int code = 0;

    for (size_t i = 0; code == 0 && i < sizeof(read) / sizeof(read[0]); i++) {
        const struct run_input *input =
            read[i].name != NULL ? manifest_input(manifest, read[i].kind, read[i].name) : NULL;

        if (input != NULL)
            code = check_input(manifest, input, seen, err);
    }
    return code;
}
