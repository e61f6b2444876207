/* SPDX-License-Identifier: Apache-2.0 */
/* Splits a query into words and signs. */
#include "model/query_token.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "base/text.h"

size_t query_column(const char *text, size_t at)
{
    size_t column = 1;

    for (size_t i = 0; i < at; i++)
        column += ((unsigned char)text[i] & 0xc0) != 0x80;
    return column;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n';
}

/* Ends a word that is not quoted. */
static bool ends_word(char c, bool value)
{
    return c == '\0' || is_space(c) || strchr(value ? "()\"" : "()\":<>!=", c) != NULL;
}

bool query_token_is(const struct query_token *token, const char *word)
{
    return token->sign == SIGN_WORD && !token->quoted && token->word_length == strlen(word) &&
           strncasecmp(token->word, word, token->word_length) == 0;
}

bool query_needs_quotes(const char *value, bool bare)
{
    static const char *const reserved[] = {"and", "or", "not", "count", "seq"};

    if (*value == '\0')
        return true;
    for (const char *at = value; *at != '\0'; at++) {
        if (*at == '\\' && at[1] != '\0')
            at++;
        else if (ends_word(*at, !bare))
            return true;
    }
    for (size_t i = 0; bare && i < sizeof(reserved) / sizeof(reserved[0]); i++)
        if (strcasecmp(value, reserved[i]) == 0)
            return true;
    return false;
}

/* at is that of the quote. */
static int read_quoted(const char *text, struct query_token *token, struct error **err)
{
    size_t at = token->at + 1;

    token->sign = SIGN_WORD;
    token->quoted = true;
    token->word = text + at;
    while (text[at] != '"' && text[at] != '\0')
        at += text[at] == '\\' && text[at + 1] != '\0' ? 2 : 1;
    if (text[at] == '\0')
        return error_set(err, -EINVAL, "column %zu: the quote is not closed",
                         query_column(text, token->at));
    token->word_length = (size_t)(text + at - token->word);
    token->end = at + 1;
    return 0;
}

static int read_word(const char *text, bool value, struct query_token *token, struct error **err)
{
    size_t at = token->at;
    bool lone = false; /* a backslash at the end */

    token->sign = SIGN_WORD;
    token->word = text + at;
    while (!ends_word(text[at], value)) {
        lone = text[at] == '\\' && text[at + 1] == '\0';
        at += text[at] == '\\' && !lone ? 2 : 1;
    }
    if (lone)
        return error_set(err, -EINVAL, "column %zu: nothing follows the backslash",
                         query_column(text, at - 1));
    token->word_length = at - token->at;
    token->end = at;
    return 0;
}

static int read_op(const char *text, struct query_token *token, struct error **err)
{
    const char *at = text + token->at;

    token->sign = SIGN_OP;
    for (enum query_op op = 0; op < QUERY_OP_COUNT; op++) /* ">=" comes before ">" */
        if (text_starts(at, query_op_texts[op])) {
            token->op = op;
            token->end = token->at + strlen(query_op_texts[op]);
            return 0;
        }
    return error_set(err, -EINVAL, "column %zu: '%c' is not an operator; write %s",
                     query_column(text, token->at), *at,
                     *at == '=' ? "NAME:VALUE" : "'not' or '!='");
}

int query_token_read(const char *text, size_t at, bool after_op, struct query_token *ret_token,
                     struct error **err)
{
    struct query_token token = {.sign = SIGN_END};
    int code = 0;

    while (is_space(text[at]))
        at++;
    token.at = at;
    token.end = at;
    if (text[at] == '(' || text[at] == ')') {
        token.sign = text[at] == '(' ? SIGN_OPEN : SIGN_CLOSE;
        token.end = at + 1;
    } else if (text[at] == '"')
        code = read_quoted(text, &token, err);
    else if (text[at] != '\0' && !ends_word(text[at], after_op))
        code = read_word(text, after_op, &token, err);
    else if (text[at] != '\0')
        code = read_op(text, &token, err);
    if (code < 0)
        return code;
    *ret_token = token;
    return 0;
}
