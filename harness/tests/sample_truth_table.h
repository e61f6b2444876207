/* SPDX-License-Identifier: Apache-2.0 */
/* The truth table of the verdict rules in harness/judge/README.md, written by the tests of the
 * judge from the rows that they check: each test program has the section between its two marks.
 * With TOUCHSTONE_REGENERATE=1 the section is written instead; review the difference before
 * committing it. */
#ifndef TS_TESTS_SAMPLE_TRUTH_TABLE_H
#define TS_TESTS_SAMPLE_TRUTH_TABLE_H

#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "base/text.h"
#include "cunit_run.h"

static struct buffer truth_rows;

/* A cell of the table: attempts are separated by '|' in tests, and by ", then " here. */
static inline void truth_cell(const char *text)
{
    buffer_text(&truth_rows, " ");
    for (const char *at = text; *at != '\0'; at++)
        if (*at == '|')
            buffer_text(&truth_rows, ", then ");
        else
            buffer_add(&truth_rows, at, 1);
    buffer_text(&truth_rows, *text != '\0' ? " |" : "|");
}

static inline void truth_row(const char *name, unsigned repeat, const char *plan,
                             const char *attempts, const char *verdict, unsigned rule,
                             const char *reason)
{
    if (truth_rows.length == 0)
        buffer_text(&truth_rows,
                    "| situation | repeat | plan | attempts | verdict | rule | reason has |\n"
                    "| --- | --- | --- | --- | --- | --- | --- |\n");
    buffer_text(&truth_rows, "|");
    truth_cell(name);
    buffer_format(&truth_rows, " %u |", repeat > 1 ? repeat : 1);
    truth_cell(plan);
    truth_cell(attempts);
    truth_cell(verdict);
    buffer_format(&truth_rows, " %u |", rule);
    truth_cell(reason);
    buffer_text(&truth_rows, "\n");
}

/* Compares the rows with the section of that name. */
static inline void truth_check(const char *section)
{
    _cleanup_free_ char *path = text_format("%s/harness/judge/README.md", TS_SOURCE_DIR);
    _cleanup_free_ char *begin = text_format("<!-- rows of %s -->\n", section);
    _cleanup_free_ char *end = text_format("<!-- end of %s -->\n", section);
    _cleanup_buffer_ struct buffer file = {0}, made = {0}, found = {0};
    char *first, *last;

    CU_ASSERT_FATAL(path_read(path, 1 << 20, &file, NULL) >= 0);
    first = strstr(file.data, begin);
    last = strstr(file.data, end);
    CU_ASSERT_FATAL(first != NULL && last != NULL && first < last);
    first += strlen(begin);
    buffer_add(&found, first, (size_t)(last - first));
    buffer_add(&made, file.data, (size_t)(first - file.data));
    buffer_add(&made, truth_rows.data, truth_rows.length);
    buffer_text(&made, last);
    if (getenv("TOUCHSTONE_REGENERATE") != NULL) {
        CU_ASSERT(path_write_atomic(path, made.data, made.length, NULL) == 0);
    } else if (!text_equal(found.data, truth_rows.data)) {
        printf("\n%s: the table differs from the rows: TOUCHSTONE_REGENERATE=1 writes it\n", path);
        CU_FAIL("the truth table is out of date");
    }
    buffer_done(&truth_rows);
}

#endif
