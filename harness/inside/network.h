/* SPDX-License-Identifier: Apache-2.0 */
/* The network between the two guests of a cell. */
#ifndef TS_INSIDE_NETWORK_H
#define TS_INSIDE_NETWORK_H

#include <stdbool.h>

/* Exit codes of `network check`. */
enum {
    NETWORK_LOST = 2,   /* this guest is not configured as it was */
    NETWORK_SILENT = 3, /* it is, but the other guest does not answer */
};

/* Sets the variables of a case that runs in the guest of this name; false: there is none. */
bool network_set_environment(const char *name);

#endif
