/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decides which party is responsible for a case that did not pass, from what the kernel reported
 * about its programs (suite/witness.h) and which party each file belongs to, instead of relying on
 * the exit code of the last program. No side effects.
 *
 * A file of the product that could not be executed, crashed or hung: FAIL, product. The case's own
 * script, or a program that only it started: ERROR, suite. A crash of a program of the image that
 * ended the case: ERROR, image. If nothing was recorded, the protocol's outcome stands.
 */
#ifndef TS_SUITE_RESPONSIBLE_H
#define TS_SUITE_RESPONSIBLE_H

#include "model/prediction.h"
#include "model/result.h"
#include "suite/record.h"
#include "suite/witness.h"

enum owner { OWNER_UNKNOWN, OWNER_IMAGE, OWNER_HARNESS, OWNER_SUITE, OWNER_PRODUCT };

/* The party that a file belongs to; *ret_of: the package or folder that contained it, or NULL.
 * Borrowed. */
typedef enum owner owner_of(void *context, const struct witnessed_file *file, const char **ret_of);

struct inquiry {
    const struct case_record *record;
    const struct witness *witness;
    const struct prediction *prediction;
    owner_of *owner;
    bool (*names)(void *context, const char *name); /* returns whether a program of that name is
                                                       part of the product; NULL: unknown */
    void *context;
    const char *script;  /* path of the case's script in the guest */
    const char *text;    /* content of the script; NULL: unknown */
    const char *machine; /* machine of the guest, for display: x86_64, aarch64 */
    unsigned timeout_s;  /* as in suite.xml; 0: unknown */
    unsigned scale;
};

/* Changes status, blame and reason that the protocol set if the evidence contradicts them. A row
 * that passed stays PASS, unless its script continued after an error of its own; *ret_seen then
 * describes what nevertheless went wrong with a file of the product, or is NULL. Caller frees. */
void responsible_decide(const struct inquiry *inquiry, struct case_result *row, char **ret_seen);

#endif
