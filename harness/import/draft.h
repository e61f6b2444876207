/* SPDX-License-Identifier: Apache-2.0 */
/* Internal to import/: a suite that is being made, and the readers that fill it in. */
#ifndef TS_IMPORT_DRAFT_H
#define TS_IMPORT_DRAFT_H

#include <stdbool.h>

#include "base/text.h"
#include "base/vec.h"
#include "model/suite.h"

struct error;

enum { IMPORT_CASES = 5000, IMPORT_FILE_BYTES = 4 << 20 };

struct draft_case {
    char *id, *title;
    char *script;      /* without the first line */
    char *skip_reason; /* NULL: it runs */
    enum item item;
    enum protocol protocol;
    unsigned timeout_s;
    const char *needs; /* the id of a case that must have passed, or NULL */
    bool optional, restarts, native, needs_install;
    bool only_arch; /* only on `arch` */
    enum arch arch;
};

struct draft_packages {
    const char *family;
    bool only_arch;
    enum arch arch;
    struct strv names;
};

struct draft {
    const char *name;
    const struct strv *only; /* names of the tests that are wanted; NULL or empty: all */
    char *product, *vendor;
    char *tree; /* a folder that goes into the suite as tree.tar, or NULL; cases call unpack-tree */
    struct strv programs; /* names of helpers (draft_programs.c) that cases call */
    VEC(struct draft_packages) packages;
    VEC(struct draft_case) cases;
    struct strv notes;
};

/* True if the user wants this test of the source. */
bool draft_wants(const struct draft *draft, const char *name);

/* Adds a case whose id is made from `name`, unique in the suite. */
struct draft_case *draft_add_case(struct draft *draft, const char *name);

/* Makes it a case that only says why it is skipped; the first reason stands. */
void draft_skip(struct draft_case *row, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Adds a package unless it is there; a name that no package can have is noted. arch NULL: all. */
void draft_add_package(struct draft *draft, const char *family, const enum arch *arch,
                       const char *name);

/* Puts a folder into the suite; cases find a copy of it that they may write to with
 * `. "$TOUCHSTONE_SUITE/lib/unpack-tree"`, as $tree. */
void draft_add_tree(struct draft *draft, const char *folder);

void draft_note(struct draft *draft, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Adds an install case before the others if there are packages. */
void draft_finish(struct draft *draft);

/* Writes the folder. */
int draft_write(const struct draft *draft, const char *folder, struct error **err);
void draft_done(struct draft *draft);

/* Text as one word of a shell. Caller frees. */
char *draft_quote(const char *text);

/* The text of a helper; NULL: there is none with this name. */
const char *draft_program(const char *name);

/* The readers; `source` is a folder or a file. `is`: whether the source is of this kind. */
bool autopkgtest_is(const char *source);
int autopkgtest_read(const char *source, struct draft *draft, struct error **err);
bool bats_is(const char *source);
int bats_read(const char *source, struct draft *draft, struct error **err);
bool ltp_is(const char *source);
int ltp_read(const char *source, struct draft *draft, struct error **err);
bool tmt_is(const char *source);
int tmt_read(const char *source, struct draft *draft, struct error **err);
bool kunpeng_is(const char *source);
int kunpeng_read(const char *source, struct draft *draft, struct error **err);

#endif
