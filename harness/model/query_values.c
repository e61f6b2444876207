/* SPDX-License-Identifier: Apache-2.0 */
/* Checks the names and values of a query, and suggests others. */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"
#include "model/finding.h"
#include "model/query.h"
#include "model/words.h"

static char query_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static void make_lower(char *text)
{
    for (; *text != '\0'; text++)
        *text = query_lower(*text);
}

/* "; did you mean 'x'? Possible here: a, b, c". */
static char *suggest(struct strv *known, const char *text)
{
    _cleanup_free_ char *list = strv_join(known, ", "), *lower = text_dup(text);
    const char *closest;

    make_lower(lower);
    closest = strv_closest(known, lower);
    return text_format("%s%s%s possible here: %s", closest != NULL ? "; did you mean '" : ";",
                       closest != NULL ? closest : "", closest != NULL ? "'?" : "", list);
}

int query_find_name(const char *text, enum query_place place, size_t column,
                    enum query_name *ret_name, struct error **err)
{
    _cleanup_strv_ struct strv known = {0};
    _cleanup_free_ char *more = NULL;
    bool elsewhere = false;

    for (enum query_name name = 0; name < QUERY_NAME_COUNT; name++) {
        bool same = strcmp(query_names[name].name, text) == 0;

        if ((query_names[name].places & place) == 0) {
            elsewhere |= same;
            continue;
        }
        strv_add(&known, query_names[name].name);
        if (!same)
            continue;
        *ret_name = name;
        return 0;
    }
    more = suggest(&known, text);
    return error_set(err, -EINVAL, "column %zu: %s '%s'%s%s", column,
                     elsewhere ? "the name" : "unknown name", text,
                     elsewhere ? " means nothing here" : "", more);
}

/* Finds the words that the pattern matches. */
static int find_words(const struct query_node *term, size_t column, uint32_t *ret_words,
                      struct error **err)
{
    const struct query_name_row *row = &query_names[term->name];
    _cleanup_strv_ struct strv known = {0};
    _cleanup_free_ char *more = NULL;
    uint32_t found = 0;

    for (int i = 0; i < row->words->count; i++) {
        char *lower = text_dup(row->words->names[i]);

        make_lower(lower);
        strv_take(&known, lower);
        if (query_pattern_matches(term->value, lower))
            found |= (uint32_t)1 << i;
    }
    if (found != 0) {
        *ret_words = found;
        return 0;
    }
    more = suggest(&known, term->value);
    return error_set(err, -EINVAL, "column %zu: '%s' is not %s%s", column, term->value,
                     row->meaning, more);
}

static int set_words(struct query_node *term, size_t column, struct error **err)
{
    const struct query_name_row *row = &query_names[term->name];
    bool equal = term->op == QUERY_IS || term->op == QUERY_IS_NOT;
    uint32_t found = 0;
    int code, with = 0;

    if (!equal && row->type != QUERY_TYPE_RANKED)
        return error_set(err, -EINVAL, "column %zu: '%s' has no order; use ':' or '!='", column,
                         row->name);
    code = find_words(term, column, &found, err);
    if (code < 0)
        return code;
    term->words = found;
    if (equal)
        return 0;
    if ((found & (found - 1)) != 0)
        return error_set(err, -EINVAL, "column %zu: '%s' needs one word after '%s', not '%s'",
                         column, row->name, query_op_texts[term->op], term->value);
    while ((found >> with & 1) == 0)
        with++;
    term->words = 0;
    for (int i = 0; i < row->words->count; i++)
        if (query_compares(term->op, query_rank(term->name, i), query_rank(term->name, with)))
            term->words |= (uint32_t)1 << i;
    return 0;
}

static int set_kind(const struct query_node *term, size_t column, struct error **err)
{
    _cleanup_strv_ struct strv known = {0};
    const char *closest;

    for (enum finding_kind kind = 0; kind < FINDING_KIND_COUNT; kind++) {
        if (query_pattern_matches(term->value, finding_kind_name(kind)))
            return 0;
        strv_add(&known, finding_kind_name(kind));
    }
    closest = strv_closest(&known, term->value);
    return error_set(err, -EINVAL,
                     "column %zu: '%s' is not a kind of finding%s%s%s 'touchstone explain' "
                     "lists them",
                     column, term->value, closest != NULL ? "; did you mean '" : ";",
                     closest != NULL ? closest : "", closest != NULL ? "'?" : "");
}

static int set_number(struct query_node *term, size_t column, struct error **err)
{
    static const struct {
        char unit;
        int64_t ms;
    } units[] = {{'h', 3600000}, {'d', CLOCK_DAY_MS}, {'w', 7 * CLOCK_DAY_MS}};
    bool age = query_names[term->name].type == QUERY_TYPE_AGE;
    size_t digits = strspn(term->value, "0123456789"), length = strlen(term->value);
    int64_t factor = age ? 0 : 1;

    for (size_t i = 0; age && i < sizeof(units) / sizeof(units[0]); i++)
        if (length == digits + 1 && term->value[digits] == units[i].unit)
            factor = units[i].ms;
    if (digits == 0 || digits > 6 || factor == 0 || (!age && length != digits))
        return error_set(err, -EINVAL, "column %zu: '%s' is not %s %s", column, term->value,
                         age ? "an age;" : "a number",
                         age ? "write hours, days or weeks, as 12h, 7d or 2w" : "below 1000000");
    if (age && (term->op == QUERY_IS || term->op == QUERY_IS_NOT))
        return error_set(err, -EINVAL, "column %zu: compare an age with '<' or '>'", column);
    term->number = 0;
    for (size_t i = 0; i < digits; i++)
        term->number = term->number * 10 + (term->value[i] - '0');
    term->number *= factor;
    return 0;
}

int query_set_value(struct query_node *term, char *value, size_t column, struct error **err)
{
    term->value = value;
    if (term->name == QUERY_ANY)
        return 0;
    switch (query_names[term->name].type) {
    case QUERY_TYPE_WORDS:
    case QUERY_TYPE_RANKED:
        return set_words(term, column, err);
    case QUERY_TYPE_NUMBER:
    case QUERY_TYPE_AGE:
        return set_number(term, column, err);
    default:
        break;
    }
    if (term->op != QUERY_IS && term->op != QUERY_IS_NOT)
        return error_set(err, -EINVAL, "column %zu: '%s' has no order; use ':' or '!='", column,
                         query_names[term->name].name);
    return query_names[term->name].type == QUERY_TYPE_KIND ? set_kind(term, column, err) : 0;
}
