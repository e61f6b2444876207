/* SPDX-License-Identifier: Apache-2.0 */
/* Observations of which it is known why they differ, for every suite (expected.def); what only one
 * product knows is in its suite's file. */
#ifndef TS_JUDGE_EXPECTED_H
#define TS_JUDGE_EXPECTED_H

#include <stddef.h>

#include "model/platform.h"
#include "model/suite.h"

enum expected_kind {
    EXPECTED_ARCH,     /* between architectures */
    EXPECTED_PLATFORM, /* between platforms */
    EXPECTED_ACROSS,   /* likewise; and reports show it if only one architecture has the feature */
    EXPECTED_IMAGE,    /* between images */
    EXPECTED_IDENTITY, /* between platforms or images, because they identify themselves */
    EXPECTED_IGNORE,   /* differs at every start */
};

struct expected {
    enum expected_kind kind;
    const char *patterns; /* keys, or prefixes ending in '*', separated by spaces */
    const char *title[LANGUAGE_COUNT], *text[LANGUAGE_COUNT];
};

extern const struct expected expected_rows[];
extern const size_t expected_count;

/* The first row that matches the key; NULL: none. */
const struct expected *expected_find(const char *key);

/* In what two cells differ. */
struct difference_axes {
    bool arch, platform, image;
};

/* The observation is of an instruction that the real CPU has and this guest lacks. */
bool expected_is_gap(const struct gaps *gaps, const char *key);

/* The row explains a difference between such cells. */
bool expected_holds(const struct expected *row, struct difference_axes axes);

/* The suite's first rule for the key that holds between such cells; NULL: none. The suite may be
 * NULL. */
const struct suite_difference *expected_rule(const struct suite *suite, const char *key,
                                             struct difference_axes axes);
/* The same for a test point. */
const struct suite_difference *expected_point_rule(const struct suite *suite, const char *name,
                                                   struct difference_axes axes);

/* The rule has a tolerance, both values are whole numbers or decimals of it, and they are within
 * it. Units are compared by the caller. */
bool expected_is_within(const struct suite_difference *rule, const char *reference,
                        const char *value);

#endif
