/* SPDX-License-Identifier: Apache-2.0 */
#include "abi/script/start_reader.h"

#include <stdlib.h>
#include <string.h>

/* Folders that the programs read, the ending of their files, and the format. */
static const struct place {
    const char *folder, *ending;
    void (*line)(const struct start_line *line);
    void (*whole)(const char *text, struct start_needs *needs);
} places[] = {
    {"/etc/cron.d/", "", start_read_crontab, NULL},
    {"/etc/pam.d/", "", start_read_pam, NULL},
    {"/usr/lib/pam.d/", "", start_read_pam, NULL},
    {"/etc/pam.conf", "", start_read_pam_conf, NULL},
    {"/usr/share/pam-configs/", "", start_read_pam_profile, NULL},
    {"/usr/share/authselect/", "-auth", start_read_authselect, NULL},
    {"/etc/authselect/custom/", "-auth", start_read_authselect, NULL},
    {"/usr/share/authselect/", "/postlogin", start_read_authselect, NULL},
    {"/etc/authselect/custom/", "/postlogin", start_read_authselect, NULL},
    {"/usr/share/authselect/", "/nsswitch.conf", start_read_name_service, NULL},
    {"/etc/authselect/", "nsswitch.conf", start_read_name_service, NULL},
    {"/etc/nsswitch.conf", "", start_read_name_service, NULL},
    {"/etc/modules-load.d/", ".conf", start_read_module, NULL},
    {"/usr/lib/modules-load.d/", ".conf", start_read_module, NULL},
    {"/lib/modules-load.d/", ".conf", start_read_module, NULL},
    {"/etc/modprobe.d/", ".conf", start_read_modprobe, NULL},
    {"/usr/lib/modprobe.d/", ".conf", start_read_modprobe, NULL},
    {"/lib/modprobe.d/", ".conf", start_read_modprobe, NULL},
    {"/etc/udev/rules.d/", ".rules", start_read_rule, NULL},
    {"/usr/lib/udev/rules.d/", ".rules", start_read_rule, NULL},
    {"/lib/udev/rules.d/", ".rules", start_read_rule, NULL},
    {"/usr/share/applications/", ".desktop", NULL, start_read_desktop},
    {"/etc/xdg/autostart/", ".desktop", NULL, start_read_desktop},
    {"/usr/share/dbus-1/services/", ".service", NULL, start_read_bus},
    {"/usr/share/dbus-1/system-services/", ".service", NULL, start_read_bus},
    {"/etc/supervisor/conf.d/", ".conf", NULL, start_read_supervisor},
    {"/etc/supervisord.d/", ".ini", NULL, start_read_supervisor},
    {"/etc/xinetd.d/", "", NULL, start_read_xinetd},
    {"/etc/logrotate.d/", "", NULL, start_read_logrotate},
};

static const struct place tmpfiles = {"/tmpfiles.d/", ".conf", start_read_tmpfile, NULL};

static const struct place *place_of(const char *path)
{
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
        if (text_starts(path, places[i].folder) && text_ends(path, places[i].ending))
            return &places[i];
    return strstr(path, tmpfiles.folder) != NULL && text_ends(path, tmpfiles.ending) ? &tmpfiles
                                                                                     : NULL;
}

bool start_is_one(const char *path)
{
    const struct place *place = place_of(path);

    return place != NULL && place != &tmpfiles;
}

bool start_is_periodic(const char *path)
{
    return text_starts(path, "/etc/cron.hourly/") || text_starts(path, "/etc/cron.daily/") ||
           text_starts(path, "/etc/cron.weekly/") || text_starts(path, "/etc/cron.monthly/");
}

bool start_is_crontab(const char *path)
{
    return text_starts(path, "/etc/cron.d/");
}

void start_needs_read(const char *path, const char *text, struct start_needs *ret)
{
    const struct place *place = place_of(path);

    *ret = (struct start_needs){0};
    if (place != NULL && place->line != NULL)
        start_each_line(text, ret, place->line);
    else if (place != NULL)
        place->whole(text, ret);
}

void start_needs_read_added(bool name_service, const char *text, struct start_needs *ret)
{
    *ret = (struct start_needs){0};
    start_each_line(text, ret, name_service ? start_read_name_service : start_read_pam);
}

void start_needs_done(struct start_needs *needs)
{
    vec_foreach (need, needs)
        free(need->name);
    vec_done(needs);
}
