/* SPDX-License-Identifier: Apache-2.0 */
/* Levenshtein distance of short names. */
#include <string.h>

#include "base/text.h"

#define NAME_LIMIT 64

static size_t least(size_t a, size_t b, size_t c)
{
    size_t ab = a < b ? a : b;

    return ab < c ? ab : c;
}

static size_t distance(const char *a, const char *b)
{
    size_t row[NAME_LIMIT + 1], length_a = strlen(a), length_b = strlen(b);

    if (length_a > NAME_LIMIT || length_b > NAME_LIMIT)
        return SIZE_MAX;
    for (size_t j = 0; j <= length_b; j++)
        row[j] = j;
    for (size_t i = 1; i <= length_a; i++) {
        size_t diagonal = row[0];

        row[0] = i;
        for (size_t j = 1; j <= length_b; j++) {
            size_t above = row[j];

            row[j] = least(above + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1]));
            diagonal = above;
        }
    }
    return row[length_b];
}

const char *strv_closest(const struct strv *known, const char *name)
{
    size_t best = SIZE_MAX;
    const char *closest = NULL;

    for (size_t i = 0; i < known->count; i++) {
        size_t edits = distance(name, known->items[i]);

        if (edits < best) {
            best = edits;
            closest = known->items[i];
        }
    }
    return best <= 1 + strlen(name) / 3 ? closest : NULL;
}
