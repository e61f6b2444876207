/* SPDX-License-Identifier: Apache-2.0 */
/* judge: a policy that demands a level of a certification programme. It is refused unless every
 * product and OS that it is about reached it. */
#include "judge/gate.h"
#include "sample_programme.h"

#define LEVEL_1                                                                                    \
    "install:install:PASS f1:function:PASS f2:function:PASS f3:function:PASS f4:function:PASS "    \
    "f5:function:PASS f6:function:PASS f7:function:PASS f8:function:PASS"
#define LEVEL_2 " speed:performance:PASS load:stress:PASS long:endurance:PASS"

/* The kinds of the reasons: "item level". */
static char *gate_kinds(const char *level, const char *image, const char *suite,
                        const struct sample_cell_of *from, size_t count, int *ret_code)
{
    _cleanup_(programme_free_cleanup) struct programme *programme =
        sample_programme(PROGRAMMES "opencloudos.xml");
    struct policy_level row = {
        {(char *)image, (char *)"*", (char *)suite}, (char *)"opencloudos", (char *)level, 1};
    struct policy policy = {.levels = {.items = &row, .count = 1}};
    struct programme_statuses statuses = {0};
    struct matrix matrix = {.run = {.state = RUN_ENDED}};
    struct gate gate;
    struct buffer text = {0};

    vec_add(&matrix.cells)->judgement.verdict = VERDICT_COMPATIBLE;
    matrix.cells.items[0].cell = (struct cell_record){
        .image = text_dup("ts4"), .platform = text_dup("kunpeng"), .suite = text_dup("app")};
    matrix.cells.items[0].summary.attempts = 1;
    matrix.cells.items[0].summary.grade = GRADE_NATIVE;
    for (size_t i = 0; i < count; i++) {
        struct programme_status *status = vec_add(&statuses);

        *status = sample_status(programme, &from[i], 1);
        text_replace(&status->suite, "app");
        text_replace(&status->system, "tencentos 4");
    }
    gate_judge(&(struct gate_input){&policy, &matrix, NULL, &statuses}, &gate);
    buffer_text(&text, "");
    vec_foreach (reason, &gate.rows) {
        buffer_format(&text, "%s%s", text.length > 0 ? " " : "", gate_kind_name(reason->kind));
        CHECK_TEXT(reason->programme, "opencloudos");
        CU_ASSERT(reason->refused && (reason->item != NULL) == (reason->kind == GATE_ITEM));
    }
    *ret_code = gate_exit_code(&gate);
    gate_done(&gate);
    matrix_done(&matrix);
    vec_foreach (status, &statuses)
        programme_status_done(status);
    vec_done(&statuses);
    return buffer_steal(&text);
}

static void test_levels(void)
{
    static const struct {
        const char *level, *image, *suite;
        struct sample_cell_of cells[2];
        size_t count;
        const char *kinds;
        int code;
    } rows[] = {
        {"level-1", "*", "*", {{.cases = LEVEL_1 " x:extra:PASS"}}, 1, "", 0},
        {"level-2", "*", "*", {{.cases = LEVEL_1 LEVEL_2}}, 1, "", 0},
        {"level-1", "*", "*", {{.cases = LEVEL_1 LEVEL_2}}, 1, "", 0},
        /* Nothing that it could be about. */
        {"level-1", "*", "*", {{.cases = NULL}}, 0, "level", 2},
        {"level-1", "*", "other", {{.cases = LEVEL_1 LEVEL_2}}, 1, "level", 2},
        {"level-1", "other", "*", {{.cases = LEVEL_1 LEVEL_2}}, 1, "level", 2},
        {"level-9", "*", "*", {{.cases = LEVEL_1 LEVEL_2}}, 1, "level", 2},
        /* One of two products. */
        {"level-1",
         "*",
         "*",
         {{.cases = LEVEL_1 LEVEL_2}, {.cases = "install:install:PASS"}},
         2,
         "level",
         2},
        /* Each way not to reach it. */
        {"level-2", "*", "*", {{.cases = LEVEL_1 " x:extra:PASS"}}, 1, "level", 2},
        {"level-1", "*", "*", {{.cases = LEVEL_1}}, 1, "level", 2},
        {"level-1", "*", "*", {{.cases = LEVEL_1 LEVEL_2, .stand_in = true}}, 1, "level", 2},
        {"level-1", "*", "*", {{.cases = LEVEL_1 LEVEL_2, .aside = true}}, 1, "level", 2},
        {"level-1", "*", "*", {{.cases = LEVEL_1 LEVEL_2, .open = true}}, 1, "level", 2},
        {"level-1", "*", "*", {{.cases = LEVEL_1 LEVEL_2, .no_evidence = true}}, 1, "level", 2},
        {"level-2", "*", "*", {{.cases = LEVEL_1 LEVEL_2, .grade = GRADE_EMULATED}}, 1, "level", 2},
        {"level-1", "*", "*", {{.cases = LEVEL_1 LEVEL_2 " late:function:FAIL"}}, 1, "item", 1},
        {"level-1", "*", "*", {{.cases = LEVEL_1 " late:function:FAIL"}}, 1, "item level", 1},
        {"level-1",
         "*",
         "*",
         {{.cases = "install:install:FAIL " LEVEL_2, .waived = true, .stand_in = true}},
         1,
         "item level",
         1},
        /* A failure above the level is not in its way. */
        {"level-1", "*", "*", {{.cases = LEVEL_1 " x:extra:PASS load:stress:FAIL"}}, 1, "", 0},
        {"level-2",
         "*",
         "*",
         {{.cases = LEVEL_1 " x:extra:PASS load:stress:FAIL"}},
         1,
         "item level",
         1},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int code;
        _cleanup_free_ char *kinds = gate_kinds(rows[i].level, rows[i].image, rows[i].suite,
                                                rows[i].cells, rows[i].count, &code);

        if (strcmp(kinds, rows[i].kinds) != 0)
            printf("\nrow %zu:", i);
        CHECK_TEXT(kinds, rows[i].kinds);
        CHECK_INT(code, rows[i].code);
    }
}

int main(void)
{
    CU_TestInfo tests[] = {{"levels", test_levels}, CU_TEST_INFO_NULL};

    return cunit_run("gate_levels", tests);
}
