/* SPDX-License-Identifier: Apache-2.0 */
/* A package's scripts, sources and units against what the image has. */
#ifndef TS_ABI_CHECK_SCRIPTS_H
#define TS_ABI_CHECK_SCRIPTS_H

#include "model/finding.h"

struct needs;
struct package;
struct surface;
struct world;

/* Findings about the package's scripts, and hints in its programs. */
void script_check(const struct package *package, struct needs *needs);

/* One script for sh or bash; path: said of it. */
void script_check_shell(const char *path, const char *text, struct needs *needs);

/* Findings for a world of aarch64; none where the package's build files name -fsigned-char. */
void source_check(const struct package *package, const struct world *world,
                  struct findings *findings);

/* systemd's release on the image, 0 if it cannot be told. Releases before 231 count as 219, the
 * oldest of a supported image: they had no library with the release in its name. */
unsigned unit_systemd_release(const struct surface *image);

void unit_check(const struct package *package, const struct surface *image, struct needs *needs);

#endif
