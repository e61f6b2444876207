/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Packages as rows of a surface: from an rpm header (of a file, or of the image's database) and
 * from a paragraph of dpkg's (a deb's control, /var/lib/dpkg/status, a repository's Packages).
 */
#ifndef TS_ABI_SURFACE_PACKAGES_H
#define TS_ABI_SURFACE_PACKAGES_H

#include <stddef.h>
#include <stdint.h>

struct rpm_header;
struct surface_builder;

/* Adds the package with its relations and files; returns its index. SURFACE_NONE: no name or
 * version. */
uint32_t packages_add_rpm(struct surface_builder *builder, const struct rpm_header *header);

/* All paragraphs of a text; of a status file those that are installed. Returns how many were added.
 */
size_t packages_add_deb(struct surface_builder *builder, const char *text);

/* A path that the package owns; what it is, dpkg does not say. */
void packages_add_path(struct surface_builder *builder, uint32_t package, const char *path,
                       size_t length);

#endif
