/* SPDX-License-Identifier: Apache-2.0 */
/* Data that a script writes piece by piece: "printf '\177ELF…'", "echo BASE64 >> FILE" and literals
 * of Python, in the order of the text. */
#include <string.h>

#include "abi/archive/blob.h"
#include "abi/package/census.h"
#include "abi/package/contents.h"
#include "abi/package/encoded.h"
#include "abi/package/format.h"
#include "abi/package/package.h"
#include "base/cleanup.h"

#define TEXT_MAX (4 << 20)
#define ESCAPES_MIN 8 /* in a quoted text that is taken for data */
#define WORD_MIN 40   /* characters of a quoted word of base64 */
#define DATA_MIN 120  /* bytes that are enough for a program's header and a segment */

struct fragments {
    struct buffer bytes; /* of quoted texts with escapes, decoded */
    struct buffer words; /* quoted words of base64 */
};

static int digit_of(char c)
{
    return c >= '0' && c <= '9'                     ? c - '0'
           : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10
                                                    : -1;
}

/* Reads "\ooo", "\xHH" or "\n" at this backslash; returns its length, 0: none. */
static size_t read_escape(const char *at, const char *end, char *ret)
{
    static const char letters[] = "n\nr\rt\ta\ab\bf\fv\v\\\\'\'\"\"";
    unsigned value = 0;
    size_t length = 1;

    if (at + 1 < end && at[1] == 'x') {
        for (length = 2; length < 4 && at + length < end && digit_of(at[length]) >= 0; length++)
            value = value * 16 + (unsigned)digit_of(at[length]);
        *ret = (char)value;
        return length > 2 ? length : 0;
    }
    while (length < 4 && at + length < end && at[length] >= '0' && at[length] <= '7')
        value = value * 8 + (unsigned)(at[length++] - '0');
    *ret = (char)value;
    if (length > 1)
        return length;
    for (size_t i = 0; at + 1 < end && letters[i] != '\0'; i += 2)
        if (letters[i] == at[1]) {
            *ret = letters[i + 1];
            return 2;
        }
    return 0;
}

static void add_bytes(struct fragments *fragments, const char *at, const char *end)
{
    while (at < end) {
        char byte = *at;
        size_t length = byte == '\\' ? read_escape(at, end, &byte) : 1;

        buffer_add(&fragments->bytes, &byte, 1);
        at += length > 0 ? length : 1;
    }
}

static bool is_base64(const char *at, const char *end)
{
    size_t length = (size_t)(end - at);

    for (size_t i = 0; i < length; i++)
        if (at[i] == '\0' || strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                    "0123456789+/=",
                                    at[i]) == NULL)
            return false;
    return length >= WORD_MIN;
}

static void add_quoted(struct fragments *fragments, const char *at, const char *end)
{
    size_t escapes = 0;

    for (const char *c = at; c + 1 < end; c++)
        if (*c == '\\') {
            escapes += c[1] == 'x' || (c[1] >= '0' && c[1] <= '7');
            c++;
        }
    if (escapes >= ESCAPES_MIN)
        add_bytes(fragments, at, end);
    else if (is_base64(at, end))
        buffer_add(&fragments->words, at, (size_t)(end - at));
}

/* Quoted texts within a line. */
static void collect(struct fragments *fragments, const char *text, size_t size)
{
    const char *stop = text + size;

    for (const char *at = text; at < stop; at++) {
        const char *end = at + 1;

        if (*at != '\'' && *at != '"')
            continue;
        while (end < stop && *end != *at && *end != '\n')
            end += *end == '\\' && end + 1 < stop ? 2 : 1;
        if (end >= stop || *end == '\n')
            continue;
        add_quoted(fragments, at + 1, end);
        at = end;
    }
}

void fragments_take_decoded(struct package *package, const struct place *place,
                            const struct format *format, const struct blob *data)
{
    _cleanup_free_ char *path = text_format("%s!/payload", place->path);
    struct place inside = *place;

    inside.input = false;
    inside.depth++;
    inside.path = format->class == FORMAT_PROGRAM ? path : place->path;
    package->handlers->take_blob(package, &inside, data);
}

static bool take(struct package *package, const struct place *place, const void *data, size_t size)
{
    const struct blob blob = {.data = data, .fd = -1, .size = size};
    const struct format *format = format_of("", data, size);

    /* As little data of an unknown format is passed over in a file of its own. */
    if (format->class == FORMAT_CLOSED && size <= CENSUS_OPAQUE_FREE)
        return false;
    if (size < DATA_MIN || !format_holds_files(format) || !contents_count(package, size))
        return false;
    fragments_take_decoded(package, place, format, &blob);
    return true;
}

static bool may_decode(void *context, uint64_t more)
{
    return contents_count(context, more);
}

static bool take_words(struct package *package, const struct place *place,
                       const struct buffer *words)
{
    _cleanup_(spool_done) struct spool spool = SPOOL_INIT;
    const struct blob blob = {.data = words->data, .fd = -1, .size = words->length};
    const struct encoded all = {ENCODING_BASE64, 0, words->length};

    return encoded_decode(&blob, &all, may_decode, package, &spool, NULL) == 0 && spool.fd < 0 &&
           take(package, place, spool.held.data, spool.held.length);
}

bool fragments_take(struct package *package, const struct place *place, const struct blob *script)
{
    uint64_t length = script->size < TEXT_MAX ? script->size : TEXT_MAX;
    _cleanup_free_ char *text = text_calloc((size_t)length + 1, 1);
    struct fragments fragments = {0};
    ssize_t got = blob_read(script, 0, text, (size_t)length);
    bool found = false;

    if (got > 0)
        collect(&fragments, text, (size_t)got);
    if (fragments.bytes.length > 0)
        found = take(package, place, fragments.bytes.data, fragments.bytes.length);
    if (fragments.words.length > 0)
        found = take_words(package, place, &fragments.words) || found;
    buffer_done(&fragments.bytes);
    buffer_done(&fragments.words);
    return found;
}
