/* SPDX-License-Identifier: Apache-2.0 */
/* Effects of settings on what programs load. */
#ifndef TS_ABI_CHECK_EFFECTS_H
#define TS_ABI_CHECK_EFFECTS_H

#include "abi/check/check.h"

/* In what programs of the image are started. */
struct environment {
    const struct strv *folders;  /* LD_LIBRARY_PATH */
    const struct strv *preloads; /* LD_PRELOAD or /etc/ld.so.preload */
    const struct strv *hwcaps;   /* glibc-hwcaps folders that the CPU supports, best first */
    const char *cause;           /* stands in a finding after the library */
    bool may_start;              /* a script may start the program there: not a BLOCK */
};

/* Compares what all programs of the image load with and without the product. */
void effects_check_all(struct check *check, const struct environment *environment);

/* The same for one program, by its path; a program of the package is loaded there. A script is
 * replaced by its interpreter. */
void effects_check_one(struct check *check, const struct environment *environment,
                       const char *program);

#endif
