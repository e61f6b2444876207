/* SPDX-License-Identifier: Apache-2.0 */
/* Files that tell the loader where to search and what to load first: ld.so.conf and what it
 * includes, ld.so.preload, and files that set environment variables; also those that scripts of an
 * installation write. */
#ifndef TS_ABI_PACKAGE_SETTINGS_H
#define TS_ABI_PACKAGE_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct package;

#define SETTINGS_MAX (64 << 10) /* bytes of a file that may be one */
#define SETTINGS_PRELOAD "/etc/ld.so.preload"

/* True if the path alone says so. */
bool settings_is_named(const char *path);

/* True if the text, of which the first bytes are given, may be one that another file names. */
bool settings_may_be(const char *head, size_t length);

void settings_take(struct package *package, const char *path, const char *text, size_t size);

/* After all files are read: adds what scripts of the installation write, and drops files of nested
 * archives that are not installed. Texts of ld.so.conf are then in the surface. Defined in
 * written.c. */
void settings_conclude(struct package *package);

/* The part of the path behind nested archives: where a package manager installs the file. */
const char *settings_behind_archives(const char *path);

#endif
