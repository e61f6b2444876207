/* SPDX-License-Identifier: Apache-2.0 */
/* The order of versions in each ecosystem. A version that its rules do not describe has no order:
 * nothing is said then, rather than something wrong. */
#ifndef TS_ADVISORY_ORDER_H
#define TS_ADVISORY_ORDER_H

#include <stdbool.h>

enum version_order {
    ORDER_NONE,
    ORDER_DEB,    /* deb-version(7) */
    ORDER_RPM,    /* rpm-version(7) */
    ORDER_SEMVER, /* semver.org 2.0.0; a leading "v" is allowed, as Go has it */
    ORDER_PEP440, /* Python: the version specifiers specification */
    ORDER_MAVEN /* numbers, and qualifiers that are equal: the rest of Maven's order is not built */
};

/* Returns false if one of them cannot be ordered. */
bool version_compare(enum version_order order, const char *a, const char *b, int *ret_result);

#endif
