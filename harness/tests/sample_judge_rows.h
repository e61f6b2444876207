/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of judge's truth table: what was planned, what came, and the verdict that follows. */
#ifndef TS_TESTS_SAMPLE_JUDGE_ROWS_H
#define TS_TESTS_SAMPLE_JUDGE_ROWS_H

#include "sample_judge.h"
#include "sample_truth_table.h"

struct row {
    const char *name, *plan, *earlier, *latest; /* latest NULL: no result */
    void (*change)(struct result *latest);
    const char *verdict;
    unsigned rule;
    const char *blame, *reason;
    unsigned judged, total;
};

/* The reason of a condition, and of each following one, begins with the word for its kind. */
static inline void check_words(const char *reason)
{
    static const char *const words[] = {"partial",   "waived", "flaky",    "footprint",
                                        "predicted", "grade",  "optional", "reported"};
    bool known = false;

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        known = known || (text_starts(reason, words[i]) && reason[strlen(words[i])] == ':');
    if (!known)
        printf("\nreason '%s':", reason);
    CU_ASSERT(known);
}

static inline void check_row(const struct row *row)
{
    _cleanup_(cell_record_done) struct cell_record cell = {0};
    _cleanup_(judgement_done) struct judgement judgement = {0};
    _cleanup_free_ char *came_text = NULL;
    struct result *attempts[2] = {NULL, NULL};
    size_t count = 0;

    cell.image = text_dup("a");
    cell.platform = text_dup("kunpeng");
    cell.suite = text_dup("redis");
    plan_cases(&cell, row->plan);
    if (row->earlier != NULL)
        attempts[count++] = came(&cell, 1, row->earlier);
    if (row->latest != NULL) {
        attempts[count] = came(&cell, (unsigned)count + 1, row->latest);
        if (row->change != NULL)
            row->change(attempts[count]);
        count++;
    }
    judge_cell(&cell, (const struct result *const *)attempts, count, &judgement);
    if (strcmp(verdict_name(judgement.verdict), row->verdict) != 0 ||
        strstr(judgement.reason, row->reason) == NULL)
        printf("\nrow '%s':", row->name);
    CHECK_TEXT(verdict_name(judgement.verdict), row->verdict);
    CHECK_INT(judgement.rule, row->rule);
    CHECK_TEXT(blame_name(judgement.blame), row->blame);
    CHECK_HAS(judgement.reason, row->reason);
    CHECK_INT(judgement.judged, row->judged);
    CHECK_INT(judgement.total, row->total);
    CHECK_INT(judgement.flaky, strstr(judgement.reason, "flaky") != NULL);
    CHECK_INT(judgement.defined, cell.cases.count);
    CHECK_INT(judgement.partial, strstr(row->plan, ":rx") != NULL);
    if (judgement.verdict == VERDICT_CONDITIONAL)
        check_words(judgement.reason);
    came_text = row->earlier != NULL ? text_format("%s|%s", row->earlier, row->latest)
                                     : text_dup(row->latest != NULL ? row->latest : "-");
    truth_row(row->name, 1, row->plan, came_text, row->verdict, row->rule, row->reason);
    result_free(attempts[0]);
    result_free(attempts[1]);
}

#endif
