/* SPDX-License-Identifier: Apache-2.0 */
/* The chain of checksums that holds a series together. */
#include "series/series.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <string.h>
#include <zlib.h>

#include "base/error.h"
#include "series/reading.h"

enum { CHECKSUM = 9 }; /* ",01234567" */

static bool read_checksum(const char *text, uLong *ret_value)
{
    uLong value = 0;

    for (size_t i = 0; i < 8; i++) {
        char digit = text[i];

        if (!isxdigit((unsigned char)digit) || isupper((unsigned char)digit))
            return false;
        value = value << 4 | (uLong)(digit <= '9' ? digit - '0' : digit - 'a' + 10);
    }
    *ret_value = value;
    return true;
}

/* Copies the next line that continues the chain, without its checksum, and
 * returns its bytes; 0: there is none. */
static size_t next_line(const char *data, size_t length, uLong *chain, char line[SERIES_LINE])
{
    const char *end = memchr(data, '\n', length < SERIES_LINE ? length : SERIES_LINE);
    size_t used = end != NULL ? (size_t)(end - data) : 0;
    uLong stated, now;

    if (used <= CHECKSUM || data[used - CHECKSUM] != ',' ||
        !read_checksum(end - CHECKSUM + 1, &stated))
        return 0;
    now = crc32_z(*chain, (const unsigned char *)data, used - CHECKSUM);
    if (now != stated || memchr(data, '\0', used) != NULL)
        return 0;
    memcpy(line, data, used - CHECKSUM);
    line[used - CHECKSUM] = '\0';
    *chain = now;
    return used + 1;
}

static bool read_head(char *line, struct series *series)
{
    char *rest = line, *name = series_next_field(&rest), *version = series_next_field(&rest);

    return version != NULL && strcmp(name, "series") == 0 && strcmp(version, "1") == 0 &&
           series_take_name(&rest, series->case_id, sizeof(series->case_id)) && rest == NULL;
}

int series_read(const char *data, size_t length, struct series *ret_series, struct error **err)
{
    _cleanup_series_ struct series series = {0};
    struct reading in = {.series = &series};
    char line[SERIES_LINE];
    uLong chain = 0;
    size_t used;

    if (length > SERIES_BYTES)
        return error_set(err, -EBADMSG, "series of samples: %zu bytes, at most %d", length,
                         SERIES_BYTES);
    used = length > 0 ? next_line(data, length, &chain, line) : 0;
    if (used == 0 || !read_head(line, &series))
        return error_set(err, -ENODATA, "there is no series of samples");
    for (series.length = used; series.length < length; series.length += used) {
        int code;

        in.text = data + series.length;
        in.left = length - series.length;
        used = next_line(in.text, in.left, &chain, line);
        if (used == 0)
            break;
        code = series_take_line(&in, line, err);
        if (code < 0)
            return code;
    }
    *ret_series = series;
    series = (struct series){0};
    return 0;
}

void series_done(struct series *series)
{
    vec_foreach (boot, &series->boots)
        strv_done(&boot->columns);
    vec_done(&series->boots);
    vec_done(&series->rounds);
    vec_done(&series->samples);
    vec_done(&series->values);
}

double series_value(const struct series *series, const struct series_round *round, size_t sample,
                    const char *column)
{
    const struct strv *columns = &series->boots.items[round->boot].columns;

    for (size_t i = 0; i < columns->count && sample < round->count; i++)
        if (strcmp(columns->items[i], column) == 0)
            return series->values.items[series->samples.items[round->first + sample].first + i];
    return NAN;
}
