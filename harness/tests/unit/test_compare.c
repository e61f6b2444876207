/* SPDX-License-Identifier: Apache-2.0 */
/* judge: how a suite behaves on several platforms and images. */
#include <errno.h>

#include "base/error.h"
#include "judge/compare.h"
#include "sample_judge.h"

#define PLAN "one:r two:o speed:on"

/* A cell with these outcomes; NULL: it never ran. */
static void make(struct matrix_cell *cell, const char *image, const char *platform,
                 const char *outcomes)
{
    *cell = (struct matrix_cell){0};
    cell->cell.image = text_dup(image);
    cell->cell.platform = text_dup(platform);
    cell->cell.suite = text_dup("redis");
    plan_cases(&cell->cell, PLAN);
    if (outcomes != NULL) {
        struct result *result = came(&cell->cell, 1, outcomes);

        text_replace(&result->image, image);
        text_replace(&result->platform, platform);
        *vec_add(&cell->attempts) = result;
        cell_summary_add(&cell->summary, result);
    }
    judge_cell(&cell->cell, (const struct result *const *)cell->attempts.items,
               cell->attempts.count, &cell->judgement);
}

static struct result *latest(struct matrix_cell *cell)
{
    return cell->attempts.items[0];
}

/* Outputs are in these texts, by the digest's first character; n: with a byte 0; x: it is gone. */
static const char *const *outputs;

static int read_output(void *with, const struct evidence *blob, struct buffer *ret_text,
                       uint64_t *ret_skipped, struct error **err)
{
    (void)with;
    *ret_skipped = 0;
    if (blob->sha256[0] == 'x')
        return error_set(err, -ENOENT, "it is gone");
    if (blob->sha256[0] == 'n')
        buffer_add(ret_text, "a\0b", 3);
    else
        buffer_text(ret_text, outputs[blob->sha256[0] - '0']);
    return 0;
}

static void add_output(struct matrix_cell *cell, char digest)
{
    struct evidence *blob = vec_add(&latest(cell)->evidence);

    blob->name = text_dup("stdout");
    blob->case_id = text_dup("one");
    blob->sha256[0] = digest;
}

static void compare(struct matrix_cell *cells, size_t count, const struct suite *suite,
                    struct comparison *to)
{
    const struct compare_options options = {.suite = suite, .read = read_output};
    struct compare_cell list[4];

    for (size_t i = 0; i < count; i++)
        list[i] = (struct compare_cell){
            .run = "r1",
            .cell = &cells[i],
            .arch_known = true,
            .arch = strcmp(cells[i].cell.platform, "x86") == 0 ? ARCH_X86_64 : ARCH_AARCH64};
    compare_cells(list, count, &options, to);
}

static const struct compare_row *find(const struct comparison *in, enum compare_kind kind,
                                      const char *case_id, const char *key)
{
    vec_foreach (row, &in->rows)
        if (row->kind == kind && text_equal(row->case_id, case_id) && text_equal(row->key, key))
            return row;
    return NULL;
}

/* Of every pair of statuses only the same one is equal, a broken or missing test is never
 * expected, and what passes in the reference alone is breaking. */
static void test_statuses(void)
{
    for (enum status first = 0; first < STATUS_COUNT; first++)
        for (enum status second = 0; second < STATUS_COUNT; second++) {
            _cleanup_free_ char *one =
                text_format("one=%s two=PASS speed=DONE", status_name(first));
            _cleanup_free_ char *two =
                text_format("one=%s two=PASS speed=DONE", status_name(second));
            _cleanup_(comparison_done) struct comparison comparison;
            struct matrix_cell cells[2];
            enum compare_class class;

            make(&cells[0], "a", "x86", one);
            make(&cells[1], "b", "kunpeng", two);
            compare(cells, 2, NULL, &comparison);
            CU_ASSERT_FATAL(comparison.problem == NULL);
            class = find(&comparison, COMPARE_CASE, "one", NULL)->values.items[1].class;
            if (first != second)
                CU_ASSERT(class != COMPARE_EQUAL);
            if (first == second && (first == STATUS_PASS || first == STATUS_FAIL))
                CHECK_INT(class, COMPARE_EQUAL);
            if (second == STATUS_MISS || second == STATUS_ERROR || second == STATUS_SKIP)
                CU_ASSERT(class != COMPARE_EXPECTED);
            if (second == STATUS_MISS || second == STATUS_SKIP)
                CHECK_INT(class, COMPARE_REVIEW);
            if (first == STATUS_PASS && second == STATUS_DONE)
                CHECK_INT(class, COMPARE_REVIEW); /* the grade could judge it */
            CHECK_INT(class == COMPARE_BREAKING, first == STATUS_PASS && second == STATUS_FAIL);
            matrix_cell_done(&cells[0]);
            matrix_cell_done(&cells[1]);
        }
}

/* A skip is expected if a gap of the emulation or a need of the suite causes it. */
static void test_skips(void)
{
    _cleanup_(comparison_done) struct comparison gap = {0}, need = {0};
    struct suite_case row = {.id = (char *)"one"};
    struct suite suite = {.cases = {&row, 1}};
    struct matrix_cell cells[2];

    make(&cells[0], "a", "x86", "one=PASS two=PASS speed=DONE");
    make(&cells[1], "a", "kunpeng", "one=SKIP two=PASS speed=DONE");
    latest(&cells[1])->cases.items[0].gap = true;
    compare(cells, 2, &suite, &gap);
    CHECK_INT(find(&gap, COMPARE_CASE, "one", NULL)->class, COMPARE_EXPECTED);
    latest(&cells[1])->cases.items[0].gap = false;
    *vec_add(&row.needs) = (struct need){NEED_ARCH, (char *)"x86_64"};
    compare(cells, 2, &suite, &need);
    CHECK_INT(find(&need, COMPARE_CASE, "one", NULL)->class, COMPARE_EXPECTED);
    vec_done(&row.needs);
    matrix_cell_done(&cells[0]);
    matrix_cell_done(&cells[1]);
}

#define WHY .why = (char *)"because"

static struct suite_difference rules[] = {
    {.key = (char *)"arch.*", .across = ACROSS_ARCH, WHY},
    {.key = (char *)"platform.*", .across = ACROSS_PLATFORM, WHY},
    {.key = (char *)"image.*", .across = ACROSS_IMAGE, WHY},
    {.key = (char *)"any.*", WHY},
    {.key = (char *)"near", .has_within = true, .relative = true, .within = 0.1, WHY},
    {.key = (char *)"close", .has_within = true, .within = 2, .breaking = true, WHY},
    {.key = (char *)"never", .breaking = true, WHY},
    {.key = (char *)"abi.char", .breaking = true, WHY},
};

static void test_values(void)
{
    static const struct {
        const char *key, *before, *unit, *after, *unit_after; /* before, after NULL: not measured */
        const char *image, *platform; /* of the second; the first is a/x86 */
        enum compare_class class;
    } rows[] = {
        {"v", "1", NULL, "1", NULL, "a", "kunpeng", COMPARE_EQUAL},
        {"v", "1", NULL, "2", NULL, "a", "kunpeng", COMPARE_REVIEW},
        {"v", "1", NULL, NULL, NULL, "a", "kunpeng", COMPARE_REVIEW},
        {"v", NULL, NULL, "1", NULL, "a", "kunpeng", COMPARE_REVIEW},
        /* The same number in another unit is not the same. */
        {"v", "1", "s", "1", "ms", "a", "kunpeng", COMPARE_REVIEW},
        {"v", "1", "B", "2", "B", "a", "kunpeng", COMPARE_REVIEW},
        /* Emulation has its own speed; but what is missing is to be looked at. */
        {"v", "1", "s", "2", "s", "a", "kunpeng", COMPARE_EXPECTED},
        {"v", "1", "1/s", "2", "1/s", "b", "x86", COMPARE_EXPECTED},
        {"v", "1", "s", NULL, NULL, "a", "kunpeng", COMPARE_REVIEW},
        {"arch.v", "1", NULL, "2", NULL, "a", "kunpeng", COMPARE_EXPECTED},
        {"arch.v", "1", NULL, NULL, NULL, "a", "kunpeng", COMPARE_EXPECTED},
        {"arch.v", "1", NULL, "2", NULL, "b", "x86", COMPARE_REVIEW},
        {"platform.v", "1", NULL, "2", NULL, "a", "kunpeng", COMPARE_EXPECTED},
        {"platform.v", "1", NULL, "2", NULL, "b", "x86", COMPARE_REVIEW},
        {"image.v", "1", NULL, "2", NULL, "b", "x86", COMPARE_EXPECTED},
        {"image.v", "1", NULL, "2", NULL, "a", "kunpeng", COMPARE_REVIEW},
        {"any.v", "1", NULL, "2", NULL, "a", "x86", COMPARE_EXPECTED},
        {"near", "100", "s", "110", "s", "a", "x86", COMPARE_EQUAL},
        {"near", "100", "s", "90", "s", "a", "x86", COMPARE_EQUAL},
        {"near", "100", "s", "111", "s", "a", "x86", COMPARE_REVIEW},
        {"near", "100", "s", "100", "ms", "a", "x86", COMPARE_REVIEW},
        {"near", "100", "s", "nan", "s", "a", "x86", COMPARE_REVIEW},
        {"near", "inf", "s", "1e999", "s", "a", "x86", COMPARE_REVIEW},
        {"near", "100", "s", "100 ", "s", "a", "x86", COMPARE_REVIEW},
        {"near", "100", "s", "", "s", "a", "x86", COMPARE_REVIEW},
        {"near", "100", "s", NULL, NULL, "a", "x86", COMPARE_REVIEW},
        {"close", "5", NULL, "7", NULL, "a", "x86", COMPARE_EQUAL},
        {"close", "5", NULL, "7.5", NULL, "a", "x86", COMPARE_BREAKING},
        {"never", "5", NULL, "6", NULL, "a", "kunpeng", COMPARE_BREAKING},
        {"never", "5", NULL, NULL, NULL, "a", "kunpeng", COMPARE_BREAKING},
        /* A rule of the suite comes before that of the platforms. */
        {"abi.char", "signed", NULL, "unsigned", NULL, "a", "kunpeng", COMPARE_BREAKING},
        {"abi.wchar", "signed", NULL, "unsigned", NULL, "a", "kunpeng", COMPARE_EXPECTED},
        {"abi.wchar", "signed", NULL, "unsigned", NULL, "a", "x86", COMPARE_REVIEW},
        {"isa.avx2", "executes", NULL, NULL, NULL, "a", "kunpeng", COMPARE_EXPECTED},
        {"isa.avx2", "executes", NULL, NULL, NULL, "b", "x86", COMPARE_REVIEW},
        {"memory.madv_free_fork", "kept", NULL, "lost", NULL, "a", "kunpeng", COMPARE_REVIEW},
        {"kernel.release", "6.1", NULL, "6.6", NULL, "b", "x86", COMPARE_EXPECTED},
        {"kernel.release", "6.1", NULL, "6.6", NULL, "a", "kunpeng", COMPARE_REVIEW},
        /* What is known of platforms explains nothing between images on one of them. */
        {"abi.wchar", "signed", NULL, "unsigned", NULL, "b", "x86", COMPARE_REVIEW},
        {"os.version", "12", NULL, "13", NULL, "b", "x86", COMPARE_EXPECTED},
        {"os.version", "12", NULL, "13", NULL, "a", "kunpeng", COMPARE_REVIEW},
        {"memory.page_size", "4096", "B", "65536", "B", "a", "kunpeng", COMPARE_EXPECTED},
        {"memory.page_size", "4096", "B", "65536", "B", "b", "x86", COMPARE_REVIEW},
    };
    const struct suite suite = {.differences = {rules, sizeof(rules) / sizeof(rules[0])}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_(comparison_done) struct comparison comparison;
        const struct compare_row *row;
        struct matrix_cell cells[2];

        make(&cells[0], "a", "x86", "one=PASS two=PASS speed=DONE");
        make(&cells[1], rows[i].image, rows[i].platform, "one=PASS two=PASS speed=DONE");
        if (rows[i].before != NULL)
            result_add_observation(latest(&cells[0]), "one", rows[i].key, rows[i].before,
                                   rows[i].unit);
        if (rows[i].after != NULL)
            result_add_observation(latest(&cells[1]), "one", rows[i].key, rows[i].after,
                                   rows[i].unit_after);
        compare(cells, 2, &suite, &comparison);
        row = find(&comparison, COMPARE_OBSERVATION, "one", rows[i].key);
        CU_ASSERT_FATAL(row != NULL);
        if (row->class != rows[i].class)
            printf("\nrow %zu (%s): %s", i, rows[i].key, compare_class_name(row->class));
        CHECK_INT(row->class, rows[i].class);
        CU_ASSERT(row->class == COMPARE_EQUAL || row->values.items[1].why[LANGUAGE_EN] != NULL);
        matrix_cell_done(&cells[0]);
        matrix_cell_done(&cells[1]);
    }
}

/* Figures of a case that emulation cannot judge are not to be reviewed. */
static void test_figures(void)
{
    _cleanup_(comparison_done) struct comparison comparison;
    struct matrix_cell cells[2];
    struct gap *gap;

    make(&cells[0], "a", "x86", "one=PASS two=PASS speed=DONE");
    make(&cells[1], "a", "kunpeng", "one=PASS two=PASS speed=DONE");
    result_add_observation(latest(&cells[0]), "speed", "rate", "10", "1/s");
    result_add_observation(latest(&cells[1]), "speed", "rate", "90", "1/s");
    result_add_observation(latest(&cells[0]), "speed", "mode", "fast", NULL);
    result_add_observation(latest(&cells[1]), "speed", "mode", "slow", NULL);
    result_add_observation(latest(&cells[0]), "one", "isa.q", "executes", NULL);
    gap = vec_add(&latest(&cells[1])->gaps.rows);
    gap->kind = GAP_MISSING;
    gap->feature = text_dup("q");
    compare(cells, 2, NULL, &comparison);
    CHECK_INT(find(&comparison, COMPARE_CASE, "speed", NULL)->class, COMPARE_EQUAL);
    CHECK_INT(find(&comparison, COMPARE_OBSERVATION, "speed", "rate")->class, COMPARE_EXPECTED);
    CHECK_INT(find(&comparison, COMPARE_OBSERVATION, "speed", "mode")->class, COMPARE_REVIEW);
    CHECK_INT(find(&comparison, COMPARE_OBSERVATION, "one", "isa.q")->class, COMPARE_EXPECTED);
    matrix_cell_done(&cells[0]);
    matrix_cell_done(&cells[1]);
}

static void add_point(struct matrix_cell *cell, const char *name, enum status status)
{
    struct point *point = vec_add(&latest(cell)->cases.items[0].points);

    point->name = text_dup(name);
    point->status = status;
}

/* Points of one name are told apart by their order. */
static void test_points(void)
{
    _cleanup_(comparison_done) struct comparison comparison;
    struct matrix_cell cells[2];
    enum compare_class twice[2];
    int seen = 0;

    make(&cells[0], "a", "x86", "one=PASS two=PASS speed=DONE");
    make(&cells[1], "a", "kunpeng", "one=FAIL two=PASS speed=DONE");
    for (int i = 0; i < 2; i++)
        add_point(&cells[0], "twice", STATUS_PASS);
    add_point(&cells[0], "alone", STATUS_PASS);
    add_point(&cells[1], "twice", STATUS_PASS);
    add_point(&cells[1], "twice", STATUS_FAIL);
    add_point(&cells[1], "other", STATUS_PASS);
    compare(cells, 2, NULL, &comparison);
    vec_foreach (row, &comparison.rows)
        if (row->kind == COMPARE_POINT && strcmp(row->key, "twice") == 0 && seen < 2)
            twice[seen++] = row->class;
    CHECK_INT(seen, 2);
    CHECK_INT(twice[0], COMPARE_EQUAL);
    CHECK_INT(twice[1], COMPARE_BREAKING);
    CHECK_INT(find(&comparison, COMPARE_POINT, "one", "alone")->class, COMPARE_REVIEW);
    CHECK_INT(find(&comparison, COMPARE_POINT, "one", "other")->class, COMPARE_REVIEW);
    matrix_cell_done(&cells[0]);
    matrix_cell_done(&cells[1]);
}

/* What a rule of the suite explains: that a point is missing or skipped, never that it fails. */
static void test_point_rules(void)
{
    static struct suite_difference of_points[] = {
        {.key = (char *)"rare *",
         .of_point = true,
         .across = ACROSS_PLATFORM,
         .why = (char *)"cpu"},
        {.key = (char *)"one", .why = (char *)"an observation"}};
    const struct suite suite = {.differences = {of_points, 2}};
    static const struct {
        const char *name;
        enum status before, after; /* DONE: the point is not there */
        enum compare_class class;
    } points[] = {
        {"rare missing", STATUS_PASS, STATUS_DONE, COMPARE_EXPECTED},
        {"rare added", STATUS_DONE, STATUS_PASS, COMPARE_EXPECTED},
        {"rare skipped", STATUS_PASS, STATUS_SKIP, COMPARE_EXPECTED},
        {"rare not skipped", STATUS_SKIP, STATUS_PASS, COMPARE_EXPECTED},
        {"rare fails", STATUS_PASS, STATUS_FAIL, COMPARE_BREAKING},
        {"rare fails where it is new", STATUS_DONE, STATUS_FAIL, COMPARE_REVIEW},
        {"rare failed and is missing", STATUS_FAIL, STATUS_DONE, COMPARE_REVIEW},
        {"rare failed and passes", STATUS_FAIL, STATUS_PASS, COMPARE_REVIEW},
        {"another missing", STATUS_PASS, STATUS_DONE, COMPARE_REVIEW},
        {"one", STATUS_PASS, STATUS_DONE, COMPARE_REVIEW},
    };
    const size_t count = sizeof(points) / sizeof(points[0]);

    for (int same = 0; same < 2; same++) {
        _cleanup_(comparison_done) struct comparison comparison;
        struct matrix_cell cells[2];

        make(&cells[0], "a", "x86", "one=PASS two=PASS speed=DONE");
        make(&cells[1], same ? "b" : "a", same ? "x86" : "kunpeng", "one=PASS two=PASS speed=DONE");
        for (size_t i = 0; i < count; i++) {
            if (points[i].before != STATUS_DONE)
                add_point(&cells[0], points[i].name, points[i].before);
            if (points[i].after != STATUS_DONE)
                add_point(&cells[1], points[i].name, points[i].after);
        }
        compare(cells, 2, &suite, &comparison);
        for (size_t i = 0; i < count; i++) {
            /* The rule holds between platforms only. */
            enum compare_class expected =
                same && points[i].class == COMPARE_EXPECTED ? COMPARE_REVIEW : points[i].class;

            CHECK_INT(find(&comparison, COMPARE_POINT, "one", points[i].name)->class, expected);
        }
        matrix_cell_done(&cells[0]);
        matrix_cell_done(&cells[1]);
    }
}

/* 4,096 bytes. */
#define EIGHT(text) text text text text text text text text
#define LONG EIGHT(EIGHT(EIGHT("12345678")))

static void test_outputs(void)
{
    static struct suite_replace replaces[] = {{(char *)"pid [0-9]+", (char *)"pid N"},
                                              {(char *)"^ +", (char *)""}};
    static const struct {
        const char *before, *after; /* NULL: the blob is gone */
        bool breaking;
        enum compare_class class;
    } rows[] = {
        {"a\nb\n", "a\nb\n", false, COMPARE_EQUAL},
        {"a\nb\n", "a\nb", false, COMPARE_EQUAL},
        {"a pid 7 pid 8\n", "  a pid 12 pid 9\n", false, COMPARE_EQUAL},
        {"a pid 7\n", "a pid x\n", false, COMPARE_REVIEW},
        {"a\nb\n", "a\n", false, COMPARE_REVIEW},
        {"a\n", "a\n\n", false, COMPARE_REVIEW},
        {"a\n", "b\n", true, COMPARE_BREAKING},
        {"", "", true, COMPARE_EQUAL},
        {"a\n" LONG "b\n", "a\n" LONG "c\n", true, COMPARE_REVIEW},
        {"byte 0", "byte 0", true, COMPARE_REVIEW},
        {NULL, "a\n", false, COMPARE_REVIEW},
        {"a\n", NULL, true, COMPARE_REVIEW},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct suite_output output = {
            .case_id = (char *)"one", .breaking = rows[i].breaking, .replaces = {replaces, 2}};
        const struct suite suite = {.outputs = {&output, 1}};
        const char *texts[] = {rows[i].before, rows[i].after};
        _cleanup_(comparison_done) struct comparison comparison;
        struct matrix_cell cells[2];

        outputs = texts;
        make(&cells[0], "a", "x86", "one=PASS two=PASS speed=DONE");
        make(&cells[1], "a", "kunpeng", "one=PASS two=PASS speed=DONE");
        for (int c = 0; c < 2; c++)
            add_output(&cells[c], texts[c] == NULL                  ? 'x'
                                  : strcmp(texts[c], "byte 0") == 0 ? 'n'
                                                                    : (char)('0' + c));
        compare(cells, 2, &suite, &comparison);
        if (find(&comparison, COMPARE_OUTPUT, "one", NULL)->class != rows[i].class)
            printf("\nrow %zu", i);
        CHECK_INT(find(&comparison, COMPARE_OUTPUT, "one", NULL)->class, rows[i].class);
        matrix_cell_done(&cells[0]);
        matrix_cell_done(&cells[1]);
    }
}

/* A cell in which nothing could be judged is left out and counted, never equal. */
static void test_left_out(void)
{
    _cleanup_(comparison_done) struct comparison comparison, none;
    struct matrix_cell cells[3];
    unsigned compared = 0;

    make(&cells[0], "a", "x86", "one=PASS two=PASS speed=DONE");
    make(&cells[1], "a", "kunpeng", "one=PASS two=PASS speed=DONE");
    make(&cells[2], "a", "phytium", NULL);
    wrong_midr(latest(&cells[1]));
    judgement_done(&cells[1].judgement);
    judge_cell(&cells[1].cell, (const struct result *const *)cells[1].attempts.items, 1,
               &cells[1].judgement);
    compare(cells, 3, NULL, &comparison);
    CHECK_INT(comparison.left_out, 2);
    CU_ASSERT(comparison.columns.items[1].left_out != NULL);
    for (int i = 0; i < COMPARE_CLASS_COUNT; i++)
        compared += comparison.counts[i];
    CHECK_INT(compared, 0);
    compare(cells + 1, 2, NULL, &none);
    CHECK_HAS(none.problem, "nothing was judged in the reference");
    CHECK_INT(none.rows.count, 0);
    for (int i = 0; i < 3; i++)
        matrix_cell_done(&cells[i]);
}

/* Whatever is measured where: every value of every key is counted once, and the order of the
 * other columns does not matter. */
static void test_nothing_hidden(void)
{
    static const char *const keys[] = {"v", "arch.v", "near", "never", "abi.char", "isa.q", "w"};
    const struct suite suite = {.differences = {rules, sizeof(rules) / sizeof(rules[0])}};

    srand(7);
    for (int round = 0; round < 300; round++) {
        _cleanup_(comparison_done) struct comparison one, two;
        struct matrix_cell cells[3], turned[3];
        unsigned total = 0, any = 0;

        make(&cells[0], "a", "x86", "one=PASS two=PASS speed=DONE");
        make(&cells[1], "a", "kunpeng", "one=PASS two=PASS speed=DONE");
        make(&cells[2], "b", "phytium", "one=PASS two=FAIL speed=DONE");
        for (size_t k = 0; k < sizeof(keys) / sizeof(keys[0]); k++) {
            bool measured = false;

            for (int c = 0; c < 3; c++) {
                _cleanup_free_ char *value = text_format("%d", rand() % 3);

                if (rand() % 4 == 0)
                    continue;
                result_add_observation(latest(&cells[c]), "one", keys[k], value, NULL);
                measured = true;
            }
            any += measured;
        }
        memcpy(turned, cells, sizeof(cells));
        turned[1] = cells[2];
        turned[2] = cells[1];
        compare(cells, 3, &suite, &one);
        compare(turned, 3, &suite, &two);
        for (int i = 0; i < COMPARE_CLASS_COUNT; i++) {
            total += one.counts[i];
            CHECK_INT(one.counts[i], two.counts[i]);
        }
        /* Each key and each of three cases, in two cells. */
        CHECK_INT(total, 2 * (any + 3));
        CHECK_INT(one.rows.count, two.rows.count);
        for (size_t i = 0; i < one.rows.count; i++) {
            CHECK_INT(one.rows.items[i].values.items[1].class,
                      two.rows.items[i].values.items[2].class);
            CHECK_INT(one.rows.items[i].values.items[2].class,
                      two.rows.items[i].values.items[1].class);
        }
        for (int i = 0; i < 3; i++)
            matrix_cell_done(&cells[i]);
    }
}

int main(void)
{
    CU_TestInfo tests[] = {{"statuses", test_statuses},
                           {"skips", test_skips},
                           {"values", test_values},
                           {"figures and gaps", test_figures},
                           {"points", test_points},
                           {"rules of points", test_point_rules},
                           {"outputs", test_outputs},
                           {"left out", test_left_out},
                           {"nothing hidden", test_nothing_hidden},
                           CU_TEST_INFO_NULL};

    return cunit_run("compare", tests);
}
