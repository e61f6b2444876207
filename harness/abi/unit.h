/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The systemd units of a package: which directives the image's systemd does not know yet. Each
 * directive is a row of unit_directives.def.
 */
#ifndef TS_ABI_UNIT_H
#define TS_ABI_UNIT_H

#include <stdbool.h>

#include "abi/finding.h"

struct package;
struct surface;

/* True for a file that systemd reads as a unit, or as a part of one. */
bool unit_is_one(const char *path);

/* systemd's release on the image, 0 if it cannot be told. Releases before 231 count as 219, the
 * oldest of a supported image: they had no library with the release in its name. */
unsigned unit_systemd_release(const struct surface *image);

void unit_check(const struct package *package, const struct surface *image,
                struct findings *findings);

#endif
