/* SPDX-License-Identifier: Apache-2.0 */
/* Looks up the package that provides a missing library or command on the image's distribution, in
 * the table remedies.def, for all checks that suggest a remedy. */
#ifndef TS_ABI_SURFACE_REMEDY_H
#define TS_ABI_SURFACE_REMEDY_H

#include "abi/surface/surface.h"

/* How commonly a command is installed on current releases of the EL family. */
enum remedy_command {
    COMMAND_COMMON,   /* usually installed, as far as is known */
    COMMAND_OPTIONAL, /* often not installed */
    COMMAND_GONE,     /* not installed by default */
};

/* The distribution's package that contains it; NULL: none or unknown. name: a SONAME, a command or
 * a path of either. */
const char *remedy_package(const struct surface *image, const char *name);

/* True if the package of this name provides it on one of the systems in the table. */
bool remedy_brings(const char *package, const char *name);

/* True if this release has dropped it: there is no package, or only one for old programs. */
bool remedy_is_lost(const struct surface *image, const char *name);

/* A sentence that says what to do, with the package's name; NULL if it is not in the table. Caller
 * frees. */
char *remedy_text(const struct surface *image, const char *name);

/* The same for a requirement of a package: "libz.so.1()(64bit)", "/usr/bin/python", or the name of
 * a package of the image's distribution or an older one. NULL: unknown. Caller frees. */
char *remedy_requirement(const struct surface *image, const char *name);

/* name: a command, or its path. */
enum remedy_command remedy_command(const char *name);

#endif
