/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which image of a series to test next, to find the first bad one. Pure.
 *
 * The series is ordered, the oldest image first. What is looked for is the begin of the present bad
 * series: the newest image that says something must be bad, and an older one good. An image that
 * says nothing (it does not boot, the case was skipped) is passed over, as git does.
 */
#ifndef TS_JUDGE_BISECT_H
#define TS_JUDGE_BISECT_H

#include <stddef.h>

enum bisect_mark {
    BISECT_UNTESTED,
    BISECT_GOOD,
    BISECT_BAD,
    BISECT_SKIPPED /* tested, and it says nothing */
};

enum bisect_end {
    BISECT_TEST,    /* `next` is to be tested */
    BISECT_FOUND,   /* `bad` is the first bad image, `good` the last good one before it */
    BISECT_AMONG,   /* the first bad image is one of those after `good` up to `bad`; the others
                       between them say nothing */
    BISECT_NO_BAD,  /* the newest image that says something is good */
    BISECT_NO_GOOD, /* none before the bad ones is good */
    BISECT_NOTHING  /* no image says anything */
};

struct bisect_step {
    enum bisect_end end;
    size_t next, good, bad;
    unsigned left; /* BISECT_TEST: number of tests that are still needed, about, with this one */
};

struct bisect_step bisect_next(const enum bisect_mark *marks, size_t count);

#endif
