/* SPDX-License-Identifier: Apache-2.0 */
/* Parses a query, one function for each rule of the grammar in touchstone-query(7): lists and
 * parts. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "model/query_parser.h"

void query_done(struct query *query)
{
    vec_foreach (node, &query->nodes)
        free(node->value);
    vec_done(&query->nodes);
}

static int parse_primary(struct query_parser *parser, int *ret_node)
{
    struct query_token word = parser->token;
    _cleanup_free_ char *found = NULL;
    int code;

    if (word.sign == SIGN_OPEN) {
        code = query_parser_advance(parser, false);
        if (code == 0)
            code = query_parse_or(parser, ret_node);
        return code == 0 ? query_parser_expect(parser, SIGN_CLOSE, "')'") : code;
    }
    if (word.sign != SIGN_WORD || query_token_is(&word, "and") || query_token_is(&word, "or")) {
        found = query_parser_describe(parser);
        return QUERY_FAIL(parser, word.at, "expected a term, such as status:fail, found %s", found);
    }
    code = query_parser_advance(parser, false);
    if (code < 0)
        return code;
    if (query_token_is(&word, "count") && parser->token.sign == SIGN_OP)
        return query_parse_count(parser, word.at, ret_node);
    if (query_token_is(&word, "seq") && parser->token.sign == SIGN_OPEN)
        return query_parse_seq(parser, word.at, ret_node);
    return query_parse_term(parser, &word, ret_node);
}

int query_parse_not(struct query_parser *parser, int *ret_node)
{
    int node = QUERY_NONE, part, last = QUERY_NONE, code = 0;
    bool negated = query_token_is(&parser->token, "not");

    if (++parser->depth > QUERY_DEPTH_MAX)
        return QUERY_FAIL(parser, parser->token.at, "more than %d levels of parentheses",
                          QUERY_DEPTH_MAX);
    if (negated)
        code = query_parser_add(parser, QUERY_NOT, &node);
    if (negated && code == 0)
        code = query_parser_advance(parser, false);
    if (code == 0)
        code = negated ? query_parse_not(parser, &part) : parse_primary(parser, &part);
    parser->depth--;
    if (code < 0)
        return code;
    if (negated)
        query_parser_link(parser, node, part, &last);
    *ret_node = negated ? node : part;
    return 0;
}

/* Puts a node of this kind above its first part, when there is a second. */
static int begin_list(struct query_parser *parser, enum query_kind kind, int *node, int *last)
{
    int above, part = *node, code;

    if (*last != QUERY_NONE)
        return 0;
    code = query_parser_add(parser, kind, &above);
    if (code < 0)
        return code;
    query_parser_link(parser, above, part, last);
    *node = above;
    return 0;
}

static bool is_at_or(const struct query_parser *parser)
{
    return query_token_is(&parser->token, "or");
}

static bool is_at_end_of_and(const struct query_parser *parser)
{
    return parser->token.sign == SIGN_END || parser->token.sign == SIGN_CLOSE || is_at_or(parser);
}

static int parse_and(struct query_parser *parser, int *ret_node)
{
    int node, part, last = QUERY_NONE, code = query_parse_not(parser, &node);

    while (code == 0 && !is_at_end_of_and(parser)) {
        if (query_token_is(&parser->token, "and"))
            code = query_parser_advance(parser, false);
        if (code == 0)
            code = query_parse_not(parser, &part);
        if (code == 0)
            code = begin_list(parser, QUERY_AND, &node, &last);
        if (code == 0)
            query_parser_link(parser, node, part, &last);
    }
    if (code == 0)
        *ret_node = node;
    return code;
}

int query_parse_or(struct query_parser *parser, int *ret_node)
{
    int node, part, last = QUERY_NONE, code = parse_and(parser, &node);

    while (code == 0 && is_at_or(parser)) {
        code = query_parser_advance(parser, false);
        if (code == 0)
            code = parse_and(parser, &part);
        if (code == 0)
            code = begin_list(parser, QUERY_OR, &node, &last);
        if (code == 0)
            query_parser_link(parser, node, part, &last);
    }
    if (code == 0)
        *ret_node = node;
    return code;
}

static int parse_whole(struct query_parser *parser)
{
    _cleanup_free_ char *found = NULL;
    int code;

    for (const char *at = parser->text; *at != '\0'; at++)
        if (((unsigned char)*at < ' ' && *at != '\t' && *at != '\n') || *at == 0x7f)
            return QUERY_FAIL(parser, (size_t)(at - parser->text), "a control character");
    if (strlen(parser->text) > QUERY_BYTES_MAX)
        return error_set(parser->err, -EINVAL, "the query is longer than %d bytes",
                         QUERY_BYTES_MAX);
    code = query_parser_advance(parser, false);
    if (code == 0 && parser->token.sign == SIGN_END)
        return error_set(parser->err, -EINVAL, "the query is empty");
    if (code == 0)
        code = query_parse_or(parser, &parser->query->root);
    if (code < 0 || parser->token.sign == SIGN_END)
        return code;
    found = query_parser_describe(parser);
    return QUERY_FAIL(parser, parser->token.at, "%s without its '('", found);
}

int query_parse(const char *text, enum query_place place, struct query *ret_query,
                struct error **err)
{
    _cleanup_(query_done) struct query query = {.root = QUERY_NONE, .any = query_any_names(place)};
    struct query_parser parser = {.text = text, .place = place, .query = &query, .err = err};
    int code = parse_whole(&parser);

    if (code < 0)
        return code;
    *ret_query = query;
    query = (struct query){.root = QUERY_NONE};
    return 0;
}
