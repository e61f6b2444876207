/* SPDX-License-Identifier: Apache-2.0 */
/* Names and digests of surfaces. */
#include "abi/surface/store.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"
#include "home/home.h"

int surface_store_folder(char **ret_folder, struct error **err)
{
    const char *home;
    int code = home_folder(&home, err);

    if (code == 0)
        *ret_folder = path_join(home, "surfaces");
    return code;
}

int surface_store_name(const char *folder, const char *name, const char *digest, struct error **err)
{
    _cleanup_free_ char *names = path_join(folder, "names"), *path = path_join(names, name);
    _cleanup_free_ char *target = text_format("../%s.surface", digest);
    _cleanup_free_ char *temporary = text_format("%s.%d", path, (int)getpid());
    int code;

    if (!text_is_name(name))
        return error_set(err, -EINVAL,
                         "invalid surface name '%s': use lower-case letters, digits and ._+-",
                         name);
    code = path_make_folders(names, false, err);
    if (code < 0)
        return code;
    unlink(temporary);
    if (symlink(target, temporary) < 0 || rename(temporary, path) < 0) {
        code = -errno;
        unlink(temporary);
        return error_set_errno(err, code, "cannot name surface '%s'", name);
    }
    return 0;
}

int surface_store_list(const char *folder, struct strv *ret_names, struct error **err)
{
    _cleanup_free_ char *names = path_join(folder, "names");
    _cleanup_closedir_ DIR *dir = opendir(names);
    const struct dirent *entry;

    if (dir == NULL && errno != ENOENT)
        return error_set_errno(err, -errno, "cannot read '%s'", names);
    while (dir != NULL && (entry = readdir(dir)) != NULL)
        if (text_is_name(entry->d_name))
            strv_add(ret_names, entry->d_name);
    strv_sort(ret_names);
    return 0;
}

static int not_there(const char *folder, const char *wanted, struct error **err)
{
    _cleanup_strv_ struct strv names = {0};
    _cleanup_free_ char *list = NULL;
    int code = surface_store_list(folder, &names, err);

    if (code < 0)
        return code;
    list = strv_join(&names, ", ");
    return error_set(err, -ENOENT,
                     "no surface '%s': %s%s; create one with 'touchstone abi harvest'", wanted,
                     names.count > 0 ? "available: " : "none exists yet", list);
}

static int find_by_digest(const char *folder, const char *wanted, char **ret_path,
                          struct error **err)
{
    _cleanup_closedir_ DIR *dir = opendir(folder);
    _cleanup_free_ char *found = NULL;
    const struct dirent *entry;

    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        if (!text_starts(entry->d_name, wanted) || !text_ends(entry->d_name, ".surface"))
            continue;
        if (found != NULL)
            return error_set(err, -EINVAL, "digest '%s' is ambiguous: give more digits", wanted);
        found = path_join(folder, entry->d_name);
    }
    if (found == NULL)
        return not_there(folder, wanted, err);
    *ret_path = steal_ptr(found);
    return 0;
}

int surface_store_find(const char *folder, const char *wanted, char **ret_path, struct error **err)
{
    _cleanup_free_ char *named = NULL;

    if (strchr(wanted, '/') != NULL || text_ends(wanted, ".surface")) {
        *ret_path = text_dup(wanted);
        return 0;
    }
    if (text_is_name(wanted)) {
        named = text_format("%s/names/%s", folder, wanted);
        if (path_exists(named)) {
            *ret_path = steal_ptr(named);
            return 0;
        }
    }
    if (strlen(wanted) >= 6 && strspn(wanted, "0123456789abcdef") == strlen(wanted))
        return find_by_digest(folder, wanted, ret_path, err);
    return not_there(folder, wanted, err);
}
