/* SPDX-License-Identifier: Apache-2.0 */
/* Writes a query as text. */
#include "base/text.h"
#include "model/query.h"
#include "model/query_token.h"

static void print_node(const struct query *query, int at, struct buffer *out);

static void print_value(const char *value, bool bare, struct buffer *out)
{
    bool quoted = query_needs_quotes(value, bare);

    buffer_format(out, "%s%s%s", quoted ? "\"" : "", value, quoted ? "\"" : "");
}

/* In parentheses if it is a list of terms and not a whole list's place. */
static void print_part(const struct query *query, int at, bool lists, struct buffer *out)
{
    enum query_kind kind = query->nodes.items[at].kind;
    bool enclosed = kind == QUERY_OR || (kind == QUERY_AND && !lists);

    buffer_text(out, enclosed ? "(" : "");
    print_node(query, at, out);
    buffer_text(out, enclosed ? ")" : "");
}

static void print_parts(const struct query *query, int first, const char *between, bool lists,
                        struct buffer *out)
{
    for (int at = first; at != QUERY_NONE; at = query->nodes.items[at].next) {
        buffer_text(out, at != first ? between : "");
        print_part(query, at, lists, out);
    }
}

static void print_node(const struct query *query, int at, struct buffer *out)
{
    const struct query_node *node = &query->nodes.items[at];

    switch (node->kind) {
    case QUERY_TERM:
        if (node->name != QUERY_ANY)
            buffer_format(out, "%s%s", query_names[node->name].name, query_op_texts[node->op]);
        print_value(node->value, node->name == QUERY_ANY, out);
        break;
    case QUERY_AND:
        print_parts(query, node->first, " ", false, out);
        break;
    case QUERY_OR:
        print_parts(query, node->first, " or ", true, out);
        break;
    case QUERY_NOT:
        buffer_text(out, "not ");
        print_part(query, node->first, false, out);
        break;
    case QUERY_COUNT:
        buffer_format(out, "count%s%lld(", query_op_texts[node->op], (long long)node->number);
        print_node(query, node->first, out);
        buffer_text(out, ")");
        break;
    case QUERY_SEQ:
        buffer_text(out, "seq(");
        print_parts(query, node->first, " ", false, out);
        buffer_text(out, ")");
        break;
    }
}

char *query_print(const struct query *query)
{
    struct buffer out = {0};

    print_node(query, query->root, &out);
    return buffer_steal(&out);
}
