/* SPDX-License-Identifier: Apache-2.0 */
/* Escapes guest text for display: whatever could move a cursor, reorder a line or break a decoder.
 * The original bytes remain in the evidence. */
#include <string.h>

#include "base/text.h"

/* Decodes one UTF-8 sequence; returns its length, or 0 if it is not well formed (RFC 3629). */
static size_t decode(const unsigned char *data, size_t length, uint32_t *ret_point)
{
    static const struct {
        unsigned char mask, lead, bits;
        uint32_t least;
        size_t size;
    } forms[] = {
        {0xe0, 0xc0, 0x1f, 0x80, 2},
        {0xf0, 0xe0, 0x0f, 0x800, 3},
        {0xf8, 0xf0, 0x07, 0x10000, 4},
    };

    for (size_t f = 0; f < sizeof(forms) / sizeof(forms[0]); f++) {
        uint32_t point;

        if ((data[0] & forms[f].mask) != forms[f].lead || length < forms[f].size)
            continue;
        point = data[0] & forms[f].bits;
        for (size_t i = 1; i < forms[f].size; i++) {
            if ((data[i] & 0xc0) != 0x80)
                return 0;
            point = point << 6 | (data[i] & 0x3f);
        }
        if (point < forms[f].least || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
            return 0;
        *ret_point = point;
        return forms[f].size;
    }
    return 0;
}

/*
 * Characters that are invisible or change how their neighbours are displayed: C1 controls, format
 * characters (Cf) including bidirectional ones (UAX #9), line and paragraph separators, invisible
 * blanks, tags and selectors that can encode hidden text. The variation selectors of emoji (FE0E,
 * FE0F) are allowed.
 */
static const struct {
    uint32_t first, last;
} hidden[] = {
    {0x80, 0x9f},       {0xad, 0xad},       {0x34f, 0x34f},     {0x600, 0x605},
    {0x61c, 0x61c},     {0x6dd, 0x6dd},     {0x70f, 0x70f},     {0x890, 0x891},
    {0x8e2, 0x8e2},     {0x115f, 0x1160},   {0x17b4, 0x17b5},   {0x180b, 0x180f},
    {0x200b, 0x200f},   {0x2028, 0x202e},   {0x2060, 0x206f},   {0x3164, 0x3164},
    {0xfdd0, 0xfdef},   {0xfe00, 0xfe0d},   {0xfeff, 0xfeff},   {0xffa0, 0xffa0},
    {0xfff0, 0xfffb},   {0x110bd, 0x110bd}, {0x110cd, 0x110cd}, {0x13430, 0x1343f},
    {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a}, {0xe0000, 0xe0fff},
};

static bool is_hidden(uint32_t point)
{
    if ((point & 0xfffe) == 0xfffe) /* noncharacters, which XML does not allow */
        return true;
    for (size_t i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++)
        if (point >= hidden[i].first && point <= hidden[i].last)
            return true;
    return false;
}

void buffer_json_printable(struct buffer *buffer, const char *json)
{
    const unsigned char *bytes = (const unsigned char *)json;
    size_t length = strlen(json), start = 0, size;

    for (size_t i = 0; i < length; i += size) {
        uint32_t point = 0;

        size = bytes[i] >= 0x80 ? decode(bytes + i, length - i, &point) : 1;
        if (size == 0)
            size = 1;
        else if (bytes[i] != 0x7f && (size == 1 || !is_hidden(point)))
            continue;
        buffer_add(buffer, json + start, i - start);
        start = i + size;
        if (size == 1)
            buffer_text(buffer, bytes[i] == 0x7f ? "\\u007f" : "\\ufffd");
        else if (point < 0x10000)
            buffer_format(buffer, "\\u%04x", point);
        else
            buffer_format(buffer, "\\u%04x\\u%04x", 0xd800 + ((point - 0x10000) >> 10),
                          0xdc00 + (point & 0x3ff));
    }
    buffer_add(buffer, json + start, length - start);
}

void buffer_printable(struct buffer *buffer, const char *data, size_t length, bool keep_lines)
{
    const unsigned char *bytes = (const unsigned char *)data;
    size_t i = 0;

    while (i < length) {
        uint32_t point = 0;
        size_t size;

        if (bytes[i] >= 0x20 && bytes[i] < 0x7f) {
            buffer_add(buffer, bytes + i++, 1);
            continue;
        }
        if (keep_lines && (bytes[i] == '\n' || bytes[i] == '\t')) {
            buffer_add(buffer, bytes + i++, 1);
            continue;
        }
        if (keep_lines && bytes[i] == '\r' && i + 1 < length && bytes[i + 1] == '\n') {
            i++;
            continue;
        }
        size = bytes[i] >= 0x80 ? decode(bytes + i, length - i, &point) : 0;
        if (size == 0)
            buffer_format(buffer, "\\x%02x", bytes[i++]);
        else if (is_hidden(point)) {
            buffer_format(buffer, "\\u{%x}", point);
            i += size;
        } else {
            buffer_add(buffer, bytes + i, size);
            i += size;
        }
    }
}
