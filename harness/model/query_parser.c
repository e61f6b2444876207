/* SPDX-License-Identifier: Apache-2.0 */
/* What all rules of the grammar use: the next token, messages, nodes. */
#include "model/query_parser.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"

/* Takes ownership of the text. */
int query_parser_fail(const struct query_parser *parser, size_t at, char *text)
{
    int code =
        error_set(parser->err, -EINVAL, "column %zu: %s", query_column(parser->text, at), text);

    free(text);
    return code;
}

int query_parser_advance(struct query_parser *parser, bool after_op)
{
    return query_token_read(parser->text, parser->token.end, after_op, &parser->token, parser->err);
}

/* "'x'", or "the end". Caller frees. */
char *query_parser_describe(const struct query_parser *parser)
{
    const struct query_token *token = &parser->token;

    return token->sign == SIGN_END
               ? text_dup("the end")
               : text_format("'%.*s'", (int)(token->end - token->at), parser->text + token->at);
}

int query_parser_expect(struct query_parser *parser, enum query_sign sign, const char *what)
{
    _cleanup_free_ char *found = NULL;

    if (parser->token.sign == sign)
        return query_parser_advance(parser, false);
    found = query_parser_describe(parser);
    return QUERY_FAIL(parser, parser->token.at, "expected %s, found %s", what, found);
}

int query_parser_add(struct query_parser *parser, enum query_kind kind, int *ret_node)
{
    struct query_node *node;

    if (parser->query->nodes.count >= QUERY_NODES_MAX)
        return QUERY_FAIL(parser, parser->token.at, "the query has more than %d parts",
                          QUERY_NODES_MAX);
    node = vec_add(&parser->query->nodes);
    *node = (struct query_node){
        .kind = kind, .name = QUERY_ANY, .first = QUERY_NONE, .next = QUERY_NONE};
    *ret_node = (int)parser->query->nodes.count - 1;
    return 0;
}

struct query_node *query_parser_node(struct query_parser *parser, int node)
{
    return &parser->query->nodes.items[node];
}

/* Adds a part at the end of a node; *last is the part before it, or QUERY_NONE. */
void query_parser_link(struct query_parser *parser, int node, int part, int *last)
{
    if (*last == QUERY_NONE)
        query_parser_node(parser, node)->first = part;
    else
        query_parser_node(parser, *last)->next = part;
    *last = part;
}
