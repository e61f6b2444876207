/* SPDX-License-Identifier: Apache-2.0 */
/* What a file is for the system, from its place. */
#include <string.h>
#include <sys/stat.h>

#include "inside/footprint.h"

static bool starts(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

static bool is_core(const char *path)
{
    const char *base = strrchr(path, '/') + 1;

    return starts(path, "/var/lib/systemd/coredump/") || starts(path, "/var/crash/") ||
           strcmp(base, "core") == 0 ||
           (starts(base, "core.") && base[5 + strspn(base + 5, "0123456789")] == '\0');
}

const char *footprint_kind_of(const char *path, unsigned mode)
{
    static const struct {
        const char *place, *kind;
    } places[] = {{"/etc/alternatives/", "alternative"},
                  {"/etc/cron", "cron"},
                  {"/var/spool/cron/", "cron"},
                  {"/etc/anacrontab", "cron"},
                  {"/etc/init.d/", "unit"},
                  {"/etc/rc.d/init.d/", "unit"},
                  {"/etc/systemd/system/", "unit"},
                  {"/etc/systemd/user/", "unit"},
                  {"/usr/lib/systemd/system/", "unit"},
                  {"/usr/lib/systemd/user/", "unit"},
                  {"/lib/systemd/system/", "unit"},
                  {"/lib/systemd/user/", "unit"},
                  {"/usr/local/lib/systemd/", "unit"},
                  {"/etc/rc", "enabled"}};

    if (S_ISREG(mode) && is_core(path))
        return "core";
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        if (!starts(path, places[i].place))
            continue;
        if (strcmp(places[i].kind, "unit") == 0 && S_ISLNK(mode) &&
            (strstr(path, ".wants/") != NULL || strstr(path, ".requires/") != NULL))
            return "enabled";
        if (strcmp(places[i].kind, "enabled") == 0 && !S_ISLNK(mode))
            return "file";
        return places[i].kind;
    }
    return "file";
}

const char *footprint_kind_of_changed(const char *path, unsigned mode)
{
    const char *kind = footprint_kind_of(path, mode);

    return strcmp(kind, "file") == 0 || strcmp(kind, "core") == 0 ? "os-file" : kind;
}
