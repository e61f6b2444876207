/* SPDX-License-Identifier: Apache-2.0 */
/* What the core dump handler stores for the runner of the case: a fact for each crash, and one core
 * file. */
#ifndef TS_INSIDE_CRASH_H
#define TS_INSIDE_CRASH_H

enum {
    CRASHES_MAX = 16,
    CRASH_FACT_MAX = 8192,
    CRASH_CORE_MAX = 4 << 20,
    CRASH_CODE = 16, /* bytes of code at the program counter */
};

#endif
