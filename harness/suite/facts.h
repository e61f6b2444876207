/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the runner in the guest found out about a case beside its output (inside/README.md,
 * "Facts"): the member `facts` of a case's record, lines of a kind and fields. The text is hostile.
 */
#ifndef TS_SUITE_FACTS_H
#define TS_SUITE_FACTS_H

#include "base/text.h"
#include "base/vec.h"

struct error;

#define FACTS_LIMIT (256 * 1024) /* bytes kept of one leg */
#define FACTS_MAX 2000           /* lines of one leg */
#define FACT_FIELDS_MAX 8
#define FACT_FIELD_MAX 4096 /* bytes */

/* A kind that this harness does not know is kept. Fields are as the guest gave them (a path may
 * hold any byte but NUL): show them through buffer_printable only. */
struct fact {
    char *kind; /* [a-z0-9-]{1,32} */
    struct strv fields;
};

VEC_TYPE(facts, struct fact);

/* Appends the lines of text to the facts; -EBADMSG with the number of the first that is none, and
 * nothing is added. */
int facts_parse(const char *text, size_t length, struct facts *facts, struct error **err);

/* The field, or "" where the fact has fewer. */
const char *fact_field(const struct fact *fact, size_t index);

/* The first of its kind, or NULL. */
const struct fact *facts_find(const struct facts *facts, const char *kind);

void facts_done(struct facts *facts);

#endif
