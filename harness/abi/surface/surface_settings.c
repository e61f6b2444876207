/* SPDX-License-Identifier: Apache-2.0 */
#include "abi/surface/surface_settings.h"

#include <stdlib.h>
#include <string.h>

#include "abi/settings/cgroup.h"
#include "abi/surface/surface.h"
#include "base/text.h"

static struct settings_section *section_of(const struct surface *surface,
                                           const struct surface_setting *row,
                                           struct settings *settings)
{
    const char *name = surface_text(surface, row->group);

    for (int group = 0; group < SETTINGS_GROUP_COUNT; group++)
        if (strcmp(settings_group_name((enum settings_group)group), name) == 0)
            return &settings->groups[group];
    return NULL; /* a later version of this program made the surface */
}

static void read_row(const struct surface *surface, const struct surface_setting *row,
                     struct settings_section *to)
{
    if (row->name != 0) {
        *vec_add(&to->rows) =
            (struct setting){.name = text_dup(surface_text(surface, row->name)),
                             .value = text_dup(surface_text(surface, row->value)),
                             .origin = text_dup(surface_text(surface, row->origin)),
                             .flags = row->flags};
        return;
    }
    free(to->unknown);
    to->unknown =
        (row->flags & SETTING_UNKNOWN) != 0 ? text_dup(surface_text(surface, row->value)) : NULL;
}

/* Public lists have no settings, but some releases of systemd leave no choice. */
static void derive_cgroup(const struct surface *surface, struct settings_section *to)
{
    const char *systemd = surface_meta_get(surface, "systemd");
    const char *only =
        systemd != NULL ? settings_only_cgroup((unsigned)strtoul(systemd, NULL, 10)) : NULL;

    if (systemd == NULL)
        return;
    if (only == NULL) {
        free(to->unknown);
        to->unknown = text_format("systemd %s has both versions; its build and the kernel command "
                                  "line decide, and a reference has neither",
                                  systemd);
        return;
    }
    free(to->unknown);
    to->unknown = NULL;
    *vec_add(&to->rows) =
        (struct setting){.name = text_dup("version"),
                         .value = text_dup(only),
                         .origin = text_format("systemd %s: it has no other version", systemd)};
}

void surface_read_settings(const struct surface *surface, struct settings *ret_settings)
{
    bool reference = surface_meta_get(surface, "reference") != NULL;

    *ret_settings = (struct settings){.groups = {{.unknown = NULL}}};
    for (int group = 0; group < SETTINGS_GROUP_COUNT; group++)
        ret_settings->groups[group].unknown =
            text_dup(reference ? "a reference is derived from public lists, which have no settings"
                               : "not harvested: this surface was made by an earlier version; "
                                 "harvest it again");
    for (uint64_t i = 0; i < surface->counts[TABLE_SETTINGS]; i++) {
        struct settings_section *to = section_of(surface, &surface->settings[i], ret_settings);

        if (to != NULL)
            read_row(surface, &surface->settings[i], to);
    }
    if (reference)
        derive_cgroup(surface, &ret_settings->groups[SETTINGS_CGROUP]);
}
