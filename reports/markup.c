/* SPDX-License-Identifier: Apache-2.0 */
/* Escaping. */
#include "reports/markup.h"

#include <string.h>

#include "base/base64.h"
#include "base/cleanup.h"
#include "base/digest.h"
#include "base/text.h"
#include "reports/matrix_view.h"

void markup_lines(FILE *out, const char *data, size_t length)
{
    const char *end = data + length;

    for (const char *at = data; at < end;) {
        size_t plain = 0;

        while (at + plain < end && strchr("&<>\"'", at[plain]) == NULL)
            plain++;
        fwrite(at, 1, plain, out);
        at += plain;
        if (at < end)
            fprintf(out, "&#%d;", *at++);
    }
}

void markup_line(FILE *out, const char *text)
{
    _cleanup_buffer_ struct buffer line = {0};

    if (text == NULL)
        return;
    matrix_view_line(text, MARKUP_LINE_BYTES, &line);
    if (line.length > 0)
        markup_lines(out, line.data, line.length);
}

void markup_element(FILE *out, const char *name, const char *class, const char *text)
{
    if (class != NULL)
        fprintf(out, "<%s class=\"%s\">", name, class);
    else
        fprintf(out, "<%s>", name);
    markup_line(out, text);
    fprintf(out, "</%s>", name);
}

void markup_hash(FILE *out, const char *text)
{
    _cleanup_buffer_ struct buffer encoded = {0};
    char hex[DIGEST_TEXT_SIZE];

    digest_of_memory(text, strlen(text), hex);
    base64_encode_digest(hex, &encoded);
    fputs(encoded.data, out);
}

void markup_seconds(FILE *out, int64_t duration_ms)
{
    int64_t ms = duration_ms > 0 ? duration_ms : 0;

    fprintf(out, "%lld.%03d", (long long)(ms / 1000), (int)(ms % 1000));
}
