/* SPDX-License-Identifier: Apache-2.0 */
/* Run ids, and the copies by digest that a run reads. */
#include "run/folder.h"

#include <errno.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/home.h"
#include "base/path.h"
#include "base/text.h"

/* A suite is scripts and a product's files: bounds that no honest one meets. */
enum { TREE_FILES_LIMIT = 20000 };

char *run_new_id(void)
{
    char now[CLOCK_TEXT_SIZE];
    unsigned char random[3] = {0};

    clock_format(clock_wall_ms(), now);
    if (getrandom(random, sizeof(random), 0) != sizeof(random))
        random[0] = (unsigned char)clock_now_ms();
    return text_format("%.4s%.2s%.2s-%02x%02x%02x", now, now + 5, now + 8, random[0], random[1],
                       random[2]);
}

int run_folder(const char *run_id, char **ret_folder, struct error **err)
{
    const char *home = NULL;
    int code = home_folder(&home, err);

    if (code == 0)
        *ret_folder = text_format("%s/runs/%s", home, run_id);
    return code;
}

/* inputs/<sha256>/<name>, its folder made. */
static int place_for(const char *run_folder, const char *sha256, const char *name, char **ret_path,
                     struct error **err)
{
    _cleanup_free_ char *folder = text_format("%s/inputs/%s", run_folder, sha256);
    int code = path_make_folders(folder, false, err);

    if (code == 0)
        *ret_path = path_join(folder, name);
    return code;
}

int run_folder_add_file(const char *run_folder, const char *path, char **ret_copy,
                        char sha256[DIGEST_TEXT_SIZE], struct error **err)
{
    _cleanup_free_ char *copy = NULL;
    char hex[DIGEST_TEXT_SIZE];
    int code = digest_of_file(path, hex, NULL, err);

    if (code == 0)
        code = place_for(run_folder, hex, path_base(path), &copy, err);
    if (code == 0)
        code = path_copy_file(path, copy, err);
    if (code < 0)
        return code;
    strcpy(sha256, hex);
    *ret_copy = steal_ptr(copy);
    return 0;
}

static int compare_entries(const FTSENT **a, const FTSENT **b)
{
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* Visits the tree in one order wherever it lies; with `to` set copies, else feeds the digest. */
static int walk(const char *folder, struct digest *digest, const char *to, struct error **err)
{
    char *const roots[] = {(char *)folder, NULL};
    FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, compare_entries);
    size_t root = strlen(folder), files = 0;
    int code = tree == NULL ? error_set_errno(err, -errno, "cannot read folder '%s'", folder) : 0;

    while (code == 0) {
        FTSENT *entry = fts_read(tree);
        const char *name = entry != NULL ? entry->fts_path + root : NULL;
        _cleanup_free_ char *target = NULL;

        if (entry == NULL)
            break;
        if (entry->fts_info == FTS_DP)
            continue;
        target = to != NULL ? text_format("%s%s", to, name) : NULL;
        if (entry->fts_info == FTS_D) {
            if (to != NULL)
                code = path_make_folders(target, false, err);
            continue;
        }
        if (entry->fts_info != FTS_F)
            code = error_set(err, -EINVAL,
                             "'%s' is not a plain file or folder: a suite holds nothing else",
                             entry->fts_path);
        else if (++files > TREE_FILES_LIMIT)
            code = error_set(err, -EINVAL, "folder '%s' holds more than %d files", folder,
                             TREE_FILES_LIMIT);
        else if (to != NULL) {
            code = path_copy_file(entry->fts_path, target, err);
            if (code == 0 && (entry->fts_statp->st_mode & 0100) != 0 && chmod(target, 0755) < 0)
                code = error_set_errno(err, -errno, "cannot make '%s' executable", target);
        } else {
            char hex[DIGEST_TEXT_SIZE];
            _cleanup_free_ char *line = NULL;

            code = digest_of_file(entry->fts_path, hex, NULL, err);
            if (code < 0)
                break;
            line = text_format("%s %c %s\n", hex,
                               (entry->fts_statp->st_mode & 0100) != 0 ? 'x' : '-', name);
            digest_add(digest, line, strlen(line));
        }
    }
    if (tree != NULL)
        fts_close(tree);
    return code;
}

int run_folder_add_tree(const char *run_folder, const char *folder, char **ret_copy,
                        char sha256[DIGEST_TEXT_SIZE], struct error **err)
{
    struct digest *digest = digest_new();
    _cleanup_free_ char *copy = NULL;
    char hex[DIGEST_TEXT_SIZE];
    int code = walk(folder, digest, NULL, err);

    digest_text(digest, hex);
    digest_free(digest);
    if (code == 0)
        code = place_for(run_folder, hex, path_base(folder), &copy, err);
    if (code == 0)
        code = walk(folder, NULL, copy, err);
    if (code < 0)
        return code;
    strcpy(sha256, hex);
    *ret_copy = steal_ptr(copy);
    return 0;
}

int run_folder_digest(const char *path, char sha256[DIGEST_TEXT_SIZE], struct error **err)
{
    struct digest *digest;
    int code;

    if (!path_is_folder(path))
        return digest_of_file(path, sha256, NULL, err);
    digest = digest_new();
    code = walk(path, digest, NULL, err);
    digest_text(digest, sha256);
    digest_free(digest);
    return code;
}
