/* SPDX-License-Identifier: Apache-2.0 */
/* Determines which files of a suite's folder go into guests and which cannot. Lint, show, plan, run
 * and the cell that writes the payload share this code. Only names and sizes are examined; no file
 * is read. */
#ifndef TS_CATALOG_SUITE_PAYLOAD_H
#define TS_CATALOG_SUITE_PAYLOAD_H

#include <stdint.h>

#include "model/words.h"

struct error;
struct strv;

struct suite_sizes {
    uint64_t all;                 /* bytes of data in the folder, without holes */
    uint64_t payload[ARCH_COUNT]; /* bytes of the payload for a guest of each architecture, with
                                     headers */
};

/*
 * With `problems` NULL, the first problem is returned as an error: -EINVAL for an entry that cannot
 * be packed, -EFBIG for a payload that is too large. Otherwise each problem is appended as a
 * sentence and 0 is returned. `warnings` (may be NULL) receives entries that will differ in the
 * guest.
 */
int catalog_check_payload(const char *folder, struct strv *problems, struct strv *warnings,
                          struct suite_sizes *ret_sizes, struct error **err);

#endif
