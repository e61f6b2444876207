/* SPDX-License-Identifier: Apache-2.0 */
/* judge: what a policy lets pass. The first tests are those in which it must not. */
#include "judge/gate.h"
#include "sample_judge.h"

struct sample {
    struct matrix matrix;
    struct policy policy;
    struct gate gate;
};

static void sample_done(struct sample *sample)
{
    gate_done(&sample->gate);
    matrix_done(&sample->matrix);
    vec_foreach (which, &sample->policy.expected) {
        free(which->image);
        free(which->platform);
        free(which->suite);
    }
    vec_done(&sample->policy.expected);
    vec_foreach (row, &sample->policy.cells) {
        free(row->which.image);
        free(row->which.platform);
        free(row->which.suite);
    }
    vec_done(&sample->policy.cells);
}

static struct policy_which which_of(const char *image, const char *platform, const char *suite)
{
    return (struct policy_which){text_dup(image), text_dup(platform), text_dup(suite)};
}

static struct policy_cells *add_rule(struct sample *sample, const char *platform)
{
    struct policy_cells *row = vec_add(&sample->policy.cells);

    *row = policy_default;
    row->which = which_of("*", platform, "*");
    return row;
}

static void add_cell(struct sample *sample, const char *platform, enum verdict verdict,
                     const char *reason, enum grade grade)
{
    struct matrix_cell *cell = vec_add(&sample->matrix.cells);

    cell->cell.image = text_dup("a");
    cell->cell.platform = text_dup(platform);
    cell->cell.suite = text_dup("redis");
    cell->judgement.verdict = verdict;
    cell->judgement.reason = text_dup(reason);
    cell->judgement.partial = strstr(reason, "partial") != NULL;
    cell->summary.attempts = grade != GRADE_NONE;
    cell->summary.grade = grade;
    sample->matrix.run.state = RUN_ENDED;
    if (sample->matrix.run.id == NULL)
        sample->matrix.run.id = text_dup("r1");
}

static void judge_sample(struct sample *sample, const struct run_diff *diff)
{
    gate_judge(&(struct gate_input){&sample->policy, &sample->matrix, diff, NULL}, &sample->gate);
}

static char *kinds_of(const struct gate *gate)
{
    struct buffer text = {0};

    vec_foreach (row, &gate->rows)
        buffer_format(&text, "%s%s", text.length > 0 ? " " : "", gate_kind_name(row->kind));
    return buffer_steal(&text);
}

/* One cell and the default policy, or one with a single row. */
static void test_cells(void)
{
    static const struct {
        enum verdict verdict;
        const char *reason;
        enum grade grade;
        const char *rule; /* "compatible", "any", "virtual", "flaky" (not allowed), "partial"
                             (allowed) */
        const char *kinds;
        int code;
    } rows[] = {
        {VERDICT_COMPATIBLE, "ok", GRADE_EMULATED, "", "", 0},
        {VERDICT_INCOMPATIBLE, "required case 'x' failed", GRADE_EMULATED, "", "fails", 1},
        {VERDICT_NOT_ASSESSED, "QEMU died", GRADE_EMULATED, "", "unknown", 2},
        {VERDICT_NOT_ASSESSED, "never ran", GRADE_NONE, "", "unknown", 2},
        {VERDICT_CONDITIONAL, "partial: 1 of 2 cases planned", GRADE_EMULATED, "", "partial", 5},
        {VERDICT_CONDITIONAL, "partial: 1 of 2 cases planned", GRADE_EMULATED, "partial", "", 0},
        {VERDICT_CONDITIONAL, "flaky: case 'x' failed once", GRADE_EMULATED, "", "", 0},
        {VERDICT_CONDITIONAL, "flaky: case 'x' failed once", GRADE_EMULATED, "flaky", "condition",
         1},
        {VERDICT_CONDITIONAL, "predicted: LIB_MISSING; flaky: case 'x'", GRADE_EMULATED, "flaky",
         "condition", 1},
        {VERDICT_CONDITIONAL, "partial: 1 of 2; flaky: case 'x'", GRADE_EMULATED, "flaky",
         "partial condition", 1},
        {VERDICT_CONDITIONAL, "grade: 'speed' cannot be judged", GRADE_EMULATED, "compatible",
         "condition", 1},
        {VERDICT_CONDITIONAL, "partial: 1 of 2", GRADE_EMULATED, "compatible", "partial", 5},
        /* A condition that a newer version may add is not let pass unseen. */
        {VERDICT_CONDITIONAL, "moon: full", GRADE_EMULATED, "", "condition", 1},
        {VERDICT_CONDITIONAL, "", GRADE_EMULATED, "", "condition", 1},
        {VERDICT_CONDITIONAL, "reported: imported", GRADE_REPORTED, "", "condition", 1},
        {VERDICT_CONDITIONAL, "reported: imported", GRADE_REPORTED, "virtual", "condition", 1},
        {VERDICT_CONDITIONAL, "reported: imported", GRADE_REPORTED, "compatible", "condition", 1},
        {VERDICT_CONDITIONAL, "reported: imported", GRADE_REPORTED, "reported", "", 0},
        {VERDICT_CONDITIONAL, "reported: imported", GRADE_REPORTED, "reported emulated", "grade",
         1},
        {VERDICT_CONDITIONAL, "reported: x; partial: 1 of 2", GRADE_REPORTED, "reported", "partial",
         5},
        {VERDICT_INCOMPATIBLE, "x", GRADE_REPORTED, "reported", "fails", 1},
        {VERDICT_COMPATIBLE, "ok", GRADE_REPORTED, "", "grade", 1},
        {VERDICT_COMPATIBLE, "ok", GRADE_EMULATED, "virtual", "grade", 1},
        {VERDICT_COMPATIBLE, "ok", GRADE_NATIVE, "virtual", "", 0},
        {VERDICT_INCOMPATIBLE, "x", GRADE_EMULATED, "virtual", "fails", 1},
        {VERDICT_INCOMPATIBLE, "x", GRADE_EMULATED, "any", "", 0},
        {VERDICT_NOT_ASSESSED, "x", GRADE_NONE, "any", "", 0},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_(sample_done) struct sample sample = {.gate = {.refused = 0}};
        _cleanup_free_ char *kinds = NULL;
        const char *rule = rows[i].rule;

        add_cell(&sample, "kunpeng", rows[i].verdict, rows[i].reason, rows[i].grade);
        if (*rule != '\0') {
            struct policy_cells *row = add_rule(&sample, "kunpeng");

            row->any = strcmp(rule, "any") == 0;
            row->verdict = strcmp(rule, "compatible") == 0 ? VERDICT_COMPATIBLE : row->verdict;
            row->grade = strcmp(rule, "virtual") == 0 ? GRADE_VIRTUAL : row->grade;
            row->allow[CONDITION_FLAKY] = strcmp(rule, "flaky") != 0;
            row->allow[CONDITION_PARTIAL] = strcmp(rule, "partial") == 0;
            row->allow[CONDITION_REPORTED] = text_starts(rule, "reported");
            row->grade = strcmp(rule, "reported") == 0 ? GRADE_REPORTED : row->grade;
        }
        judge_sample(&sample, NULL);
        kinds = kinds_of(&sample.gate);
        if (strcmp(kinds, rows[i].kinds) != 0)
            printf("\nrow %zu:", i);
        CHECK_TEXT(kinds, rows[i].kinds);
        CHECK_INT(gate_exit_code(&sample.gate), rows[i].code);
        CHECK_INT(sample.gate.passed, rows[i].code == 0);
    }
}

static void test_run(void)
{
    static const enum run_state states[] = {RUN_OPEN, RUN_INTERRUPTED};

    for (size_t i = 0; i < 2; i++) {
        _cleanup_(sample_done) struct sample sample = {.gate = {.refused = 0}};

        add_cell(&sample, "kunpeng", VERDICT_COMPATIBLE, "ok", GRADE_EMULATED);
        sample.matrix.run.state = states[i];
        judge_sample(&sample, NULL);
        CHECK_INT(gate_exit_code(&sample.gate), 2);
    }
}

static void test_empty(void)
{
    _cleanup_(sample_done) struct sample sample = {.gate = {.refused = 0}};

    sample.matrix.run.state = RUN_ENDED;
    judge_sample(&sample, NULL);
    CHECK_INT(gate_exit_code(&sample.gate), 2);
}

/* What is expected must be there; the first row that matches decides. */
static void test_rows(void)
{
    static const struct {
        const char *expected;
        int code;
    } rows[] = {{"kunpeng", 0}, {"kun*", 0}, {"*", 0}, {"phytium", 2}, {"x86", 2}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_(sample_done) struct sample sample = {.gate = {.refused = 0}};

        add_cell(&sample, "kunpeng", VERDICT_COMPATIBLE, "ok", GRADE_EMULATED);
        *vec_add(&sample.policy.expected) = which_of("*", rows[i].expected, "redis");
        judge_sample(&sample, NULL);
        CHECK_INT(gate_exit_code(&sample.gate), rows[i].code);
    }
    for (int order = 0; order < 2; order++) {
        _cleanup_(sample_done) struct sample sample = {.gate = {.refused = 0}};

        add_cell(&sample, "kunpeng", VERDICT_INCOMPATIBLE, "x", GRADE_EMULATED);
        add_rule(&sample, order == 0 ? "kunpeng" : "*")->any = order == 0;
        add_rule(&sample, order == 0 ? "*" : "kunpeng")->any = order == 1;
        judge_sample(&sample, NULL);
        CHECK_INT(gate_exit_code(&sample.gate), order == 0 ? 0 : 1);
    }
}

static struct diff_side side(bool present, enum verdict verdict)
{
    return (struct diff_side){.present = present,
                              .verdict = verdict,
                              .grade = GRADE_EMULATED,
                              .judged = 2,
                              .planned = 2,
                              .defined = 2};
}

/* A change of a cell since a baseline: which term of the policy it falls under. */
static void test_changes(void)
{
    static const struct {
        enum diff_change change; /* of a case; DIFF_SAME: none */
        enum verdict before, after;
        bool gone;
        enum policy_change term; /* POLICY_CHANGE_COUNT: it passes */
    } rows[] = {
        {DIFF_NEW, VERDICT_COMPATIBLE, VERDICT_COMPATIBLE, false, POLICY_NEW},
        {DIFF_MISSING, VERDICT_COMPATIBLE, VERDICT_COMPATIBLE, false, POLICY_MISSING},
        {DIFF_FLAKY, VERDICT_COMPATIBLE, VERDICT_COMPATIBLE, false, POLICY_FLAKY},
        {DIFF_STILL, VERDICT_COMPATIBLE, VERDICT_COMPATIBLE, false, POLICY_CHANGE_COUNT},
        {DIFF_FIXED, VERDICT_CONDITIONAL, VERDICT_COMPATIBLE, false, POLICY_CHANGE_COUNT},
        {DIFF_ADDED, VERDICT_COMPATIBLE, VERDICT_COMPATIBLE, false, POLICY_CHANGE_COUNT},
        {DIFF_SAME, VERDICT_COMPATIBLE, VERDICT_CONDITIONAL, false, POLICY_VERDICT},
        {DIFF_SAME, VERDICT_COMPATIBLE, VERDICT_COMPATIBLE, true, POLICY_SCOPE},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        for (int reported = 0; reported < 3; reported++) {
            _cleanup_(sample_done) struct sample sample = {.gate = {.refused = 0}};
            struct run_diff diff = {.compared = 1};
            struct diff_cell *cell = vec_add(&diff.cells);
            bool counts = rows[i].term < POLICY_CHANGE_COUNT;

            cell->image = text_dup("a");
            cell->platform = text_dup("kunpeng");
            cell->suite = text_dup("redis");
            cell->before = side(true, rows[i].before);
            cell->after = side(!rows[i].gone, rows[i].after);
            if (rows[i].change != DIFF_SAME) {
                struct diff_case *row = vec_add(&cell->cases);

                row->id = text_dup("x");
                row->change = rows[i].change;
            }
            add_cell(&sample, "kunpeng", VERDICT_COMPATIBLE, "ok", GRADE_EMULATED);
            if (reported == 1 && counts)
                sample.policy.reports[rows[i].term] = true;
            if (reported == 2)
                add_rule(&sample, "kunpeng")->any = true;
            judge_sample(&sample, &diff);
            CHECK_INT(gate_exit_code(&sample.gate), counts && reported == 0 ? 1 : 0);
            CHECK_INT(sample.gate.rows.count, counts && reported < 2);
            if (counts && reported < 2)
                CHECK_INT(sample.gate.rows.items[0].change, rows[i].term);
            run_diff_done(&diff);
        }
}

/* A worse verdict or a weaker grade never changes a refusal into a pass, whatever the policy. */
static void test_never_up(void)
{
    static const enum verdict order[] = {VERDICT_COMPATIBLE, VERDICT_CONDITIONAL,
                                         VERDICT_INCOMPATIBLE, VERDICT_NOT_ASSESSED};

    for (unsigned bits = 0; bits < 1u << (CONDITION_COUNT + 2); bits++) {
        bool refused[4][GRADE_COUNT];

        for (int v = 0; v < 4; v++)
            for (enum grade grade = GRADE_EMULATED; grade < GRADE_COUNT; grade++) {
                _cleanup_(sample_done) struct sample sample = {.gate = {.refused = 0}};
                struct policy_cells *row = add_rule(&sample, "*");

                for (int c = 0; c < CONDITION_COUNT; c++)
                    row->allow[c] = bits >> c & 1;
                row->verdict = bits >> CONDITION_COUNT & 1 ? VERDICT_COMPATIBLE : row->verdict;
                row->grade = bits >> (CONDITION_COUNT + 1) & 1 ? GRADE_VIRTUAL : row->grade;
                add_cell(&sample, "kunpeng", order[v],
                         order[v] == VERDICT_CONDITIONAL ? "partial: 1 of 2; flaky: x" : "x",
                         grade);
                judge_sample(&sample, NULL);
                refused[v][grade] = gate_exit_code(&sample.gate) != 0;
                if (v > 0 && refused[v - 1][grade])
                    CU_ASSERT(refused[v][grade]);
                if (grade > GRADE_EMULATED && refused[v][grade])
                    CU_ASSERT(refused[v][grade - 1]);
            }
    }
}

int main(void)
{
    CU_TestInfo tests[] = {{"cells", test_cells},     {"run", test_run},
                           {"empty run", test_empty}, {"rows", test_rows},
                           {"changes", test_changes}, {"never up", test_never_up},
                           CU_TEST_INFO_NULL};

    return cunit_run("gate", tests);
}
