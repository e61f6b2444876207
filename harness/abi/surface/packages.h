/* SPDX-License-Identifier: Apache-2.0 */
/* Adds packages to a surface: from an rpm header (of a file or of the image's database) and from a
 * paragraph of dpkg control data (a deb's control file, /var/lib/dpkg/status, a repository's
 * Packages). */
#ifndef TS_ABI_SURFACE_PACKAGES_H
#define TS_ABI_SURFACE_PACKAGES_H

#include <stddef.h>
#include <stdint.h>

struct rpm_header;
struct surface_builder;

/* Adds a package with its relations and files; returns its index. SURFACE_NONE: name or version is
 * missing. */
uint32_t packages_add_rpm(struct surface_builder *builder, const struct rpm_header *header);

/* Adds all paragraphs of a text; of a status file only installed packages. Returns the number
 * added. */
size_t packages_add_deb(struct surface_builder *builder, const char *text);

/* Adds a path that the package owns; dpkg does not record its type. */
void packages_add_path(struct surface_builder *builder, uint32_t package, const char *path,
                       size_t length);

#endif
