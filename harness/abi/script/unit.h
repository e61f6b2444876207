/* SPDX-License-Identifier: Apache-2.0 */
/* Checks a package's systemd units: what they require from the image, and which directives and
 * values its systemd does not support. Directives are rows of unit_directives.def, values of
 * unit_values.def. */
#ifndef TS_ABI_SCRIPT_UNIT_H
#define TS_ABI_SCRIPT_UNIT_H

#include <stdbool.h>

#include "base/text.h"
#include "base/vec.h"
#include "model/finding.h"

/* True for a file that systemd reads as a unit or as part of one. */
bool unit_is_one(const char *path);

/* True for a sysusers.d(5) file, which creates users and groups. */
bool unit_is_sysusers(const char *path);

/* True for such a file or a tmpfiles.d(5) file, which creates files and folders. */
bool unit_is_declaration(const char *path);

/* Adds findings for directives and values that this version of systemd does not support. 0:
 * unknown. */
void unit_check_text(const char *path, const char *text, unsigned release,
                     struct findings *findings);

/* A unit's own file and the drop-ins that change it, in the order in which systemd reads them.
 * Borrowed. */
struct unit_part {
    const char *path, *text;
};
VEC_TYPE(unit_parts, struct unit_part);

enum unit_need_kind {
    UNIT_NEEDS_PROGRAM,
    UNIT_NEEDS_SCRIPT, /* a file that an interpreter reads */
    UNIT_NEEDS_USER,
    UNIT_NEEDS_GROUP,
    UNIT_NEEDS_UNIT,
    UNIT_NEEDS_FILE,
    UNIT_NEEDS_FOLDER
};
struct unit_need {
    enum unit_need_kind kind;
    char *name;
    const char *directive; /* from the table; not owned */
    char *code;            /* the argument of a shell's -c, or NULL */
    unsigned line;
    size_t part;   /* index of the part that requires it */
    bool optional; /* prefixed by '-', or tested by a condition first */
    bool by_name;  /* env or another program looks it up in PATH */
};
VEC_TYPE(unit_needs, struct unit_need);

/* What the unit requires. Names with specifiers or variables are left out. */
void unit_needs_read(const struct unit_parts *parts, struct unit_needs *ret_needs);
void unit_needs_done(struct unit_needs *needs);
#define _cleanup_unit_needs_ _cleanup_(unit_needs_done)

/* Adds findings for what makes this version of systemd (0: unknown) refuse the whole unit; name: of
 * the unit. Returns the name of the unit that it triggers (socket, timer, path), or NULL. Caller
 * frees. */
char *unit_check_whole(const struct unit_parts *parts, const char *name, unsigned release,
                       struct findings *findings);

#endif
