/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a query (model/query.h) selects: a pure function of facts.
 *
 * A subject is what is selected as a whole: a cell of a matrix, a run, a change of a diff, a run of
 * a history. It has facts of its own, and may have rows (the cases of a cell, the cells of a run)
 * and findings. It is selected if the query holds for its own facts together with one and the same
 * row and one and the same finding:
 *
 *   - a term holds if the subject, the row or the finding has the fact and its value fits; it does
 *     not hold without the fact, `!=` included;
 *   - `and`, `or` combine what holds for that row and finding;
 *   - `not Q` holds if Q does not select the subject at all: it selects exactly the others;
 *   - `count:N(Q)` holds if Q holds on N platforms, among the subjects of the same image (or line)
 *     and suite, for the same case if the row is one;
 *   - `seq(A B)` holds if B holds, and A in the subject before it, for the row of the same name.
 */
#ifndef TS_JUDGE_SELECT_H
#define TS_JUDGE_SELECT_H

#include "judge/selection.h"
#include "model/query.h"

/* The facts that something has. */
struct facts {
    uint64_t has; /* bit 1 << name */
    union {
        const char *text; /* borrowed */
        uint32_t words;   /* the set of words that apply, by their numbers */
        int64_t number;   /* an age in milliseconds */
    } of[QUERY_NAME_COUNT];
};

/* NULL: it does not have the fact. */
void facts_set_text(struct facts *facts, enum query_name name, const char *text);
void facts_set_word(struct facts *facts, enum query_name name, int word);
void facts_set_words(struct facts *facts, enum query_name name, uint32_t words);
void facts_set_number(struct facts *facts, enum query_name name, int64_t number);

/* Whether these facts alone have the one that the term is about, and it fits. The term has a name.
 */
bool facts_fit(const struct facts *facts, const struct query_node *term);
/* The same of a word without a name. */
bool facts_match_any(const struct facts *facts, const struct query *query, const char *pattern);

enum { SELECT_FIRST = -1 };

struct select_subject {
    struct facts own;
    const char *line; /* borrowed: for count(), instead of the image; NULL: the image itself */
    VEC(struct facts) rows; /* a row is found in another subject by its names of cell and case */
    VEC(struct facts) findings;
    long before; /* the subject before it in time; SELECT_FIRST: none */
};
VEC_TYPE(select_subjects, struct select_subject);
void select_subjects_done(struct select_subjects *subjects);

/* Sets ret_selected, an array with an entry for each subject; returns the number of selected ones.
 */
size_t select_apply(const struct query *query, const struct select_subjects *subjects,
                    bool *ret_selected);

/* Applies a query to a list of which each entry is a subject. Free with selection_done. */
void selection_make(const struct query *query, const struct select_subjects *subjects,
                    struct selection *ret_selection);

#endif
