/* SPDX-License-Identifier: Apache-2.0 */
/* The list of what is wrong. */
#include "certificate/problems.h"

#include <stdarg.h>
#include <stdlib.h>

#include "base/text.h"

static const struct {
    const char *word;
    enum problem_weight weight;
} kinds[PROBLEM_COUNT] = {
#define PROBLEM(name, word, weight) {word, weight},
#include "certificate/problem.def"
#undef PROBLEM
};

const char *problem_word(enum problem_kind kind)
{
    return kinds[kind].word;
}

enum problem_weight problem_weight_of(enum problem_kind kind)
{
    return kinds[kind].weight;
}

void problems_done(struct problems *problems)
{
    vec_foreach (row, &problems->rows) {
        free(row->file);
        free(row->text);
    }
    vec_done(&problems->rows);
}

void problems_add(struct problems *problems, enum problem_kind kind, const char *file,
                  const char *format, ...)
{
    struct problem *row;
    va_list args;

    problems->count[kinds[kind].weight]++;
    if (problems->rows.count >= PROBLEMS_MAX)
        return;
    row = vec_add(&problems->rows);
    row->kind = kind;
    row->file = text_dup(file);
    va_start(args, format);
    row->text = text_vformat(format, args);
    va_end(args);
}
