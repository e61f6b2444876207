/* SPDX-License-Identifier: Apache-2.0 */
/* Checks whether what scripts and units refer to exists on the image or in the package. What a
 * surface does not contain (a public list has no programs, an older surface no users) is collected
 * and reported once. */
#ifndef TS_ABI_CHECK_NEEDS_H
#define TS_ABI_CHECK_NEEDS_H

#include "abi/loader/world.h"
#include "abi/package/package.h"
#include "abi/script/distribution.h"
#include "model/finding.h"

enum need_answer { NEED_THERE, NEED_MISSING, NEED_UNKNOWN };
enum need_kind { NEED_PROGRAM, NEED_FILE, NEED_USER, NEED_UNIT, NEED_KINDS };

struct needs {
    const struct package *package;
    const struct world *world;
    struct findings *findings;
    bool reference;
    bool lists_files;                /* the surface contains units and files that scripts source */
    struct strv names;               /* base names of the package's files, sorted */
    struct strv created;             /* words of commands that create users, sorted */
    struct strv unknown[NEED_KINDS]; /* names that could not be checked */
};

void needs_init(struct needs *needs, const struct package *package, const struct world *world,
                struct findings *findings);
void needs_done(struct needs *needs);

/* name: a path, or a name to look up in PATH. */
enum need_answer needs_program(struct needs *needs, const char *name);
/* A file that a script sources. */
enum need_answer needs_file(struct needs *needs, const char *path);
/* group: the name is of a group. */
enum need_answer needs_user(struct needs *needs, const char *name, bool group);
enum need_answer needs_unit(struct needs *needs, const char *name);

/* What the image answers to questions about its distribution; borrows from needs. */
struct distribution needs_distribution(const struct needs *needs);

/* True if the program of this name is Python 2 on the image. */
bool needs_is_python2(const struct needs *needs, const char *program);

/* Adds an UNKNOWN finding for each kind of name that could not be checked. */
void needs_say_unknown(struct needs *needs);

#endif
