/* SPDX-License-Identifier: Apache-2.0 */
#include "inside/pax.h"

#include <string.h>

/* Parses decimal digits that make up the whole text. */
static bool read_number(const char *text, size_t length, uint64_t *ret_value)
{
    uint64_t value = 0;

    for (size_t i = 0; i < length; i++) {
        if (text[i] < '0' || text[i] > '9' || value > (UINT64_MAX - 9) / 10)
            return false;
        value = value * 10 + (uint64_t)(text[i] - '0');
    }
    *ret_value = value;
    return length > 0;
}

static bool read_text(char text[PAX_TEXT_SIZE], const char *value, size_t length)
{
    if (length == 0 || length >= PAX_TEXT_SIZE || memchr(value, '\0', length) != NULL)
        return false;
    memcpy(text, value, length);
    text[length] = '\0';
    return true;
}

static bool is_key(const char *key, size_t length, const char *name)
{
    return strlen(name) == length && memcmp(key, name, length) == 0;
}

static bool take(struct pax *pax, const char *key, size_t key_length, const char *value,
                 size_t length)
{
    uint64_t number;

    if (is_key(key, key_length, "path"))
        /* GNU.sparse.name is the real name, whichever record comes first. */
        return pax->sparse && pax->name[0] != '\0' ? true : read_text(pax->name, value, length);
    if (is_key(key, key_length, "GNU.sparse.name"))
        return read_text(pax->name, value, length) && (pax->sparse = true);
    if (is_key(key, key_length, "linkpath"))
        return read_text(pax->link, value, length);
    if (is_key(key, key_length, "size"))
        return pax->has_size = read_number(value, length, &pax->size);
    if (is_key(key, key_length, "GNU.sparse.realsize"))
        return read_number(value, length, &pax->real_size);
    if (is_key(key, key_length, "GNU.sparse.major"))
        return read_number(value, length, &number) && number == 1;
    return true;
}

bool pax_read(const char *records, size_t length, struct pax *pax)
{
    while (length > 0) {
        const char *blank = memchr(records, ' ', length), *equals;
        uint64_t whole;
        size_t head;

        if (blank == NULL || !read_number(records, (size_t)(blank - records), &whole))
            return false;
        head = (size_t)(blank - records) + 1;
        if (whole > length || whole <= head || records[whole - 1] != '\n')
            return false;
        equals = memchr(blank + 1, '=', (size_t)whole - head);
        if (equals == NULL || !take(pax, blank + 1, (size_t)(equals - blank) - 1, equals + 1,
                                    (size_t)(records + whole - 1 - (equals + 1))))
            return false;
        records += whole;
        length -= (size_t)whole;
    }
    return true;
}
