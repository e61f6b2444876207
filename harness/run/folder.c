/* SPDX-License-Identifier: Apache-2.0 */
/* Run IDs, and the copies by digest in a run's folder. */
#include "run/folder.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/path.h"
#include "base/text.h"
#include "base/tree.h"
#include "catalog/catalog.h"
#include "home/home.h"

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

/* Returns inputs/<sha256>/<name> and creates its folder. */
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

int run_folder_add_tree(const char *run_folder, const char *folder, char **ret_copy,
                        char sha256[DIGEST_TEXT_SIZE], struct error **err)
{
    _cleanup_free_ char *copy = NULL;
    char hex[DIGEST_TEXT_SIZE];
    int code = tree_digest(folder, hex, err);

    if (code == 0)
        code = place_for(run_folder, hex, path_base(folder), &copy, err);
    if (code == 0)
        code = tree_copy(folder, copy, err);
    if (code < 0)
        return code;
    strcpy(sha256, hex);
    *ret_copy = steal_ptr(copy);
    return 0;
}

/* Copies the suite into the folder, and adds the scripts. */
static int complete_suite(const struct suite *suite, const char *folder, char **ret_copy,
                          struct error **err)
{
    int code = path_make_folders(folder, false, err);

    *ret_copy = path_join(folder, path_base(suite->folder));
    if (code == 0)
        code = tree_copy(suite->folder, *ret_copy, err);
    return code == 0 ? catalog_write_probes(suite, *ret_copy, err) : code;
}

int run_folder_suite_digest(const struct suite *suite, char sha256[DIGEST_TEXT_SIZE],
                            struct error **err)
{
    const char *parent = getenv("TMPDIR");
    _cleanup_free_ char *drafts =
        text_format("%s/touchstone-XXXXXX", parent != NULL ? parent : "/tmp");
    _cleanup_free_ char *draft = NULL;
    int code;

    if (!suite->probes.wanted)
        return tree_digest(suite->folder, sha256, err);
    if (mkdtemp(drafts) == NULL)
        return error_set_errno(err, -errno, "cannot create '%s'", drafts);
    code = complete_suite(suite, drafts, &draft, err);
    if (code == 0)
        code = tree_digest(draft, sha256, err);
    path_remove_tree(drafts, NULL);
    return code;
}

/* The copy is completed beside its place, which its digest decides. */
int run_folder_add_suite(const char *run_folder, const struct suite *suite, char **ret_copy,
                         char sha256[DIGEST_TEXT_SIZE], struct error **err)
{
    _cleanup_free_ char *drafts = text_format("%s/inputs/draft", run_folder);
    _cleanup_free_ char *draft = NULL;
    int code;

    if (!suite->probes.wanted)
        return run_folder_add_tree(run_folder, suite->folder, ret_copy, sha256, err);
    code = complete_suite(suite, drafts, &draft, err);
    if (code == 0)
        code = run_folder_add_tree(run_folder, draft, ret_copy, sha256, err);
    return code == 0 ? path_remove_tree(drafts, err) : code;
}

int run_folder_digest(const char *path, char sha256[DIGEST_TEXT_SIZE], struct error **err)
{
    return path_is_folder(path) ? tree_digest(path, sha256, err)
                                : digest_of_file(path, sha256, NULL, err);
}
