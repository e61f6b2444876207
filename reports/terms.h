/* SPDX-License-Identifier: Apache-2.0 */
/* What the words of verdicts and reports mean. */
#ifndef TS_REPORTS_TERMS_H
#define TS_REPORTS_TERMS_H

#include "base/vec.h"
#include "model/words.h"

enum term_group {
    TERM_VERDICT,
    TERM_STATUS,
    TERM_BLAME,
    TERM_GRADE,
    TERM_SEVERITY,
    TERM_CONDITION, /* of a conditional verdict */
    TERM_CHANGE,    /* since a baseline */
    TERM_EXIT,      /* an exit code */
    TERM_FINDING,   /* a kind of finding */
    TERM_CHECK,     /* a compatibility problem that is looked for */
    TERM_GROUP_COUNT
};
const char *term_group_name(enum term_group group); /* verdict, status … finding, check */

/* All strings are static. */
struct term {
    enum term_group group;
    const char *word;
    const char *text;
    const char *remedy;   /* TERM_FINDING: what the product's maker can do; else NULL */
    const char *severity; /* TERM_FINDING; else NULL */
    const char *where;    /* TERM_CHECK: kinds of findings, and "guest"; else NULL */
};
VEC_TYPE(terms, struct term);

/* All terms in that language, by group, in the order of the tables. Free with vec_done. */
void terms_list(enum language language, struct terms *ret_terms);

#endif
