/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The systemd units of a package: what they need of the image, and which directives and values its
 * systemd does not know yet. Directives are rows of unit_directives.def, values of unit_values.def.
 */
#ifndef TS_ABI_SCRIPT_UNIT_H
#define TS_ABI_SCRIPT_UNIT_H

#include <stdbool.h>

#include "base/text.h"
#include "base/vec.h"
#include "model/finding.h"

/* True for a file that systemd reads as a unit, or as a part of one. */
bool unit_is_one(const char *path);

/* True for a file of sysusers.d(5), which creates users and groups. */
bool unit_is_sysusers(const char *path);

/* Its directives and values that this release of systemd does not know yet. 0: not known. */
void unit_check_text(const char *path, const char *text, unsigned release,
                     struct findings *findings);

enum unit_need_kind { UNIT_NEEDS_PROGRAM, UNIT_NEEDS_USER, UNIT_NEEDS_GROUP, UNIT_NEEDS_UNIT };
struct unit_need {
    enum unit_need_kind kind;
    char *name;
    const char *directive; /* of the table; not owned */
    char *code;            /* what a shell is told with -c, or NULL */
    unsigned line;
    bool optional; /* '-' before it, or a condition asks for it first */
};
VEC_TYPE(unit_needs, struct unit_need);

/* What the unit needs. Names with specifiers or variables are not among it. */
void unit_needs_read(const char *text, struct unit_needs *ret_needs);
void unit_needs_done(struct unit_needs *needs);
#define _cleanup_unit_needs_ _cleanup_(unit_needs_done)

#endif
