/* SPDX-License-Identifier: Apache-2.0 */
/* Facts that the runner of a case recorded about it, one line each, in memory until the record is
 * written, so that the case cannot modify them. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "inside/inside.h"

#define FIELD_MAX 4096 /* bytes of a field before escaping; the rest is truncated */

size_t escape_field(char *to, const char *from, size_t length)
{
    size_t used = 0;

    for (size_t i = 0; i < length; i++) {
        char letter = from[i] == '\t' ? 't' : from[i] == '\n' ? 'n' : from[i] == '\\' ? '\\' : '\0';

        if (letter != '\0')
            to[used++] = '\\';
        to[used++] = letter != '\0' ? letter : from[i];
    }
    return used;
}

static bool add(struct stream *facts, const char *data, size_t length)
{
    char *grown = realloc(facts->data, facts->kept + length);

    if (grown == NULL)
        return false;
    memcpy(grown + facts->kept, data, length);
    facts->data = grown;
    facts->kept += length;
    return true;
}

void fact(struct case_run *run, const char *kind, ...)
{
    static char line[64 + FACT_FIELDS_MAX * (2 * FIELD_MAX + 1) + 1];
    size_t used = (size_t)snprintf(line, 64, "%s", kind);
    const char *field;
    va_list fields;

    va_start(fields, kind);
    for (size_t i = 0; i < FACT_FIELDS_MAX && (field = va_arg(fields, const char *)) != NULL; i++) {
        line[used++] = '\t';
        used += escape_field(line + used, field, strnlen(field, FIELD_MAX));
    }
    va_end(fields);
    line[used++] = '\n';
    /* Only complete lines: after one did not fit, no other is added. */
    if (run->facts.dropped > 0 || run->fact_count >= FACTS_COUNT ||
        run->facts.kept + used > FACTS_LIMIT || !add(&run->facts, line, used))
        run->facts.dropped += used;
    else
        run->fact_count++;
}
