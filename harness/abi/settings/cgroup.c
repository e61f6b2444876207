/* SPDX-License-Identifier: Apache-2.0 */
/* The version of cgroups: measured, or as it follows from systemd and the kernel's command line. */
#include "abi/settings/cgroup.h"

#include <string.h>

#include "abi/settings/read.h"
#include "base/cleanup.h"

static const char *value_of(const struct settings_section *boot, const char *name)
{
    const struct setting *row = settings_row(boot, name);

    return row != NULL ? row->value : NULL;
}

/* As systemd's parse_boolean; a parameter without a value is true. */
static bool is_true(const char *value)
{
    return strcmp(value, "set") == 0 || strcmp(value, "1") == 0 || strcmp(value, "yes") == 0 ||
           strcmp(value, "y") == 0 || strcmp(value, "true") == 0 || strcmp(value, "on") == 0;
}

/* boot: what else decides; NULL: nothing. */
static void set_version(const struct settings_tree *tree, const char *version, const char *why,
                        const struct settings_section *boot, struct settings_section *to)
{
    bool assumed = boot != NULL && boot->unknown != NULL;
    _cleanup_free_ char *origin =
        text_format("systemd %u: %s%s", tree->systemd, why,
                    assumed ? "; the kernel command line is not known" : "");

    settings_set(to, "version", version, origin, assumed ? SETTING_ASSUMED : 0);
}

/* Releases of systemd: 226 brought version 2, 256 needs a second parameter for version 1, 258 has
 * removed it (its NEWS). */
enum { FIRST_V2 = 226, RELUCTANT_V1 = 256, NO_V1 = 258 };

const char *settings_only_cgroup(unsigned systemd)
{
    return systemd < FIRST_V2 ? "v1" : systemd >= NO_V1 ? "v2" : NULL;
}

static void derive(const struct settings_tree *tree, const struct settings_section *boot,
                   struct settings_section *to)
{
    const char *unified = value_of(boot, "systemd.unified_cgroup_hierarchy");
    const char *force = value_of(boot, "SYSTEMD_CGROUP_ENABLE_LEGACY_FORCE");

    const char *only = settings_only_cgroup(tree->systemd);

    if (only != NULL)
        set_version(tree, only, "it has no other version", NULL, to);
    else if (text_equal(value_of(boot, "cgroup_no_v1"), "all"))
        set_version(tree, "v2", "cgroup_no_v1=all on the kernel command line", boot, to);
    else if (unified != NULL && is_true(unified))
        set_version(tree, "v2", "unified_cgroup_hierarchy on the kernel command line", boot, to);
    else if (unified != NULL && (tree->systemd < RELUCTANT_V1 || (force != NULL && is_true(force))))
        set_version(tree, "v1", "unified_cgroup_hierarchy=0 on the kernel command line", boot, to);
    else if (tree->systemd >= RELUCTANT_V1 || text_equal(tree->hierarchy, "unified"))
        set_version(tree, "v2", "the default of its build", boot, to);
    else if (tree->hierarchy != NULL)
        set_version(tree, "v1",
                    tree->hierarchy[0] == 'h'
                        ? "the default of its build, hybrid: controllers are version 1"
                        : "the default of its build, legacy",
                    boot, to);
    else
        settings_unknown(to, "systemd %u does not say which version its build mounts",
                         tree->systemd);
}

/* The type of the file system at /sys/fs/cgroup; a tmpfs has the mounts of version 1 in it. */
static void take_measured(const struct settings_file *file, struct settings_section *to)
{
    size_t position = 0;
    _cleanup_free_ char *type = settings_line(file, &position);

    /* The number is what a stat(1) says that does not know version 2. */
    if (text_equal(type, "cgroup2fs") || text_equal(type, "UNKNOWN (0x63677270)"))
        settings_set(to, "version", "v2", "/sys/fs/cgroup", SETTING_MEASURED);
    else if (text_equal(type, "tmpfs"))
        settings_set(to, "version", "v1", "/sys/fs/cgroup", SETTING_MEASURED);
    else
        settings_unknown(to, "/sys/fs/cgroup is neither a cgroup2fs nor a tmpfs");
}

void settings_read_cgroup(const struct settings_tree *tree, const struct settings *all,
                          struct settings_section *to)
{
    _cleanup_(settings_file_done) struct settings_file measured = {.length = 0};

    if (settings_open(tree, SETTINGS_MEASURED_CGROUP, &measured) == SETTINGS_FOUND)
        take_measured(&measured, to);
    else if (tree->systemd == 0)
        settings_unknown(to, "the system has no systemd that names its release");
    else
        derive(tree, &all->groups[SETTINGS_BOOT], to);
}
