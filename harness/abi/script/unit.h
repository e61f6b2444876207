/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The systemd units of a package: which directives the image's systemd does not know yet. Each
 * directive is a row of unit_directives.def.
 */
#ifndef TS_ABI_SCRIPT_UNIT_H
#define TS_ABI_SCRIPT_UNIT_H

#include <stdbool.h>

#include "model/finding.h"

/* True for a file that systemd reads as a unit, or as a part of one. */
bool unit_is_one(const char *path);

/* Its directives that this release of systemd does not know yet. */
void unit_check_text(const char *path, const char *text, unsigned release,
                     struct findings *findings);

#endif
