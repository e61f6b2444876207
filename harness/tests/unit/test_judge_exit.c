/* SPDX-License-Identifier: Apache-2.0 */
/* judge: the exit code of a matrix, by its cells and the policy. */
#include "sample_judge.h"

static void test_exit_code(void)
{
    /* One letter for each cell: + compatible, ~ conditional, p partial, x incompatible, ? not
     * assessed, . never ran, s all skipped, r refused. */
    static const struct {
        const char *cells;
        int code, strict, allowed;
    } rows[] = {
        {"", 3, 3, 3},   {".", 3, 3, 3},  {"..", 3, 3, 3}, {".r", 3, 3, 3}, {"s", 4, 4, 4},
        {"r", 4, 4, 4},  {"rs", 4, 4, 4}, {"s.", 2, 2, 2}, {"+", 0, 0, 0},  {"+~", 0, 1, 0},
        {"~", 0, 1, 0},  {"+x", 1, 1, 1}, {"x?", 1, 1, 1}, {"+?", 2, 2, 2}, {"~?", 2, 1, 2},
        {"+.", 2, 2, 2}, {"+s", 2, 2, 2}, {"+r", 2, 2, 2}, {"x.", 1, 1, 1}, {"xs", 1, 1, 1},
        {"p", 5, 1, 0},  {"+p", 5, 1, 0}, {"~p", 5, 1, 0}, {"px", 1, 1, 1}, {"p?", 2, 1, 2},
        {"p.", 2, 1, 2}, {"ps", 2, 1, 2},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct matrix matrix = {0};

        for (const char *letter = rows[i].cells; *letter != '\0'; letter++) {
            struct judgement *to = &vec_add(&matrix.cells)->judgement;

            to->verdict = *letter == '+'                     ? VERDICT_COMPATIBLE
                          : *letter == '~' || *letter == 'p' ? VERDICT_CONDITIONAL
                          : *letter == 'x'                   ? VERDICT_INCOMPATIBLE
                                                             : VERDICT_NOT_ASSESSED;
            to->ran = *letter != '.' && *letter != 'r';
            to->partial = *letter == 'p';
            to->rollup = *letter == 's' || *letter == 'r' ? STATUS_SKIP : STATUS_MISS;
        }
        if (matrix_exit_code(&matrix, (struct exit_policy){0}) != rows[i].code)
            printf("\ncells '%s':", rows[i].cells);
        CHECK_INT(matrix_exit_code(&matrix, (struct exit_policy){0}), rows[i].code);
        CHECK_INT(matrix_exit_code(&matrix, (struct exit_policy){.strict = true}), rows[i].strict);
        CHECK_INT(matrix_exit_code(&matrix, (struct exit_policy){.allow_partial = true}),
                  rows[i].allowed);
        matrix_done(&matrix);
    }
}

int main(void)
{
    CU_TestInfo tests[] = {{"exit code", test_exit_code}, CU_TEST_INFO_NULL};

    return cunit_run("judge_exit", tests);
}
