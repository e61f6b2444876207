/* SPDX-License-Identifier: Apache-2.0 */
/* What the one that runs a case found out about it: a line a fact, in memory until the record is
 * written, where the case cannot reach it. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "inside/inside.h"

#define FIELD_MAX 4096 /* bytes of a field, before it is escaped; the rest is cut */

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
    /* Whole lines only: once one did not fit, nothing follows it. */
    if (run->facts.dropped > 0 || run->fact_count >= FACTS_COUNT ||
        run->facts.kept + used > FACTS_LIMIT || !add(&run->facts, line, used))
        run->facts.dropped += used;
    else
        run->fact_count++;
}
