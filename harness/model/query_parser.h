/* SPDX-License-Identifier: Apache-2.0 */
/* The state of parsing a query; shared by the files of the parser. */
#ifndef TS_MODEL_QUERY_PARSER_H
#define TS_MODEL_QUERY_PARSER_H

#include "base/text.h"
#include "model/query.h"
#include "model/query_token.h"

struct query_parser {
    const char *text;
    enum query_place place;
    struct query_token token; /* the next one */
    struct query *query;
    unsigned depth;
    bool in_count, in_seq;
    struct error **err;
};

/* Refuses the query because of what is at this byte. Takes ownership of the text. */
#define QUERY_FAIL(parser, at, ...) query_parser_fail((parser), (at), text_format(__VA_ARGS__))
int query_parser_fail(const struct query_parser *parser, size_t at, char *text);

/* Reads the next token; after_op: as a value. */
int query_parser_advance(struct query_parser *parser, bool after_op);
/* The same, if the present one is this sign; else says what was expected. */
int query_parser_expect(struct query_parser *parser, enum query_sign sign, const char *what);
/* The present token for a message: "'x'", or "the end". Caller frees. */
char *query_parser_describe(const struct query_parser *parser);

int query_parser_add(struct query_parser *parser, enum query_kind kind, int *ret_node);
struct query_node *query_parser_node(struct query_parser *parser, int node);
/* Adds a part at the end of a node; *last is the part before it, or QUERY_NONE. */
void query_parser_link(struct query_parser *parser, int node, int part, int *last);

/* Rules of the grammar. A term begins with the token `word`, which is no longer the present one;
 * the present token of count is the operator after it, that of seq its parenthesis; at: of that
 * word. */
int query_parse_or(struct query_parser *parser, int *ret_node);
int query_parse_not(struct query_parser *parser, int *ret_node);
int query_parse_term(struct query_parser *parser, const struct query_token *word, int *ret_node);
int query_parse_count(struct query_parser *parser, size_t at, int *ret_node);
int query_parse_seq(struct query_parser *parser, size_t at, int *ret_node);

#endif
