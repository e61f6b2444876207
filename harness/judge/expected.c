/* SPDX-License-Identifier: Apache-2.0 */
/* The table of expected differences. */
#include "judge/expected.h"

#include <fnmatch.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

const struct expected expected_rows[] = {
#define EXPECTED(kind, patterns, title, title_zh, text, text_zh)                                   \
    {EXPECTED_##kind, patterns, {title, title_zh}, {text, text_zh}},
#include "judge/expected.def"
#undef EXPECTED
};
const size_t expected_count = sizeof(expected_rows) / sizeof(expected_rows[0]);

static bool fits(const char *patterns, const char *key)
{
    for (const char *at = patterns; *at != '\0';) {
        size_t length = strcspn(at, " ");

        if (at[length - 1] == '*' ? strncmp(at, key, length - 1) == 0
                                  : strlen(key) == length && strncmp(at, key, length) == 0)
            return true;
        at += length + strspn(at + length, " ");
    }
    return false;
}

const struct expected *expected_find(const char *key)
{
    for (size_t i = 0; i < expected_count; i++)
        if (fits(expected_rows[i].patterns, key))
            return &expected_rows[i];
    return NULL;
}

bool expected_is_gap(const struct gaps *gaps, const char *key)
{
    if (!text_starts(key, "isa."))
        return false;
    vec_foreach (gap, &gaps->rows)
        if (gap->kind == GAP_MISSING && strcmp(gap->feature, key + strlen("isa.")) == 0)
            return true;
    return false;
}

bool expected_holds(const struct expected *row, struct difference_axes axes)
{
    switch (row->kind) {
    case EXPECTED_ARCH:
        return axes.arch;
    case EXPECTED_PLATFORM:
    case EXPECTED_ACROSS:
        return axes.platform;
    case EXPECTED_IMAGE:
        return axes.image;
    case EXPECTED_IDENTITY:
        return axes.platform || axes.image;
    default:
        return true;
    }
}

static const struct suite_difference *find_rule(const struct suite *suite, bool of_point,
                                                const char *key, struct difference_axes axes)
{
    const bool holds[ACROSS_COUNT] = {[ACROSS_ANY] = true,
                                      [ACROSS_ARCH] = axes.arch,
                                      [ACROSS_PLATFORM] = axes.platform,
                                      [ACROSS_IMAGE] = axes.image};

    if (suite != NULL)
        vec_foreach (rule, &suite->differences)
            if (rule->of_point == of_point && holds[rule->across] &&
                fnmatch(rule->key, key, 0) == 0)
                return rule;
    return NULL;
}

const struct suite_difference *expected_rule(const struct suite *suite, const char *key,
                                             struct difference_axes axes)
{
    return find_rule(suite, false, key, axes);
}

const struct suite_difference *expected_point_rule(const struct suite *suite, const char *name,
                                                   struct difference_axes axes)
{
    return find_rule(suite, true, name, axes);
}

/* The whole text is a finite number. */
static bool parse_number(const char *text, double *ret)
{
    char *end;

    *ret = strtod(text, &end);
    return end != text && *end == '\0' && isfinite(*ret);
}

bool expected_is_within(const struct suite_difference *rule, const char *reference,
                        const char *value)
{
    double a, b;

    return rule->has_within && parse_number(reference, &a) && parse_number(value, &b) &&
           fabs(b - a) <= (rule->relative ? rule->within * fabs(a) : rule->within);
}
