/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Guest text made safe to show: what could move a cursor, reorder a line or break a decoder is
 * written as an escape. The raw bytes stay in the evidence; only the view is changed.
 */
#include <string.h>

#include "base/text.h"

/* Decodes one UTF-8 sequence; returns its length, or 0 when it is not well formed (RFC 3629). */
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

/* C1 controls, noncharacters (no XML may hold them), and what changes the direction or the
 * visibility of text (Unicode UAX #9). */
static bool is_hidden(uint32_t point)
{
    return (point >= 0x80 && point <= 0x9f) || point == 0x061c ||
           (point >= 0x200b && point <= 0x200f) || (point >= 0x2028 && point <= 0x202e) ||
           (point >= 0x2060 && point <= 0x206f) || point == 0xfeff || (point & 0xfffe) == 0xfffe;
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
