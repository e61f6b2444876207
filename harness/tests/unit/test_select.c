/* SPDX-License-Identifier: Apache-2.0 */
/* What a query selects of some cells, and that `not` selects exactly the others. */
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "cunit_run.h"
#include "judge/select.h"
#include "model/words.h"

static struct select_subject *add_cell(struct select_subjects *to, const char *image,
                                       const char *platform, enum verdict verdict)
{
    struct select_subject *cell = vec_add(to);

    cell->before = (long)to->count - 2; /* each after the one before */
    facts_set_text(&cell->own, QUERY_IMAGE, image);
    facts_set_text(&cell->own, QUERY_PLATFORM, platform);
    facts_set_text(&cell->own, QUERY_SUITE, "redis");
    facts_set_word(&cell->own, QUERY_VERDICT, (int)verdict);
    return cell;
}

static void add_case(struct select_subject *cell, const char *id, enum status status,
                     enum blame blame)
{
    struct facts *row = vec_add(&cell->rows);

    facts_set_text(row, QUERY_CASE, id);
    facts_set_word(row, QUERY_STATUS, (int)status);
    facts_set_word(row, QUERY_BLAME, (int)blame);
}

/* Four cells of two images; the last never ran. */
static void add_sample(struct select_subjects *to)
{
    struct select_subject *cell = add_cell(to, "a", "kunpeng", VERDICT_INCOMPATIBLE);
    struct facts *finding;

    add_case(cell, "install", STATUS_PASS, BLAME_NONE);
    add_case(cell, "persist", STATUS_FAIL, BLAME_PRODUCT);
    add_case(cell, "speed", STATUS_ERROR, BLAME_SUITE);
    facts_set_words(&cell->own, QUERY_CONDITION, 0);
    cell = add_cell(to, "a", "phytium", VERDICT_CONDITIONAL);
    add_case(cell, "install", STATUS_PASS, BLAME_NONE);
    add_case(cell, "persist", STATUS_PASS, BLAME_NONE);
    add_case(cell, "speed", STATUS_ERROR, BLAME_SUITE);
    finding = vec_add(&cell->findings);
    facts_set_text(finding, QUERY_FINDING, "LIB_MISSING");
    facts_set_word(finding, QUERY_SEVERITY, SEVERITY_BLOCK);
    finding = vec_add(&cell->findings);
    facts_set_text(finding, QUERY_FINDING, "SYMBOL_MISSING");
    facts_set_word(finding, QUERY_SEVERITY, SEVERITY_WARN);
    cell = add_cell(to, "b", "phytium", VERDICT_COMPATIBLE);
    add_case(cell, "install", STATUS_PASS, BLAME_NONE);
    add_cell(to, "b", "kunpeng", VERDICT_NOT_ASSESSED);
}

/* The selected subjects as text: "+" or "-" for each. */
static char *apply(const char *text, enum query_place place, const struct select_subjects *subjects)
{
    _cleanup_(query_done) struct query query = {.root = QUERY_NONE};
    struct error *err = NULL;
    bool selected[16];
    char *found = text_calloc(17, 1);
    size_t count;

    if (query_parse(text, place, &query, &err) < 0) {
        printf("\n%s: %s\n", text, error_message(err));
        error_free(err);
        CU_FAIL_FATAL("refused");
    }
    count = select_apply(&query, subjects, selected);
    for (size_t i = 0; i < subjects->count; i++) {
        found[i] = selected[i] ? '+' : '-';
        count -= selected[i];
    }
    CHECK_INT(count, 0);
    return found;
}

static void test_selected(void)
{
    static const struct {
        const char *text, *selected;
        enum query_place place;
    } rows[] = {
        {"phytium", "-++-", QUERY_MATRIX},
        {"platform:phy* image:a", "-+--", QUERY_MATRIX},
        {"persist", "++--", QUERY_MATRIX},
        {"status:fail", "+---", QUERY_MATRIX},
        /* one and the same case */
        {"status:error blame:product", "----", QUERY_MATRIX},
        {"status:fail blame:product", "+---", QUERY_MATRIX},
        {"case:persist status!=pass", "+---", QUERY_MATRIX},
        {"case:install status!=pass", "----", QUERY_MATRIX},
        {"case:install (status:fail or status:error)", "----", QUERY_MATRIX},
        /* not: of the whole cell */
        {"not status:error", "--++", QUERY_MATRIX},
        {"phytium not status:error", "--+-", QUERY_MATRIX},
        {"not status!=pass", "--++", QUERY_MATRIX},
        {"not (status:error blame:product)", "++++", QUERY_MATRIX},
        /* a fact that is missing */
        {"status!=pass", "++--", QUERY_MATRIX},
        {"build!=x", "----", QUERY_MATRIX},
        {"not build:x", "++++", QUERY_MATRIX},
        {"condition!=waived", "+---", QUERY_MATRIX},
        {"verdict>=conditional", "-++-", QUERY_MATRIX},
        {"verdict<conditional", "+--+", QUERY_MATRIX},
        /* one and the same finding, with any case */
        {"finding:LIB_MISSING severity:block", "-+--", QUERY_MATRIX},
        {"finding:LIB_MISSING severity:warn", "----", QUERY_MATRIX},
        {"finding:LIB_MISSING case:persist status:pass", "-+--", QUERY_MATRIX},
        /* platforms of the same image and suite, and case */
        {"count:1(status:fail)", "++--", QUERY_MATRIX},
        {"count:1(status:fail) status:fail", "+---", QUERY_MATRIX},
        {"count:2(status:error)", "++--", QUERY_MATRIX},
        {"case:persist count:1(status:pass)", "++--", QUERY_MATRIX},
        {"case:install count:1(status:pass)", "--+-", QUERY_MATRIX},
        {"count>=1(verdict:compatible)", "--++", QUERY_MATRIX},
        {"not count:0(verdict:compatible)", "--++", QUERY_MATRIX},
        {"count:0(status:pass)", "++-+", QUERY_MATRIX},
        /* the subject before */
        {"seq(verdict:conditional verdict:compatible)", "--+-", QUERY_RUNS},
        {"seq(verdict:incompatible verdict:conditional verdict:compatible)", "--+-", QUERY_RUNS},
        {"seq(verdict:compatible verdict:compatible)", "----", QUERY_RUNS},
        {"seq(not a not a)", "---+", QUERY_RUNS},
    };
    _cleanup_(select_subjects_done) struct select_subjects cells = {0};

    add_sample(&cells);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_free_ char *found = apply(rows[i].text, rows[i].place, &cells);

        if (strcmp(found, rows[i].selected) != 0)
            printf("\n%s", rows[i].text);
        CHECK_TEXT(found, rows[i].selected);
    }
}

/* In consecutive runs it is the same cell and case that is compared. */
static void test_same_row(void)
{
    _cleanup_(select_subjects_done) struct select_subjects runs = {0};

    for (int i = 0; i < 3; i++) {
        struct select_subject *run = vec_add(&runs);

        run->before = i - 1;
        for (int platform = 0; platform < 2; platform++) {
            struct facts *row = vec_add(&run->rows);

            facts_set_text(row, QUERY_PLATFORM, platform == 0 ? "kunpeng" : "phytium");
            facts_set_text(row, QUERY_CASE, "persist");
            /* kunpeng passes, fails, fails; phytium fails, fails, passes */
            facts_set_word(row, QUERY_STATUS,
                           (platform == 0 ? i == 0 : i == 2) ? STATUS_PASS : STATUS_FAIL);
        }
    }
    {
        _cleanup_free_ char *broke = apply("seq(status:pass status:fail)", QUERY_RUNS, &runs);
        _cleanup_free_ char *mended = apply("seq(status:fail status:pass)", QUERY_RUNS, &runs);
        _cleanup_free_ char *both =
            apply("seq(status:pass status:fail status:fail)", QUERY_RUNS, &runs);
        _cleanup_free_ char *kunpeng =
            apply("platform:kunpeng seq(status:fail status:pass)", QUERY_RUNS, &runs);

        CHECK_TEXT(broke, "-+-");
        CHECK_TEXT(mended, "--+");
        CHECK_TEXT(both, "--+");
        CHECK_TEXT(kunpeng, "---");
    }
}

/* The images of a line are counted together. */
static void test_line(void)
{
    _cleanup_(select_subjects_done) struct select_subjects cells = {0};
    _cleanup_free_ char *apart = NULL, *together = NULL;

    add_case(add_cell(&cells, "a1", "kunpeng", VERDICT_INCOMPATIBLE), "persist", STATUS_FAIL,
             BLAME_PRODUCT);
    add_case(add_cell(&cells, "a2", "phytium", VERDICT_INCOMPATIBLE), "persist", STATUS_FAIL,
             BLAME_PRODUCT);
    apart = apply("count:1(status:fail)", QUERY_MATRIX, &cells);
    cells.items[0].line = cells.items[1].line = "a*";
    together = apply("count:2(status:fail)", QUERY_MATRIX, &cells);
    CHECK_TEXT(apart, "++");
    CHECK_TEXT(together, "++");
}

/* --- not(Q) is the complement, whatever Q is ------------------------------------------------ */

static unsigned next_random(unsigned *state)
{
    *state = *state * 1103515245 + 12345;
    return *state >> 16 & 0x7fff;
}

static void add_term(unsigned *state, struct buffer *out)
{
    static const char *const terms[] = {
        "platform:p0",          "platform!=p1",      "image:i*",
        "status:fail",          "status!=pass",      "blame:product",
        "verdict>=conditional", "case:c1",           "case!=c0",
        "condition:flaky",      "condition!=waived", "severity>=HIGH",
        "finding:LIB_*",        "build:x",           "p1",
    };

    buffer_text(out, terms[next_random(state) % (sizeof(terms) / sizeof(terms[0]))]);
}

static void add_query(unsigned *state, int depth, bool counted, struct buffer *out)
{
    static const char *const begins[] = {"(", "(", "not (", "count:1(", "count>=2("};
    unsigned begin = next_random(state) % (counted ? 3 : 5), parts = next_random(state) % 3 + 1;

    if (depth == 0) {
        add_term(state, out);
        return;
    }
    buffer_text(out, begins[begin]);
    for (unsigned i = 0; i < parts; i++) {
        if (i > 0)
            buffer_text(out, next_random(state) % 2 == 0 ? " or " : " ");
        add_query(state, depth - 1, counted || begin >= 3, out);
    }
    buffer_text(out, ")");
}

static void add_random_cells(unsigned *state, struct select_subjects *to)
{
    static const char *const images[] = {"i0", "i1"}, *const platforms[] = {"p0", "p1", "p2"},
                             *const cases[] = {"c0", "c1", "c2"};

    for (int i = 0; i < 6; i++) {
        struct select_subject *cell = add_cell(to, images[i / 3], platforms[i % 3],
                                               (enum verdict)(next_random(state) % VERDICT_COUNT));
        unsigned rows = next_random(state) % 4, findings = next_random(state) % 3;

        facts_set_words(&cell->own, QUERY_CONDITION, next_random(state) % 128);
        for (unsigned row = 0; row < rows; row++)
            add_case(cell, cases[(row + (unsigned)i) % 3],
                     (enum status)(next_random(state) % STATUS_COUNT),
                     (enum blame)(next_random(state) % BLAME_COUNT));
        for (unsigned row = 0; row < findings; row++) {
            struct facts *finding = vec_add(&cell->findings);

            facts_set_text(finding, QUERY_FINDING, row == 0 ? "LIB_MISSING" : "SYMBOL_MISSING");
            facts_set_word(finding, QUERY_SEVERITY, (int)(next_random(state) % SEVERITY_COUNT));
        }
    }
}

static void test_complement(void)
{
    unsigned state = 1, selected = 0, whole = 0;

    for (int i = 0; i < 3000; i++) {
        _cleanup_(select_subjects_done) struct select_subjects cells = {0};
        _cleanup_buffer_ struct buffer text = {0}, negated = {0};
        _cleanup_free_ char *found = NULL, *others = NULL;

        add_random_cells(&state, &cells);
        add_query(&state, 1 + i % 3, false, &text);
        buffer_format(&negated, "not (%s)", text.data);
        found = apply(text.data, QUERY_MATRIX, &cells);
        others = apply(negated.data, QUERY_MATRIX, &cells);
        for (size_t cell = 0; cell < cells.count; cell++) {
            if (found[cell] == others[cell])
                printf("\n%s\n", text.data);
            CU_ASSERT(found[cell] != others[cell]);
            selected += found[cell] == '+';
            whole++;
        }
    }
    /* The queries are neither always true nor always false. */
    CU_ASSERT(selected > whole / 10 && selected < whole / 10 * 9);
}

int main(void)
{
    CU_TestInfo tests[] = {{"selected", test_selected},
                           {"same_row", test_same_row},
                           {"line", test_line},
                           {"complement", test_complement},
                           CU_TEST_INFO_NULL};

    return cunit_run("select", tests);
}
