/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a product gains and loses when it moves from one system to another: packages, libraries,
 * commands, services, the kernel and the system, as the surfaces of both have them.
 *
 * An area of which one of the surfaces knows nothing is not compared, and says so: nothing is
 * missing there, and nothing is proven to be there.
 */
#ifndef TS_MODEL_MOVE_H
#define TS_MODEL_MOVE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/vec.h"

enum move_area {
    MOVE_SYSTEM,   /* what the systems call themselves, loader, page size, kernel */
    MOVE_PACKAGES, /* installed ones, by name */
    MOVE_LIBRARIES,
    MOVE_COMMANDS, /* in the folders of PATH, by name */
    MOVE_SERVICES, /* units of systemd, by name */
    MOVE_MODULES,  /* of the kernel */
    MOVE_CONFIG,   /* options of the kernel's configuration */
    MOVE_SETTINGS, /* of the kernel: sysctl, command line, cgroups */
    MOVE_LIMITS,   /* of sessions and services */
    MOVE_SECURITY, /* what is refused: crypto policy, TLS, ssh, SELinux, PAM, packet filter */
    MOVE_RUNTIME,  /* default programs, users, locale, name service */
    MOVE_AREA_COUNT
};
const char *move_area_name(enum move_area area); /* system packages libraries commands … */

enum move_change {
    MOVE_GONE,
    MOVE_SPLIT,   /* a package: several have its files or its name */
    MOVE_RENAMED, /* a package: one other has; a library: with another version in its name */
    MOVE_PLACE,   /* a command: in another folder */
    MOVE_CHANGED,
    MOVE_ADDED,
    MOVE_CHANGE_COUNT
};
const char *move_change_name(enum move_change change); /* gone split renamed moved changed added */

/* What a difference means for a product. Static. */
struct move_meaning {
    const char *text, *text_zh;
};

/* All strings are owned. */
struct move_row {
    enum move_change change;
    char *name;
    char *before, *after; /* a version, a path, a value, names of packages; may be NULL */
    const char *group;    /* of a setting: settings_group_name; else NULL. Static */
    char *before_origin, *after_origin; /* of a setting: the file that makes it, or what it follows
                                           from; NULL: no file makes it */
    const struct move_meaning *meaning; /* NULL: not known */
};

struct move_section {
    VEC(struct move_row) rows; /* by change, then by name */
    size_t same;               /* number of things in which nothing differs; 0 for libraries, of
                                  which many are not for others to load */
    char *unknown;             /* why the area is not compared; NULL: it is */
    struct strv partly;        /* what of the area is not compared, and why; the rest is */
};

struct move {
    struct move_section areas[MOVE_AREA_COUNT];
};

void move_done(struct move *move);

/* Number of rows of an area with this change. */
size_t move_count(const struct move_section *section, enum move_change change);

#endif
