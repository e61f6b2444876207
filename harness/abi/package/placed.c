/* SPDX-License-Identifier: Apache-2.0 */
/* Where a product's files will lie. A package manager installs its packages at "/"; of a plain
 * folder or archive nobody knows, unless it is the tree of a whole system. */
#include <string.h>

#include "abi/package/package.h"
#include "base/cleanup.h"
#include "base/path.h"

/* The folders of a root file system (hier(7)), and what distributions add. */
static const char *const system_folders[] = {
    "bin", "boot", "dev", "etc",  "home", "lib", "lib32", "lib64", "libx32", "media", "mnt",
    "opt", "proc", "run", "root", "sbin", "srv", "sys",   "tmp",   "usr",    "var"};

/* What the system reads only there. */
static const char *const system_places[] = {
    "/etc/ld.so.conf.d/", "/etc/ld.so.conf",   "/etc/ld.so.preload", "/etc/systemd/system/",
    "/etc/init.d/",       "/etc/profile.d/",   "/etc/cron.d/",       "/etc/environment",
    "/lib/systemd/",      "/usr/lib/systemd/", "/etc/default/",      "/etc/sysconfig/"};

/* "README.md", "LICENSE.txt", ".buildinfo" beside a tree. */
static bool is_note(const char *name)
{
    static const char *const begins[] = {".",       "README", "LICENSE",
                                         "COPYING", "NOTICE", "CHANGELOG"};

    for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++)
        if (text_starts(name, begins[i]))
            return true;
    return false;
}

static bool is_listed(const char *const *names, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

bool package_is_placed(const struct package *package)
{
    bool usr = false, other = false, read = false;

    if (package->own_packages > 0 || package->prefix != NULL)
        return true;
    vec_foreach (file, &package->files) {
        _cleanup_free_ char *top = NULL;

        if (file->input >= package->product_inputs || strchr(file->path, '!') != NULL)
            continue;
        if (strchr(file->path + 1, '/') == NULL) {
            if (!is_note(file->path + 1))
                return false;
            continue;
        }
        top = text_ndup(file->path + 1, strcspn(file->path + 1, "/"));
        if (!is_listed(system_folders, sizeof(system_folders) / sizeof(system_folders[0]), top))
            return false;
        usr = usr || strcmp(top, "usr") == 0;
        other = other || strcmp(top, "etc") == 0 || strcmp(top, "var") == 0;
        for (size_t i = 0; i < sizeof(system_places) / sizeof(system_places[0]) && !read; i++)
            read = text_starts(file->path, system_places[i]);
    }
    return read || (usr && other);
}
