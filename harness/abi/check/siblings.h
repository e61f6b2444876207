/* SPDX-License-Identifier: Apache-2.0 */
/* Builds of one component for several architectures, C libraries and systems within a package
 * (prebuilds/linux-x64/, native/freebsd-x86_64/, addon.musl.node); the program that loads them
 * chooses the matching one. */
#ifndef TS_ABI_CHECK_SIBLINGS_H
#define TS_ABI_CHECK_SIBLINGS_H

#include "abi/check/check.h"

/* Marks in check->spare the objects that are not for this image while a sibling is. */
void siblings_find(struct check *check);

/* The path without the words that name a system, an architecture or a C library; siblings have the
 * same. Caller frees. */
char *siblings_key(const char *path);

/* The same without the versions that add-ons of Node and extensions of Python name: "/node/108/",
 * "glibc-115-Release", ".cpython-36m-". NULL for other files. Caller frees. */
char *siblings_versionless_key(const char *path);

/* True if the path says that it is for another system: "/darwin-x64/", "_osx_". */
bool siblings_name_system(const char *path);

/* True if a word of the path names 32-bit code of the machine's family. */
bool siblings_name_32_bit(const char *path, uint16_t machine);

/* True if the last architecture that the path names is this machine. */
bool siblings_name_machine(const char *path, uint16_t machine);

/* The folder of what the file belongs to: its module of Node, or what precedes the first part that
 * names another system. Caller frees. */
char *siblings_home(const char *path);

/* True if the loader of this image accepts it, by machine, system and C library. */
bool siblings_fit(const struct check *check, const struct surface_object *object);

#endif
