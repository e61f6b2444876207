/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The defaults that a system gives to what runs on it: kernel settings, limits, security levels,
 * default programs. They are read from the files of the system in the order in which its own
 * programs read them.
 *
 * A group of which a file cannot be read is unknown as a whole, because that file could set
 * anything. A setting that no file makes is absent: then a default of the program or of the kernel
 * applies, which is not known here.
 */
#ifndef TS_ABI_SETTINGS_SETTINGS_H
#define TS_ABI_SETTINGS_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/vec.h"

struct settings_tree;

/* What belongs together; groups.def lists them. */
enum settings_group {
#define GROUP(id, name, read) SETTINGS_##id,
#include "abi/settings/groups.def"
#undef GROUP
    SETTINGS_GROUP_COUNT
};
const char *settings_group_name(enum settings_group group); /* sysctl boot cgroup … */

enum setting_flag {
    SETTING_DEFAULT = 1 << 0,  /* built into the program; the file only documents it */
    SETTING_MEASURED = 1 << 1, /* in the running system */
    SETTING_EXCLUDED = 1 << 2, /* sysctl: patterns do not set this name */
    SETTING_ASSUMED = 1 << 4,  /* holds unless something that is not known says otherwise */
    SETTING_UNKNOWN = 1 << 3,  /* in a surface: the group is unknown, and the value says why */
};

/* All strings are owned. */
struct setting {
    char *name, *value;
    char *origin; /* the file, or what it is derived from */
    unsigned flags;
};

struct settings_section {
    VEC(struct setting) rows; /* in the order in which they were set */
    char *unknown;            /* why nothing is known of the group; NULL: it is known */
};

struct settings {
    struct settings_section groups[SETTINGS_GROUP_COUNT];
};

/* Reads all groups. A group that is unknown has no rows. Free with settings_done. */
void settings_read(const struct settings_tree *tree, struct settings *ret_settings);
void settings_done(struct settings *settings);

/* True for a path that settings_read may ask for: its content has to be in the tree. */
bool settings_wants(const char *path);

/* What a guest writes beside its files: /proc/cmdline, and the type of /sys/fs/cgroup as `stat -fc
 * %T` names it. */
#define SETTINGS_MEASURED_CMDLINE "/run/touchstone-measured/cmdline"
#define SETTINGS_MEASURED_CGROUP "/run/touchstone-measured/cgroup"

#define SETTINGS_FILE_MAX (1 << 20) /* largest file that is read, in bytes */

/* The value that a name of the kernel has after all patterns: "*" in the rows sets names that no
 * row sets or excludes itself. NULL: none. names: rows of the group sysctl. */
const struct setting *settings_find_sysctl(const struct settings_section *sysctl, const char *name);

#endif
