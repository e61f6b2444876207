/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which package brings a library or a command that is not there, on the image's own system: the
 * table remedies.def, for every check that says what to do.
 */
#ifndef TS_ABI_SURFACE_REMEDY_H
#define TS_ABI_SURFACE_REMEDY_H

#include "abi/surface/surface.h"

/* How usual a command is on current releases of the EL family. */
enum remedy_command {
    COMMAND_COMMON,   /* nothing is known against it */
    COMMAND_OPTIONAL, /* it is often not installed */
    COMMAND_GONE,     /* systems are installed without it */
};

/* The package of the image's system that has it; NULL: none, or not known. name: a SONAME, a
 * command or a path of either. */
const char *remedy_package(const struct surface *image, const char *name);

/* Did this system lose it: has it no package at all there, or one for old programs only? */
bool remedy_is_lost(const struct surface *image, const char *name);

/* What to do about its absence as a sentence, with the package's name; NULL when the table lacks
 * it. Caller frees. */
char *remedy_text(const struct surface *image, const char *name);

/* The same for what a package requires: "libz.so.1()(64bit)", "/usr/bin/python", or a package's
 * name, of the image's system or of an older one. NULL: not known. Caller frees. */
char *remedy_requirement(const struct surface *image, const char *name);

/* name: a command, or its path. */
enum remedy_command remedy_command(const char *name);

#endif
