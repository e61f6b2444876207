/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The query language (touchstone-query(7)): text to a tree and back. What a query selects is
 * decided by judge/select.
 *
 *     platform:phytium status:fail        count:1(status:fail)        seq(status:pass status:fail)
 *
 * A name is accepted only at a place where it means something, and a word only if it is one of the
 * name's: a query with a typing error is refused, with the column, and never selects nothing.
 */
#ifndef TS_MODEL_QUERY_H
#define TS_MODEL_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"

struct error;
struct words;

/* Where a query is used. */
enum query_place {
    QUERY_MATRIX = 1,
    QUERY_RUNS = 2,
    QUERY_DIFF = 4,
    QUERY_HISTORY = 8,
    QUERY_HISTORY_CASE = 16,
    QUERY_VIEW = 32, /* which results a view has */
};

enum query_type {
    QUERY_TYPE_TEXT,   /* a pattern of names */
    QUERY_TYPE_KIND,   /* a pattern of kinds of findings; one of them must match it */
    QUERY_TYPE_WORDS,  /* one of several words */
    QUERY_TYPE_RANKED, /* the same, and the words have an order */
    QUERY_TYPE_NUMBER,
    QUERY_TYPE_AGE, /* a duration, such as 12h, 7d or 2w */
};

enum query_name {
#define NAME(id, name, type, words, places, meaning) QUERY_##id,
#include "model/query_names.def"
#undef NAME
    QUERY_NAME_COUNT,
    QUERY_ANY = QUERY_NAME_COUNT, /* a word without a name: any of query_any_names */
};

struct query_name_row {
    const char *name;
    enum query_type type;
    const struct words *words; /* of QUERY_TYPE_WORDS and QUERY_TYPE_RANKED; at most 32 */
    unsigned places;           /* of enum query_place */
    const char *meaning;       /* one of what: "a status" */
};
extern const struct query_name_row query_names[QUERY_NAME_COUNT];

/* Verdict and grade in the order of their strength; the two red verdicts are equal. */
int query_rank(enum query_name name, int word);

enum query_op {
    QUERY_IS,
    QUERY_IS_NOT,
    QUERY_LEAST,
    QUERY_MOST,
    QUERY_ABOVE,
    QUERY_BELOW,
    QUERY_OP_COUNT
};
extern const char *const query_op_texts[QUERY_OP_COUNT];
bool query_compares(enum query_op op, int64_t value, int64_t with);

enum query_kind { QUERY_TERM, QUERY_AND, QUERY_OR, QUERY_NOT, QUERY_COUNT, QUERY_SEQ };

enum { QUERY_NONE = -1 };

struct query_node {
    enum query_kind kind;
    enum query_name name; /* of a term */
    enum query_op op;     /* of a term and of QUERY_COUNT */
    char *value;          /* of a term: as it was written, without its quotes */
    uint32_t words;       /* of a term: the words of the name that it allows, by their numbers */
    int64_t number;       /* of a term, an age in milliseconds; of QUERY_COUNT */
    int first, next;      /* its first part, and the next part of what it is in; or QUERY_NONE */
};

struct query {
    VEC(struct query_node) nodes;
    int root;
    uint64_t any;  /* the names that a word without a name matches: bit 1 << name for each */
    uint64_t uses; /* the names in it, and for a word without one, all that it matches */
};

/* Bounds: of bytes, of nodes, and of how deep parentheses, `not` and count() are nested. */
enum { QUERY_BYTES_MAX = 2000, QUERY_NODES_MAX = 200, QUERY_DEPTH_MAX = 30 };

/* -EINVAL: the message names the column, in characters from 1. Free with query_done. */
int query_parse(const char *text, enum query_place place, struct query *ret_query,
                struct error **err);
void query_done(struct query *query);

/* The query in its shortest form: parsed again, it gives the same tree. Caller frees. */
char *query_print(const struct query *query);

/* True if the whole text matches the pattern: `*` is any text, `?` any one character, and a
 * backslash makes the next character an ordinary one. ASCII letters match in both cases. */
bool query_pattern_matches(const char *pattern, const char *text);

/* Checks and stores the value of a term, for query_parse; column as in messages. */
int query_set_value(struct query_node *term, char *value, size_t column, struct error **err);

/* The names that a word without a name matches at the place. */
uint64_t query_any_names(enum query_place place);

/* Finds a name that means something at the place. */
int query_find_name(const char *text, enum query_place place, size_t column,
                    enum query_name *ret_name, struct error **err);

#endif
