/* SPDX-License-Identifier: Apache-2.0 */
/* Escapes text for Markdown. */
#include "reports/markdown_text.h"

#include <string.h>

#include "base/text.h"
#include "reports/matrix_view.h"
#include "reports/phrases.h"

void markdown_text(FILE *out, const char *text, size_t limit)
{
    _cleanup_buffer_ struct buffer line = {0};

    if (text == NULL)
        return;
    matrix_view_line(text, limit, &line);
    for (size_t i = 0; i < line.length; i++) {
        char byte = line.data[i];

        if (byte == '&' || byte == '<' || byte == '>' || byte == '@' || byte == '|')
            fprintf(out, "&#%d;", byte);
        else {
            if (strchr("\\`*_{}[]()#.!~$:%", byte) != NULL)
                fputc('\\', out);
            fputc(byte, out);
        }
    }
}

void markdown_verdict(const struct report *report, FILE *out, enum verdict verdict,
                      enum grade grade)
{
    static const char *const signs[VERDICT_COUNT] = {"❓", "❌", "⚠️", "✅"};

    fprintf(out, "%s %s (%s)", signs[verdict], phrase_verdict(report, verdict),
            phrase_grade(report, grade));
}
