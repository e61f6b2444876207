/* SPDX-License-Identifier: Apache-2.0 */
/* Compares versions. Sources: rpm rpmio/rpmvercmp.c and lib/rpmds.c, dpkg lib/dpkg/version.c. */
#include "abi/metadata/version.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "abi/surface/surface.h"
#include "base/text.h"

static int sign(long value)
{
    return (value > 0) - (value < 0);
}

/* Compares digits by value: leading zeros are ignored, more digits are larger. */
static int compare_digits(const char **a, const char **b)
{
    size_t length_a, length_b;
    int result;

    *a += strspn(*a, "0");
    *b += strspn(*b, "0");
    length_a = strspn(*a, "0123456789");
    length_b = strspn(*b, "0123456789");
    result = length_a != length_b ? (length_a > length_b ? 1 : -1) : strncmp(*a, *b, length_a);
    *a += length_a;
    *b += length_b;
    return sign(result);
}

static size_t letters(const char *text)
{
    size_t length = 0;

    while (isalpha((unsigned char)text[length]))
        length++;
    return length;
}

static int compare_segments(const char **a, const char **b)
{
    size_t length_a, length_b, shorter;
    int result;

    if (isdigit((unsigned char)**a))
        return isdigit((unsigned char)**b) ? compare_digits(a, b) : 1;
    length_a = letters(*a);
    length_b = letters(*b);
    if (length_b == 0)
        return -1;
    shorter = length_a < length_b ? length_a : length_b;
    result = strncmp(*a, *b, shorter);
    if (result == 0)
        result = (length_a > length_b) - (length_a < length_b);
    *a += length_a;
    *b += length_b;
    return sign(result);
}

/* Blocks of digits or letters; '~' sorts before the end, '^' after the end and before everything
 * else. */
static int compare_part(const char *a, const char *b)
{
    for (;;) {
        int result;

        while (*a != '\0' && !isalnum((unsigned char)*a) && *a != '~' && *a != '^')
            a++;
        while (*b != '\0' && !isalnum((unsigned char)*b) && *b != '~' && *b != '^')
            b++;
        if (*a == '~' || *b == '~') {
            if (*a != *b)
                return *a == '~' ? -1 : 1;
            a++, b++;
            continue;
        }
        if (*a == '^' || *b == '^') {
            if (*a == '\0' || *b == '\0')
                return *a == '\0' ? -1 : 1;
            if (*a != *b)
                return *a == '^' ? -1 : 1;
            a++, b++;
            continue;
        }
        if (*a == '\0' || *b == '\0')
            return (*a != '\0') - (*b != '\0');
        result = compare_segments(&a, &b);
        if (result != 0)
            return result;
    }
}

struct evr {
    char *text;
    const char *epoch, *version, *release; /* release may be NULL */
};

static struct evr evr_split(const char *text)
{
    struct evr evr = {.text = text_dup(text)};
    size_t digits = strspn(evr.text, "0123456789");
    char *rest = evr.text, *dash;

    evr.epoch = "0";
    if (evr.text[digits] == ':') {
        evr.text[digits] = '\0';
        evr.epoch = digits > 0 ? evr.text : "0";
        rest = evr.text + digits + 1;
    }
    evr.version = rest;
    dash = strrchr(rest, '-');
    if (dash != NULL) {
        *dash = '\0';
        evr.release = dash + 1;
    }
    return evr;
}

int version_compare_rpm(const char *a, const char *b)
{
    struct evr left = evr_split(a), right = evr_split(b);
    int result = compare_part(left.epoch, right.epoch);

    if (result == 0)
        result = compare_part(left.version, right.version);
    if (result == 0 && left.release != NULL && right.release != NULL)
        result = compare_part(left.release, right.release);
    free(left.text);
    free(right.text);
    return result;
}

bool version_overlaps_rpm(uint32_t sense_a, const char *a, uint32_t sense_b, const char *b)
{
    int order;

    if ((sense_a & SENSE_MASK) == 0 || (sense_b & SENSE_MASK) == 0 || *a == '\0' || *b == '\0')
        return true;
    order = version_compare_rpm(a, b);
    if (order < 0)
        return (sense_a & SENSE_GREATER) != 0 || (sense_b & SENSE_LESS) != 0;
    if (order > 0)
        return (sense_a & SENSE_LESS) != 0 || (sense_b & SENSE_GREATER) != 0;
    return (sense_a & sense_b & SENSE_MASK) != 0;
}

/* '~' sorts before the end, letters before other characters. */
static int weight(int c)
{
    if (c == '~')
        return -1;
    if (c == '\0' || isdigit(c))
        return 0;
    return isalpha(c) ? c : c + 256;
}

static int compare_deb_part(const char *a, const char *b)
{
    while (*a != '\0' || *b != '\0') {
        int result;

        while ((*a != '\0' && !isdigit((unsigned char)*a)) ||
               (*b != '\0' && !isdigit((unsigned char)*b))) {
            int left = weight((unsigned char)*a), right = weight((unsigned char)*b);

            if (left != right)
                return sign(left - right);
            a++, b++;
        }
        result = compare_digits(&a, &b);
        if (result != 0)
            return result;
    }
    return 0;
}

int version_compare_deb(const char *a, const char *b)
{
    struct evr left = evr_split(a), right = evr_split(b);
    int result = compare_deb_part(left.epoch, right.epoch);

    if (result == 0)
        result = compare_deb_part(left.version, right.version);
    if (result == 0)
        result = compare_deb_part(left.release != NULL ? left.release : "",
                                  right.release != NULL ? right.release : "");
    free(left.text);
    free(right.text);
    return result;
}

bool version_fulfils_deb(const char *have, uint32_t sense, const char *want)
{
    int order;

    if ((sense & SENSE_MASK) == 0)
        return true;
    order = version_compare_deb(have, want);
    return order < 0   ? (sense & SENSE_LESS) != 0
           : order > 0 ? (sense & SENSE_GREATER) != 0
                       : (sense & SENSE_EQUAL) != 0;
}
