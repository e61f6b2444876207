/* SPDX-License-Identifier: Apache-2.0 */
/* The words and signs of a query. */
#ifndef TS_MODEL_QUERY_TOKEN_H
#define TS_MODEL_QUERY_TOKEN_H

#include "model/query.h"

enum query_sign { SIGN_END, SIGN_OPEN, SIGN_CLOSE, SIGN_OP, SIGN_WORD };

struct query_token {
    enum query_sign sign;
    enum query_op op;   /* of SIGN_OP */
    bool quoted;        /* of SIGN_WORD */
    size_t at, end;     /* where it begins and ends in the text, in bytes */
    size_t word_length; /* of SIGN_WORD: without its quotes */
    const char *word;   /* borrowed from the text; not NUL-terminated */
};

/* Reads the token at or after this byte. after_op: it is a value, in which the signs of operators
 * are ordinary characters. */
int query_token_read(const char *text, size_t at, bool after_op, struct query_token *ret_token,
                     struct error **err);

/* The column of a byte: characters from 1. */
size_t query_column(const char *text, size_t at);

/* True if it is this word without quotes, in either case. */
bool query_token_is(const struct query_token *token, const char *word);

/* True if the text must be quoted, or it would be read as something else: a word without a name
 * (bare), or a value. */
bool query_needs_quotes(const char *value, bool bare);

#endif
