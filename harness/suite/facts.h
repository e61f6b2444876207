/* SPDX-License-Identifier: Apache-2.0 */
/* Facts that the runner in the guest recorded about a case beside its output (inside/README.md,
 * "Facts"): the member `facts` of a case's record, lines with a kind and fields. The text is not
 * trusted. */
#ifndef TS_SUITE_FACTS_H
#define TS_SUITE_FACTS_H

#include "base/text.h"
#include "base/vec.h"

struct error;

#define FACTS_LIMIT (256 * 1024) /* bytes stored for one part of a case */
#define FACTS_MAX 2000           /* lines of one part of a case */
#define FACT_FIELDS_MAX 8
#define FACT_FIELD_MAX 4096 /* bytes */

/* Facts of unknown kinds are preserved. Fields are as the guest sent them (a path may contain any
 * byte except NUL): print them through buffer_printable only. */
struct fact {
    char *kind; /* [a-z0-9-]{1,32} */
    struct strv fields;
};

VEC_TYPE(facts, struct fact);

/* Appends the lines of text to the facts. -EBADMSG with the number of the first invalid line; then
 * nothing is added. */
int facts_parse(const char *text, size_t length, struct facts *facts, struct error **err);

/* The field, or "" if the fact has fewer. */
const char *fact_field(const struct fact *fact, size_t index);

/* The first fact of this kind, or NULL. */
const struct fact *facts_find(const struct facts *facts, const char *kind);

void facts_done(struct facts *facts);

#endif
