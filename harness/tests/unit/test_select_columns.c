/* SPDX-License-Identifier: Apache-2.0 */
/* A query evaluated over the columns of runs selects what select_apply does, and bytes that were
 * not packed are not taken for those of a run. */
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "cunit_run.h"
#include "judge/select_columns.h"
#include "model/policy.h"

enum { RUNS = 6, CELLS = 12, CASES = 5, ROUNDS = 4000 };

static unsigned next_random(unsigned *state, unsigned below)
{
    *state = *state * 1103515245 + 12345;
    return (*state >> 16 & 0x7fff) % below;
}

static bool arch_of(void *input, const char *platform, enum arch *ret_arch)
{
    (void)input;
    *ret_arch = platform[1] == '0' ? ARCH_X86_64 : ARCH_AARCH64;
    return platform[1] != '2';
}

static const struct select_with with = {.now_ms = 1000000, .arch_of = arch_of};

/* --- runs ------------------------------------------------------------------------------------- */

struct sample_run {
    struct columns_packer packer;
    struct select_subject subject;
};

static void add_row(struct sample_run *run, const struct facts *cell, const struct facts *row)
{
    struct facts *both = vec_add(&run->subject.rows);

    *both = *row;
    for (enum query_name name = 0; name < QUERY_NAME_COUNT; name++)
        if ((cell->has & (uint64_t)1 << name) != 0)
            both->of[name] = cell->of[name];
    both->has |= cell->has;
}

static void facts_of(unsigned *state, unsigned place, struct facts *facts)
{
    static const char *const images[] = {"i0", "i1"}, *const platforms[] = {"p0", "p1", "p2"},
                             *const suites[] = {"s0", "s1"};

    facts_set_text(facts, QUERY_IMAGE, images[place % 2]);
    facts_of_platform(platforms[place / 2 % 3], &with, facts);
    facts_set_text(facts, QUERY_SUITE, suites[place / 6]);
    facts_set_word(facts, QUERY_VERDICT, (int)next_random(state, VERDICT_COUNT));
    facts_set_word(facts, QUERY_GRADE, (int)next_random(state, GRADE_COUNT));
    facts_set_words(facts, QUERY_CONDITION, next_random(state, 1U << CONDITION_COUNT));
    facts_set_word(facts, QUERY_FLAKY, (int)next_random(state, 2));
    facts_set_word(facts, QUERY_PARTIAL, (int)next_random(state, 2));
    facts_set_number(facts, QUERY_ATTEMPTS, next_random(state, 4));
}

/* changed: the cell has other cases than usual, in another order. */
static void add_cell(unsigned *state, struct sample_run *run, unsigned place, bool changed)
{
    static const char *const cases[CASES] = {"c0", "c1", "c2", "c3", "c4"};
    struct facts cell = {.has = 0}, rows[CASES + 1] = {0};
    unsigned count = 0, first = changed ? next_random(state, CASES) : 0;

    facts_of(state, place, &cell);
    for (unsigned i = 0; i < CASES; i++) {
        struct facts *row = &rows[count];

        if (changed ? next_random(state, 2) == 0 : (i + place / 6) % 3 == 0)
            continue;
        facts_set_text(row, QUERY_CASE, cases[(i + first) % CASES]);
        facts_set_word(row, QUERY_ITEM, (int)(i + first) % 2);
        facts_set_word(row, QUERY_STATUS, (int)next_random(state, STATUS_COUNT));
        facts_set_word(row, QUERY_BLAME, (int)next_random(state, BLAME_COUNT));
        count++;
    }
    facts_set_word(&rows[count++], QUERY_BLAME, (int)next_random(state, BLAME_COUNT));
    columns_pack_cell(&run->packer, &cell, rows, count);
    for (unsigned i = 0; i < count; i++)
        add_row(run, &cell, &rows[i]);
}

/* Of five runs, two are of the same plan, one misses cells, one has them in another order or with
 * other cases, and one has none. */
static void make_run(unsigned *state, unsigned number, struct sample_run *run)
{
    static const char *const ids[RUNS] = {"r0", "r1", "r2", "r3", "r4", "r5"};
    unsigned kind = next_random(state, 5), first = kind == 3 ? next_random(state, CELLS) : 0;

    *run = (struct sample_run){.subject = {.before = (long)number - 1}};
    facts_of_run(&(struct select_run){ids[number], number % 3 == 0 ? NULL : ids[number % 3], NULL,
                                      (enum run_state)next_random(state, RUN_STATE_COUNT),
                                      with.now_ms - (int64_t)number * 1800000},
                 &with, &run->subject.own);
    for (unsigned i = 0; i < CELLS && kind < 4; i++)
        if (kind != 2 || next_random(state, 3) > 0)
            add_cell(state, run, (i + first) % CELLS, kind == 3 && next_random(state, 3) == 0);
}

static void sample_run_done(struct sample_run *run)
{
    columns_packer_done(&run->packer);
    vec_done(&run->subject.rows);
}

/* --- queries ---------------------------------------------------------------------------------- */

static void add_term(unsigned *state, struct buffer *out)
{
    static const char *const terms[] = {
        "platform:p0",
        "platform!=p1",
        "image:i*",
        "suite!=s0",
        "arch:aarch64",
        "arch!=aarch64",
        "status:fail",
        "status!=pass",
        "status:miss",
        "blame:product",
        "blame!=none",
        "verdict>=conditional",
        "verdict:compatible",
        "grade<=emulated",
        "condition:flaky",
        "condition!=partial",
        "flaky:yes",
        "partial:no",
        "attempts>1",
        "case:c1",
        "case!=c0",
        "case:c?",
        "item:install",
        "run:r1",
        "run!=r2",
        "label:r1",
        "build!=x",
        "state:ended",
        "age>1h",
        "i1",
        "r*",
    };

    buffer_text(out, terms[next_random(state, sizeof(terms) / sizeof(terms[0]))]);
}

static void add_query(unsigned *state, int depth, bool in_seq, struct buffer *out)
{
    static const char *const begins[] = {"(", "(", "not (", "seq("};
    unsigned begin = next_random(state, in_seq ? 3 : 4),
             parts = next_random(state, 3) + 1 + (begin == 3);

    if (depth == 0 || next_random(state, 5) == 0) {
        add_term(state, out);
        return;
    }
    buffer_text(out, begins[begin]);
    for (unsigned i = 0; i < parts; i++) {
        if (i > 0)
            buffer_text(out, begin < 3 && next_random(state, 2) == 0 ? " or " : " ");
        add_query(state, depth - 1, in_seq || begin == 3, out);
    }
    buffer_text(out, ")");
}

/* About one row: it is found in the run before only by its name. */
static void add_row_query(unsigned *state, struct buffer *out)
{
    unsigned place = next_random(state, CELLS), number = next_random(state, CASES);
    _cleanup_free_ char *name = text_format("image:i%u platform:p%u suite:s%u case:c%u", place % 2,
                                            place / 2 % 3, place / 6, number);

    buffer_format(out, "seq((%s status:%s) (%s))", name,
                  next_random(state, 2) == 0 ? "pass" : "fail", name);
}

static void unpack(const struct sample_run *run, struct run_columns *ret_columns)
{
    _cleanup_buffer_ struct buffer bytes = {0};

    columns_pack(&run->packer, &bytes);
    CU_ASSERT_FATAL(columns_unpack(&bytes, ret_columns));
    CU_ASSERT_PTR_NULL(bytes.data);
}

static unsigned check_round(const struct query *query, const char *text,
                            const struct sample_run *runs)
{
    _cleanup_(select_columns_free_cleanup) struct select_columns *select =
        select_columns_new(query, &with);
    struct select_subjects subjects = {0};
    bool selected[RUNS];
    unsigned count = 0;

    for (unsigned i = 0; i < RUNS; i++)
        *vec_add(&subjects) = runs[i].subject;
    select_apply(query, &subjects, selected);
    for (unsigned i = 0; i < RUNS; i++) {
        struct run_columns columns = {.rows = 0};
        bool found;

        unpack(&runs[i], &columns);
        found = select_columns_next(select, &runs[i].subject.own, &columns);
        if (found != selected[i])
            printf("\nrun %u: %s", i, text);
        CU_ASSERT_FATAL(found == selected[i]);
        count += found;
    }
    vec_done(&subjects);
    return count;
}

static void test_same(void)
{
    unsigned state = 1, selected = 0, seqs = 0;

    for (unsigned round = 0; round < ROUNDS; round++) {
        _cleanup_(query_done) struct query query = {.root = QUERY_NONE};
        _cleanup_buffer_ struct buffer text = {0};
        _cleanup_error_ struct error *err = NULL;
        struct sample_run runs[RUNS];

        if (round % 4 == 0)
            add_row_query(&state, &text);
        else
            add_query(&state, (int)(round % 4), false, &text);
        if (query_parse(text.data, QUERY_RUNS, &query, &err) < 0)
            printf("\n%s: %s", text.data, error_message(err));
        CU_ASSERT_FATAL(query.nodes.count > 0 && select_columns_can(&query));
        for (unsigned i = 0; i < RUNS; i++)
            make_run(&state, i, &runs[i]);
        selected += check_round(&query, text.data, runs);
        seqs += strstr(text.data, "seq(") != NULL;
        for (unsigned i = 0; i < RUNS; i++)
            sample_run_done(&runs[i]);
    }
    /* The queries are neither always true nor always false. */
    CU_ASSERT(selected > ROUNDS * RUNS / 10 && selected < ROUNDS * RUNS / 10 * 9);
    CU_ASSERT(seqs > ROUNDS / 10);
}

/* Reasons are in records alone. */
static void test_can(void)
{
    static const struct {
        const char *text;
        bool can;
    } rows[] = {{"status:fail", true}, {"seq(a case:b)", true}, {"status:fail reason:x", false}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_(query_done) struct query query = {.root = QUERY_NONE};

        CU_ASSERT_FATAL(query_parse(rows[i].text, QUERY_RUNS, &query, NULL) == 0);
        CU_ASSERT(select_columns_can(&query) == rows[i].can);
    }
}

/* Bytes are exactly as long as they say, and a number in them that is too large is refused. */
static void test_hostile(void)
{
    _cleanup_buffer_ struct buffer whole = {0};
    struct sample_run run = {.packer = {.cell_count = 0}};
    unsigned state = 7, refused = 0;

    for (unsigned i = 0; i < CELLS; i++)
        add_cell(&state, &run, i, true);
    columns_pack(&run.packer, &whole);
    for (size_t size = 0; size <= whole.length + 1; size++) {
        struct buffer bytes = {0};
        struct run_columns columns = {.rows = 0};

        buffer_add(&bytes, whole.data, size <= whole.length ? size : whole.length);
        if (size > whole.length)
            buffer_add(&bytes, "x", 1);
        CU_ASSERT(columns_unpack(&bytes, &columns) == (size == whole.length));
        run_columns_done(&columns);
    }
    for (size_t at = 0; at < whole.length; at++) {
        struct buffer bytes = {0};
        struct run_columns columns = {.rows = 0};

        buffer_add(&bytes, whole.data, whole.length);
        bytes.data[at] ^= 0x55;
        refused += !columns_unpack(&bytes, &columns);
        run_columns_done(&columns);
    }
    CU_ASSERT(refused > whole.length / 4);
    sample_run_done(&run);
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"same", test_same}, {"can", test_can}, {"hostile", test_hostile}, CU_TEST_INFO_NULL};

    return cunit_run("select_columns", tests);
}
