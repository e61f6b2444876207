/* SPDX-License-Identifier: Apache-2.0 */
/* Internal to import/: relations between Debian packages, as names of packages of a suite. */
#ifndef TS_IMPORT_DEPENDENCIES_H
#define TS_IMPORT_DEPENDENCIES_H

#include <stdbool.h>

#include "model/words.h"

struct draft;
struct strv;

/* Adds what a list of relations (NULL: none) needs: of alternatives the first one for an
 * architecture. Versions are not compared: the image's archive decides. Build profiles that are not
 * negated are left out. */
void dependencies_add(struct draft *draft, const char *list);

/* True if a list of Debian's architectures ("amd64", "!i386", "any", "linux-any", "all") means this
 * one. */
bool dependencies_is_for(const struct strv *words, enum arch arch);

#endif
