/* SPDX-License-Identifier: Apache-2.0 */
/* Parses a query, one function for each rule of the grammar in touchstone-query(7). */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "model/query.h"
#include "model/query_token.h"

struct parser {
    const char *text;
    enum query_place place;
    struct query_token token; /* the next one */
    struct query *query;
    unsigned depth;
    bool in_count, in_seq;
    struct error **err;
};

void query_done(struct query *query)
{
    vec_foreach (node, &query->nodes)
        free(node->value);
    vec_done(&query->nodes);
}

#define FAIL(parser, at, ...) fail((parser), (at), text_format(__VA_ARGS__))

/* Takes ownership of the text. */
static int fail(const struct parser *parser, size_t at, char *text)
{
    int code = error_set(parser->err, -EINVAL, "query, column %zu: %s",
                         query_column(parser->text, at), text);

    free(text);
    return code;
}

static int advance(struct parser *parser, bool after_op)
{
    return query_token_read(parser->text, parser->token.end, after_op, &parser->token, parser->err);
}

/* "'x'", or "the end". Caller frees. */
static char *describe(const struct parser *parser)
{
    const struct query_token *token = &parser->token;

    return token->sign == SIGN_END
               ? text_dup("the end")
               : text_format("'%.*s'", (int)(token->end - token->at), parser->text + token->at);
}

static int expect(struct parser *parser, enum query_sign sign, const char *what)
{
    _cleanup_free_ char *found = NULL;

    if (parser->token.sign == sign)
        return advance(parser, false);
    found = describe(parser);
    return FAIL(parser, parser->token.at, "expected %s, found %s", what, found);
}

static int add_node(struct parser *parser, enum query_kind kind, int *ret_node)
{
    struct query_node *node;

    if (parser->query->nodes.count >= QUERY_NODES_MAX)
        return FAIL(parser, parser->token.at, "the query has more than %d parts", QUERY_NODES_MAX);
    node = vec_add(&parser->query->nodes);
    *node = (struct query_node){
        .kind = kind, .name = QUERY_ANY, .first = QUERY_NONE, .next = QUERY_NONE};
    *ret_node = (int)parser->query->nodes.count - 1;
    return 0;
}

static struct query_node *node_of(struct parser *parser, int node)
{
    return &parser->query->nodes.items[node];
}

/* Adds a part at the end of a node; *last is the part before it, or QUERY_NONE. */
static void link_part(struct parser *parser, int node, int part, int *last)
{
    if (*last == QUERY_NONE)
        node_of(parser, node)->first = part;
    else
        node_of(parser, *last)->next = part;
    *last = part;
}

static int parse_or(struct parser *parser, int *ret_node);
static int parse_not(struct parser *parser, int *ret_node);

static int read_value(struct parser *parser, const char *after, char **ret_value, size_t *ret_at)
{
    int code = advance(parser, true);
    _cleanup_free_ char *found = NULL;

    if (code < 0)
        return code;
    *ret_at = parser->token.at;
    if (parser->token.sign != SIGN_WORD) {
        found = describe(parser);
        return FAIL(parser, parser->token.at, "expected a value after '%s', found %s", after,
                    found);
    }
    *ret_value = text_ndup(parser->token.word, parser->token.word_length);
    return 0;
}

/* word is the token of the name, or of a word without one. */
static int parse_term(struct parser *parser, const struct query_token *word, int *ret_node)
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
            code = advance(parser, false);
    }
    if (code == 0)
        code = add_node(parser, QUERY_TERM, &node);
    if (code < 0) {
        free(value);
        return code;
    }
    node_of(parser, node)->name = name;
    node_of(parser, node)->op = op;
    parser->query->uses |= name == QUERY_ANY ? parser->query->any : (uint64_t)1 << name;
    *ret_node = node;
    return query_set_value(node_of(parser, node), value, query_column(parser->text, at),
                           parser->err);
}

/* The token is the operator after `count`. */
static int parse_count(struct parser *parser, size_t at, int *ret_node)
{
    enum query_op op = parser->token.op;
    _cleanup_free_ char *value = NULL;
    int node, part, last = QUERY_NONE, code;
    size_t value_at;

    if ((parser->place & (QUERY_MATRIX | QUERY_DIFF)) == 0)
        return FAIL(parser, at,
                    "count() means nothing here: it counts the platforms of a matrix "
                    "or a diff");
    if (parser->in_count)
        return FAIL(parser, at, "count() inside of count()");
    code = read_value(parser, query_op_texts[op], &value, &value_at);
    if (code == 0 &&
        (strspn(value, "0123456789") != strlen(value) || strlen(value) > 4 || *value == '\0'))
        code = FAIL(parser, value_at, "'%s' is not a number of platforms", value);
    if (code == 0)
        code = advance(parser, false);
    if (code == 0)
        code = expect(parser, SIGN_OPEN, "'(' after count");
    if (code == 0)
        code = add_node(parser, QUERY_COUNT, &node);
    if (code < 0)
        return code;
    node_of(parser, node)->op = op;
    node_of(parser, node)->number = strtol(value, NULL, 10);
    parser->in_count = true;
    code = parse_or(parser, &part);
    parser->in_count = false;
    if (code < 0)
        return code;
    link_part(parser, node, part, &last);
    *ret_node = node;
    return expect(parser, SIGN_CLOSE, "')'");
}

/* The token is the parenthesis after `seq`. */
static int parse_seq(struct parser *parser, size_t at, int *ret_node)
{
    int node, part, last = QUERY_NONE, code, count = 0;

    if ((parser->place & (QUERY_MATRIX | QUERY_DIFF)) != 0)
        return FAIL(parser, at,
                    "seq() means nothing here: it looks at consecutive runs, which "
                    "'runs' and 'history' show");
    if (parser->in_seq)
        return FAIL(parser, at, "seq() inside of seq()");
    code = add_node(parser, QUERY_SEQ, &node);
    if (code == 0)
        code = advance(parser, false);
    parser->in_seq = true;
    while (code == 0 && (count < 2 || parser->token.sign != SIGN_CLOSE)) {
        if (query_token_is(&parser->token, "and") || query_token_is(&parser->token, "or"))
            return FAIL(parser, parser->token.at,
                        "write parentheses around what holds in one run "
                        "of seq()");
        code = parse_not(parser, &part);
        if (code == 0)
            link_part(parser, node, part, &last);
        count++;
    }
    parser->in_seq = false;
    if (code < 0)
        return code;
    *ret_node = node;
    return expect(parser, SIGN_CLOSE, "')'");
}

static int parse_primary(struct parser *parser, int *ret_node)
{
    struct query_token word = parser->token;
    _cleanup_free_ char *found = NULL;
    int code;

    if (word.sign == SIGN_OPEN) {
        code = advance(parser, false);
        if (code == 0)
            code = parse_or(parser, ret_node);
        return code == 0 ? expect(parser, SIGN_CLOSE, "')'") : code;
    }
    if (word.sign != SIGN_WORD || query_token_is(&word, "and") || query_token_is(&word, "or")) {
        found = describe(parser);
        return FAIL(parser, word.at, "expected a term, such as status:fail, found %s", found);
    }
    code = advance(parser, false);
    if (code < 0)
        return code;
    if (query_token_is(&word, "count") && parser->token.sign == SIGN_OP)
        return parse_count(parser, word.at, ret_node);
    if (query_token_is(&word, "seq") && parser->token.sign == SIGN_OPEN)
        return parse_seq(parser, word.at, ret_node);
    return parse_term(parser, &word, ret_node);
}

static int parse_not(struct parser *parser, int *ret_node)
{
    int node = QUERY_NONE, part, last = QUERY_NONE, code = 0;
    bool negated = query_token_is(&parser->token, "not");

    if (++parser->depth > QUERY_DEPTH_MAX)
        return FAIL(parser, parser->token.at, "more than %d levels of parentheses",
                    QUERY_DEPTH_MAX);
    if (negated)
        code = add_node(parser, QUERY_NOT, &node);
    if (negated && code == 0)
        code = advance(parser, false);
    if (code == 0)
        code = negated ? parse_not(parser, &part) : parse_primary(parser, &part);
    parser->depth--;
    if (code < 0)
        return code;
    if (negated)
        link_part(parser, node, part, &last);
    *ret_node = negated ? node : part;
    return 0;
}

/* Puts a node of this kind above its first part, when there is a second. */
static int begin_list(struct parser *parser, enum query_kind kind, int *node, int *last)
{
    int above, part = *node, code;

    if (*last != QUERY_NONE)
        return 0;
    code = add_node(parser, kind, &above);
    if (code < 0)
        return code;
    link_part(parser, above, part, last);
    *node = above;
    return 0;
}

static bool is_at_or(const struct parser *parser)
{
    return query_token_is(&parser->token, "or");
}

static bool is_at_end_of_and(const struct parser *parser)
{
    return parser->token.sign == SIGN_END || parser->token.sign == SIGN_CLOSE || is_at_or(parser);
}

static int parse_and(struct parser *parser, int *ret_node)
{
    int node, part, last = QUERY_NONE, code = parse_not(parser, &node);

    while (code == 0 && !is_at_end_of_and(parser)) {
        if (query_token_is(&parser->token, "and"))
            code = advance(parser, false);
        if (code == 0)
            code = parse_not(parser, &part);
        if (code == 0)
            code = begin_list(parser, QUERY_AND, &node, &last);
        if (code == 0)
            link_part(parser, node, part, &last);
    }
    if (code == 0)
        *ret_node = node;
    return code;
}

static int parse_or(struct parser *parser, int *ret_node)
{
    int node, part, last = QUERY_NONE, code = parse_and(parser, &node);

    while (code == 0 && is_at_or(parser)) {
        code = advance(parser, false);
        if (code == 0)
            code = parse_and(parser, &part);
        if (code == 0)
            code = begin_list(parser, QUERY_OR, &node, &last);
        if (code == 0)
            link_part(parser, node, part, &last);
    }
    if (code == 0)
        *ret_node = node;
    return code;
}

static int parse_whole(struct parser *parser)
{
    _cleanup_free_ char *found = NULL;
    int code;

    for (const char *at = parser->text; *at != '\0'; at++)
        if (((unsigned char)*at < ' ' && *at != '\t' && *at != '\n') || *at == 0x7f)
            return FAIL(parser, (size_t)(at - parser->text), "a control character");
    if (strlen(parser->text) > QUERY_BYTES_MAX)
        return error_set(parser->err, -EINVAL, "the query is longer than %d bytes",
                         QUERY_BYTES_MAX);
    code = advance(parser, false);
    if (code == 0 && parser->token.sign == SIGN_END)
        return error_set(parser->err, -EINVAL, "the query is empty");
    if (code == 0)
        code = parse_or(parser, &parser->query->root);
    if (code < 0 || parser->token.sign == SIGN_END)
        return code;
    found = describe(parser);
    return FAIL(parser, parser->token.at, "%s without its '('", found);
}

int query_parse(const char *text, enum query_place place, struct query *ret_query,
                struct error **err)
{
    _cleanup_(query_done) struct query query = {.root = QUERY_NONE, .any = query_any_names(place)};
    struct parser parser = {.text = text, .place = place, .query = &query, .err = err};
    int code = parse_whole(&parser);

    if (code < 0)
        return code;
    *ret_query = query;
    query = (struct query){.root = QUERY_NONE};
    return 0;
}
