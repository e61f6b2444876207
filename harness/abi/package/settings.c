/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps the files that the loader or the environment of its programs is configured with. */
#include "abi/package/settings.h"

#include <stdlib.h>
#include <string.h>

#include "abi/package/package.h"
#include "abi/surface/loader_conf.h"
#include "base/cleanup.h"
#include "base/path.h"

const char *settings_behind_archives(const char *path)
{
    const char *mark = strrchr(path, '!');

    return mark != NULL ? mark + 1 : path;
}

/* Source: pam_env(8), environment.d(5), systemd-system.conf(5). */
static bool is_environment(const char *path)
{
    static const char *const folders[] = {
        "/etc/environment.d/",         "/usr/lib/environment.d/",
        "/etc/systemd/system.conf.d/", "/usr/lib/systemd/system.conf.d/",
        "/etc/systemd/user.conf.d/",   "/usr/lib/systemd/user.conf.d/"};
    static const char *const files[] = {"/etc/environment", "/etc/systemd/system.conf",
                                        "/etc/systemd/user.conf"};

    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
        if (text_equal(path, files[i]))
            return true;
    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
        if (text_starts(path, folders[i]) && text_ends(path, ".conf"))
            return true;
    return false;
}

bool settings_is_named(const char *path)
{
    path = settings_behind_archives(path);
    return loader_conf_is_named(path) || text_equal(path, SETTINGS_PRELOAD) || is_environment(path);
}

/* Lines "NAME=VALUE" and comments, with a variable of the loader among them. */
static bool are_assignments(const char *text, size_t length)
{
    const char *end = text + length;

    if (memmem(text, length, "LD_PRELOAD", 10) == NULL &&
        memmem(text, length, "LD_LIBRARY_PATH", 15) == NULL)
        return false;
    for (const char *line = text; line < end;) {
        const char *next = memchr(line, '\n', (size_t)(end - line));
        size_t size = (size_t)((next != NULL ? next : end) - line);

        if (size > 0 && strchr("#; \t\r", line[0]) == NULL && memchr(line, '=', size) == NULL)
            return false;
        line = next != NULL ? next + 1 : end;
    }
    return true;
}

bool settings_may_be(const char *head, size_t length)
{
    return loader_conf_may_be(head, length) || are_assignments(head, length);
}

static void set_text(struct package_text *row, const char *path, const char *text, size_t size)
{
    *row = (struct package_text){
        .path = text_dup(path), .text = text_ndup(text, size < SETTINGS_MAX ? size : SETTINGS_MAX)};
}

void settings_take(struct package *package, const char *path, const char *text, size_t size)
{
    const char *installed = settings_behind_archives(path);

    if (text_equal(installed, SETTINGS_PRELOAD))
        set_text(vec_add(&package->preloads), path, text, size);
    else if (is_environment(installed))
        set_text(vec_add(&package->environments), path, text, size);
    else if (are_assignments(text, size))
        set_text(vec_add(&package->assignments), path, text, size);
    else
        set_text(vec_add(&package->confs), path, text, size);
}
