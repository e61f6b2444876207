/* SPDX-License-Identifier: Apache-2.0 */
/* Parses the parts of a query that have words of their own: terms, count() and seq(). */
#include "model/query_parser.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"

static int read_value(struct query_parser *parser, const char *after, char **ret_value,
                      size_t *ret_at)
{
    int code = query_parser_advance(parser, true);
    _cleanup_free_ char *found = NULL;

    if (code < 0)
        return code;
    *ret_at = parser->token.at;
    if (parser->token.sign != SIGN_WORD) {
        found = query_parser_describe(parser);
        return QUERY_FAIL(parser, parser->token.at, "expected a value after '%s', found %s", after,
                          found);
    }
    *ret_value = text_ndup(parser->token.word, parser->token.word_length);
    return 0;
}

/* word is the token of the name, or of a word without one. */
int query_parse_term(struct query_parser *parser, const struct query_token *word, int *ret_node)
{
    enum query_name name = QUERY_ANY;
    enum query_op op = QUERY_IS;
    char *value = text_ndup(word->word, word->word_length);
    size_t at = word->at;
    int node, code = 0;

    if (parser->token.sign == SIGN_OP && !word->quoted) {
        _cleanup_free_ char *text = value;

        value = NULL;
        op = parser->token.op;
        code = query_find_name(text, parser->place, query_column(parser->text, at), &name,
                               parser->err);
        if (code == 0)
            code = read_value(parser, query_op_texts[op], &value, &at);
        if (code == 0)
            code = query_parser_advance(parser, false);
    }
    if (code == 0)
        code = query_parser_add(parser, QUERY_TERM, &node);
    if (code < 0) {
        free(value);
        return code;
    }
    query_parser_node(parser, node)->name = name;
    query_parser_node(parser, node)->op = op;
    parser->query->uses |= name == QUERY_ANY ? parser->query->any : (uint64_t)1 << name;
    *ret_node = node;
    return query_set_value(query_parser_node(parser, node), value, query_column(parser->text, at),
                           parser->err);
}

/* The token is the operator after `count`. */
int query_parse_count(struct query_parser *parser, size_t at, int *ret_node)
{
    enum query_op op = parser->token.op;
    _cleanup_free_ char *value = NULL;
    int node, part, last = QUERY_NONE, code;
    size_t value_at;

    if ((parser->place & (QUERY_MATRIX | QUERY_DIFF)) == 0)
        return QUERY_FAIL(parser, at,
                          "count() means nothing here: it counts the platforms of a matrix "
                          "or a diff");
    if (parser->in_count)
        return QUERY_FAIL(parser, at, "count() inside of count()");
    code = read_value(parser, query_op_texts[op], &value, &value_at);
    if (code == 0 &&
        (strspn(value, "0123456789") != strlen(value) || strlen(value) > 4 || *value == '\0'))
        code = QUERY_FAIL(parser, value_at, "'%s' is not a number of platforms", value);
    if (code == 0)
        code = query_parser_advance(parser, false);
    if (code == 0)
        code = query_parser_expect(parser, SIGN_OPEN, "'(' after count");
    if (code == 0)
        code = query_parser_add(parser, QUERY_COUNT, &node);
    if (code < 0)
        return code;
    query_parser_node(parser, node)->op = op;
    query_parser_node(parser, node)->number = strtol(value, NULL, 10);
    parser->in_count = true;
    code = query_parse_or(parser, &part);
    parser->in_count = false;
    if (code < 0)
        return code;
    query_parser_link(parser, node, part, &last);
    *ret_node = node;
    return query_parser_expect(parser, SIGN_CLOSE, "')'");
}

/* The token is the parenthesis after `seq`. */
int query_parse_seq(struct query_parser *parser, size_t at, int *ret_node)
{
    int node, part, last = QUERY_NONE, code, count = 0;

    if ((parser->place & (QUERY_MATRIX | QUERY_DIFF | QUERY_VIEW)) != 0)
        return QUERY_FAIL(parser, at,
                          "seq() means nothing here: it looks at consecutive runs, which "
                          "'runs' and 'history' show");
    if (parser->in_seq)
        return QUERY_FAIL(parser, at, "seq() inside of seq()");
    code = query_parser_add(parser, QUERY_SEQ, &node);
    if (code == 0)
        code = query_parser_advance(parser, false);
    parser->in_seq = true;
    while (code == 0 && (count < 2 || parser->token.sign != SIGN_CLOSE)) {
        if (query_token_is(&parser->token, "and") || query_token_is(&parser->token, "or"))
            return QUERY_FAIL(parser, parser->token.at,
                              "write parentheses around what holds in one run "
                              "of seq()");
        code = query_parse_not(parser, &part);
        if (code == 0)
            query_parser_link(parser, node, part, &last);
        count++;
    }
    parser->in_seq = false;
    if (code < 0)
        return code;
    *ret_node = node;
    return query_parser_expect(parser, SIGN_CLOSE, "')'");
}
