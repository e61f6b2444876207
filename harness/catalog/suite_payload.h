/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What of a suite's folder goes into guests, and what cannot: one answer for lint, show, plan, run
 * and the cell that writes the payload. Names and sizes are looked at, no file is read.
 */
#ifndef TS_CATALOG_SUITE_PAYLOAD_H
#define TS_CATALOG_SUITE_PAYLOAD_H

#include <stdint.h>

#include "model/words.h"

struct error;
struct strv;

struct suite_sizes {
    uint64_t all;                 /* bytes of data in the folder, holes not counted */
    uint64_t payload[ARCH_COUNT]; /* bytes of a guest's payload, headers included */
};

/*
 * With `problems` NULL the first one is the error: -EINVAL what cannot go in, -EFBIG more than a
 * payload has. Else each is added as a sentence and 0 is returned; `warnings`, which may be NULL,
 * gets what goes in otherwise than it lies there.
 */
int catalog_check_payload(const char *folder, struct strv *problems, struct strv *warnings,
                          struct suite_sizes *ret_sizes, struct error **err);

#endif
