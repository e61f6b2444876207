/* SPDX-License-Identifier: Apache-2.0 */
/* A series of samples. Its checksums are made right, so that what follows is reached; then as it
 * is. */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/cleanup.h"
#include "fuzz.h"
#include "series/measure.h"

static void try(const char *data, size_t size)
{
    _cleanup_series_ struct series series = {0};
    _cleanup_(series_values_done) struct series_values values = {0};
    const struct series *all[] = {&series, &series};

    if (series_read(data, size, &series, NULL) < 0)
        return;
    if (series.length > size || series.samples.count > SERIES_SAMPLES)
        abort();
    series_measure(all, 2, NULL, &values);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_buffer_ struct buffer text = {0};
    const char *at = (const char *)data, *end = at + size;
    uLong chain = 0;

    try((const char *)data, size);
    while (at < end) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        size_t length = (size_t)((newline != NULL ? newline : end) - at);
        size_t kept = length > 9 && at[length - 9] == ',' ? length - 9 : length;

        chain = crc32_z(chain, (const unsigned char *)at, kept);
        buffer_add(&text, at, kept);
        buffer_format(&text, ",%08lx\n", chain);
        at += length + 1;
    }
    if (text.length > 0)
        try(text.data, text.length);
    return 0;
}
