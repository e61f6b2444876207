/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who is responsible for a case that did not pass, decided by what the kernel was seen to do
 * (suite/witness.h) and by whose file it was, not by the word of the last program. Pure.
 *
 * A file of the product that could not be executed, crashed or hung: FAIL, product. The case's own
 * script, or a program that only it started: ERROR, suite. A crash of a program of the image that
 * ended the case: ERROR, image. Where nothing was seen, what the protocol said stands.
 */
#ifndef TS_SUITE_RESPONSIBLE_H
#define TS_SUITE_RESPONSIBLE_H

#include "model/prediction.h"
#include "model/result.h"
#include "suite/record.h"
#include "suite/witness.h"

enum owner { OWNER_UNKNOWN, OWNER_IMAGE, OWNER_HARNESS, OWNER_SUITE, OWNER_PRODUCT };

/* Whose file it is; *ret_of: the package or folder that it came with, or NULL. Borrowed. */
typedef enum owner owner_of(void *context, const struct witnessed_file *file, const char **ret_of);

struct inquiry {
    const struct case_record *record;
    const struct witness *witness;
    const struct prediction *prediction;
    owner_of *owner;
    bool (*names)(void *context,
                  const char *name); /* a program of the product; NULL: none is known */
    void *context;
    const char *script;  /* of the case: its path in the guest */
    const char *text;    /* of the script; NULL: not known */
    const char *machine; /* of the guest, as a reader knows it: x86_64, aarch64 */
    unsigned timeout_s;  /* as the suite has it; 0: not known */
    unsigned scale;
};

/* Changes status, blame and reason of a row that the protocol has set, where the evidence says
 * otherwise. A row that passed stays so, unless its script went on after an error of its own:
 * *ret_seen says then what went wrong with a file of the product all the same, or is NULL. Caller
 * frees it. */
void responsible_decide(const struct inquiry *inquiry, struct case_result *row, char **ret_seen);

#endif
