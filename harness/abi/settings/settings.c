/* SPDX-License-Identifier: Apache-2.0 */
/* The groups of settings. */
#include "abi/settings/settings.h"

#include "abi/settings/read.h"

const char *settings_group_name(enum settings_group group)
{
    static const char *const names[] = {
#define GROUP(id, name, read) name,
#include "abi/settings/groups.def"
#undef GROUP
    };

    return names[group];
}

void settings_read(const struct settings_tree *tree, struct settings *ret_settings)
{
    static void (*const readers[])(const struct settings_tree *, const struct settings *,
                                   struct settings_section *) = {
#define GROUP(id, name, read) read,
#include "abi/settings/groups.def"
#undef GROUP
    };

    *ret_settings = (struct settings){.groups = {{.unknown = NULL}}};
    for (int group = 0; group < SETTINGS_GROUP_COUNT; group++) {
        struct settings_section *to = &ret_settings->groups[group];

        readers[group](tree, ret_settings, to);
        if (to->unknown != NULL)
            settings_drop_rows(to);
    }
}
