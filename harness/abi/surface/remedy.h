/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which package brings a library or a command that is not there, on the image's own system: the
 * table remedies.def, for every check that says what to do.
 */
#ifndef TS_ABI_SURFACE_REMEDY_H
#define TS_ABI_SURFACE_REMEDY_H

#include "abi/surface/surface.h"

/* The package of the image's system that has it; NULL: none, or not known. name: a SONAME, a
 * command or a path of either. */
const char *remedy_package(const struct surface *image, const char *name);

/* Did this system lose it: has it no package at all there, or one for old programs only? */
bool remedy_is_lost(const struct surface *image, const char *name);

/* What to do about its absence as a sentence, with the package's name; NULL when the table lacks
 * it. Caller frees. */
char *remedy_text(const struct surface *image, const char *name);

#endif
