/* SPDX-License-Identifier: Apache-2.0 */
/* Evaluates a query. */
#include "judge/select.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

#define BIT(name) ((uint64_t)1 << (name))

/* Whether a subject is selected by a node; `not` and count() ask again for every row. */
enum known { UNKNOWN, NO, YES };

struct selecting {
    const struct query *query;
    const struct select_subjects *subjects;
    unsigned char *known; /* for each node and subject */
    const size_t *peers;  /* for count(): the next subject of the same image, suite and case */
};

/* What a query holds for. */
struct seen {
    size_t subject;
    const struct facts *row, *finding; /* NULL: there is none */
};

static bool holds(const struct selecting *selecting, int node, const struct seen *seen);

bool facts_match_any(const struct facts *facts, const struct query *query, const char *pattern)
{
    for (enum query_name name = 0; name < QUERY_NAME_COUNT; name++)
        if ((query->any & facts->has & BIT(name)) != 0 &&
            query_pattern_matches(pattern, facts->of[name].text))
            return true;
    return false;
}

bool facts_fit(const struct facts *facts, const struct query_node *term)
{
    if ((facts->has & BIT(term->name)) == 0)
        return false;
    switch (query_names[term->name].type) {
    case QUERY_TYPE_WORDS:
    case QUERY_TYPE_RANKED:
        return ((facts->of[term->name].words & term->words) != 0) == (term->op != QUERY_IS_NOT);
    case QUERY_TYPE_NUMBER:
    case QUERY_TYPE_AGE:
        return query_compares(term->op, facts->of[term->name].number, term->number);
    default:
        return query_pattern_matches(term->value, facts->of[term->name].text) ==
               (term->op == QUERY_IS);
    }
}

/* No two of them have the same fact. */
static bool term_holds(const struct selecting *selecting, const struct query_node *term,
                       const struct seen *seen)
{
    const struct facts *of[] = {&selecting->subjects->items[seen->subject].own, seen->row,
                                seen->finding};

    for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++)
        if (of[i] != NULL &&
            (term->name == QUERY_ANY ? facts_match_any(of[i], selecting->query, term->value)
                                     : facts_fit(of[i], term)))
            return true;
    return false;
}

/* Any finding, with this row. */
static bool holds_for_row(const struct selecting *selecting, int node, size_t subject,
                          const struct facts *row)
{
    const struct select_subject *of = &selecting->subjects->items[subject];
    struct seen seen = {subject, row, NULL};

    if (of->findings.count == 0)
        return holds(selecting, node, &seen);
    vec_foreach (finding, &of->findings) {
        seen.finding = finding;
        if (holds(selecting, node, &seen))
            return true;
    }
    return false;
}

static bool selects(const struct selecting *selecting, int node, size_t subject)
{
    const struct select_subject *of = &selecting->subjects->items[subject];
    unsigned char *known = &selecting->known[(size_t)node * selecting->subjects->count + subject];
    bool found = false;

    if (*known != UNKNOWN)
        return *known == YES;
    if (of->rows.count == 0)
        found = holds_for_row(selecting, node, subject, NULL);
    for (size_t i = 0; !found && i < of->rows.count; i++)
        found = holds_for_row(selecting, node, subject, &of->rows.items[i]);
    *known = found ? YES : NO;
    return found;
}

static int compare_text(const struct facts *a, const struct facts *b, enum query_name name)
{
    const char *x = (a->has & BIT(name)) != 0 ? a->of[name].text : NULL;
    const char *y = (b->has & BIT(name)) != 0 ? b->of[name].text : NULL;

    return x == NULL || y == NULL ? (x != NULL) - (y != NULL) : strcmp(x, y);
}

static bool same_names(const struct facts *a, const struct facts *b)
{
    return compare_text(a, b, QUERY_CASE) == 0 && compare_text(a, b, QUERY_PLATFORM) == 0 &&
           compare_text(a, b, QUERY_SUITE) == 0 && compare_text(a, b, QUERY_IMAGE) == 0;
}

/* The row of the same name in another subject, where it usually has the same index; NULL: there is
 * none. */
static const struct facts *find_row(const struct selecting *selecting, const struct seen *seen,
                                    size_t subject)
{
    const struct select_subject *of = &selecting->subjects->items[subject];
    size_t index;

    if (seen->row == NULL)
        return NULL;
    index = (size_t)(seen->row - selecting->subjects->items[seen->subject].rows.items);
    if (index < of->rows.count && same_names(seen->row, &of->rows.items[index]))
        return &of->rows.items[index];
    vec_foreach (row, &of->rows)
        if (same_names(seen->row, row))
            return row;
    return NULL;
}

static bool count_holds(const struct selecting *selecting, const struct query_node *count,
                        const struct seen *seen)
{
    _cleanup_strv_ struct strv platforms = {0};
    size_t i = seen->subject;

    do {
        const struct facts *own = &selecting->subjects->items[i].own;
        const char *platform =
            (own->has & BIT(QUERY_PLATFORM)) != 0 ? own->of[QUERY_PLATFORM].text : "";

        if (!strv_has(&platforms, platform) &&
            holds_for_row(selecting, count->first, i, find_row(selecting, seen, i)))
            strv_add(&platforms, platform);
        i = selecting->peers[i];
    } while (i != seen->subject);
    return query_compares(count->op, (int64_t)platforms.count, count->number);
}

static bool seq_holds(const struct selecting *selecting, const struct query_node *seq,
                      const struct seen *seen)
{
    int parts[QUERY_NODES_MAX], count = 0;
    struct seen here = *seen;

    for (int at = seq->first; at != QUERY_NONE; at = selecting->query->nodes.items[at].next)
        parts[count++] = at;
    if (!holds(selecting, parts[count - 1], seen))
        return false;
    for (int i = count - 2; i >= 0; i--) {
        long before = selecting->subjects->items[here.subject].before;
        bool has_row = here.row != NULL;

        if (before == SELECT_FIRST)
            return false;
        here = (struct seen){(size_t)before, find_row(selecting, &here, (size_t)before), NULL};
        if ((has_row && here.row == NULL) ||
            !holds_for_row(selecting, parts[i], here.subject, here.row))
            return false;
    }
    return true;
}

static bool parts_hold(const struct selecting *selecting, const struct query_node *list, bool all,
                       const struct seen *seen)
{
    for (int at = list->first; at != QUERY_NONE; at = selecting->query->nodes.items[at].next)
        if (holds(selecting, at, seen) != all)
            return !all;
    return all;
}

static bool holds(const struct selecting *selecting, int node, const struct seen *seen)
{
    const struct query_node *of = &selecting->query->nodes.items[node];

    switch (of->kind) {
    case QUERY_AND:
        return parts_hold(selecting, of, true, seen);
    case QUERY_OR:
        return parts_hold(selecting, of, false, seen);
    case QUERY_NOT:
        return !selects(selecting, of->first, seen->subject);
    case QUERY_COUNT:
        return count_holds(selecting, of, seen);
    case QUERY_SEQ:
        return seq_holds(selecting, of, seen);
    default:
        return term_holds(selecting, of, seen);
    }
}

/* A subject and its place, to be sorted. */
struct place {
    const struct select_subject *subject;
    size_t at;
};

static int compare_peers(const struct select_subject *a, const struct select_subject *b)
{
    int order = a->line != NULL && b->line != NULL ? strcmp(a->line, b->line)
                                                   : compare_text(&a->own, &b->own, QUERY_IMAGE);

    if (order == 0)
        order = compare_text(&a->own, &b->own, QUERY_SUITE);
    return order != 0 ? order : compare_text(&a->own, &b->own, QUERY_CASE);
}

static int compare_places(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    int order = compare_peers(x->subject, y->subject);

    return order != 0 ? order : (x->at > y->at) - (x->at < y->at);
}

/* Makes a ring of the subjects that count() compares. */
static void find_peers(const struct select_subjects *subjects, size_t *ret_peers)
{
    size_t count = subjects->count, first = 0;
    _cleanup_free_ struct place *places = text_calloc(count + 1, sizeof(*places));

    for (size_t i = 0; i < count; i++)
        places[i] = (struct place){&subjects->items[i], i};
    qsort(places, count, sizeof(*places), compare_places);
    for (size_t i = 0; i < count; i++) {
        bool last = i + 1 == count || compare_peers(places[i].subject, places[i + 1].subject) != 0;

        ret_peers[places[i].at] = places[last ? first : i + 1].at;
        if (last)
            first = i + 1;
    }
}

size_t select_apply(const struct query *query, const struct select_subjects *subjects,
                    bool *ret_selected)
{
    _cleanup_free_ unsigned char *known =
        text_calloc(query->nodes.count * subjects->count + 1, sizeof(*known));
    _cleanup_free_ size_t *peers = text_calloc(subjects->count + 1, sizeof(*peers));
    const struct selecting selecting = {query, subjects, known, peers};
    size_t count = 0;

    find_peers(subjects, peers);
    for (size_t i = 0; i < subjects->count; i++) {
        ret_selected[i] = selects(&selecting, query->root, i);
        count += ret_selected[i];
    }
    return count;
}

void selection_make(const struct query *query, const struct select_subjects *subjects,
                    struct selection *ret_selection)
{
    *ret_selection = (struct selection){.query = query_print(query),
                                        .shown = text_calloc(subjects->count + 1, sizeof(bool)),
                                        .total = subjects->count};
    ret_selection->count = select_apply(query, subjects, ret_selection->shown);
}
