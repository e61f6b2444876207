/* SPDX-License-Identifier: Apache-2.0 */
/* judge/programme: levels, and that less evidence never gives more. */
#include "sample_programme.h"

#define BASE                                                                                       \
    "c1:install:PASS c2:function:PASS c3:function:PASS c4:extra:PASS c5:extra:PASS c6:extra:PASS " \
    "c7:extra:PASS "
#define LOAD "c8:performance:PASS:n c9:stress:PASS c10:endurance:PASS:n"
#define ALL BASE LOAD

struct row {
    const char *name;
    int reached;     /* index of the level; -1: none */
    const char *why; /* why the next level is not; NULL: there is no next one */
    struct sample_cell_of cells[2];
};

static const struct row rows[] = {
    {"everything", 1, NULL, {{.cases = ALL}}},
    {"under emulation", 0, "item", {{.cases = ALL, .grade = GRADE_EMULATED}}},
    {"one of two emulated",
     0,
     "item",
     {{.cases = ALL}, {.cases = ALL, .grade = GRADE_EMULATED, .platform = "phytium"}}},
    {"under KVM", 1, NULL, {{.cases = ALL, .grade = GRADE_VIRTUAL}}},
    {"reported", -1, "item", {{.cases = ALL, .grade = GRADE_REPORTED}}},
    {"too few cases", -1, "few-cases", {{.cases = "c1:install:PASS c2:function:PASS"}}},
    {"no function",
     -1,
     "item",
     {{.cases = "c1:install:PASS c3:extra:PASS c4:extra:PASS c5:extra:PASS c6:extra:PASS " LOAD}}},
    {"no endurance",
     0,
     "item",
     {{.cases = BASE "c8:performance:PASS:n c9:stress:PASS c:extra:PASS"}}},
    {"a case as needed fails", -1, "item", {{.cases = ALL " x:extra:FAIL"}}},
    {"a case as needed is left out", -1, "item", {{.cases = ALL " x:extra:PASS:x"}}},
    {"no case as needed",
     1,
     NULL,
     {{.cases = "c1:install:PASS c2:function:PASS c3:function:PASS c4:function:PASS "
                "c5:function:PASS c6:function:PASS c7:function:PASS " LOAD}}},
    {"a stand-in", -1, "stand-in", {{.cases = ALL, .stand_in = true}}},
    {"a stand-in that says tencentos",
     -1,
     "stand-in",
     {{.cases = ALL, .stand_in = true, .os = "tencentos"}}},
    {"an unknown image", -1, "unknown-image", {{.cases = ALL, .unknown_image = true}}},
    {"another OS", -1, "system", {{.cases = ALL, .os = "debian"}}},
    {"an OS that was not measured",
     -1,
     "unknown-system",
     {{.cases = ALL, .grade = GRADE_REPORTED}}},
    {"one of two images of another OS",
     -1,
     "system",
     {{.cases = ALL}, {.cases = ALL, .os = "debian", .platform = "x86"}}},
    {"an open run", -1, "unfinished", {{.cases = ALL, .open = true}}},
    {"an aside run", -1, "aside", {{.cases = ALL, .aside = true}}},
    {"OpenCloudOS", 1, NULL, {{.cases = ALL, .os = "opencloudos"}}},
};

static size_t count_cells(const struct row *row)
{
    return row->cells[1].cases != NULL ? 2 : 1;
}

static void check_row(const struct programme *programme, const struct row *row)
{
    struct programme_status status = sample_status(programme, row->cells, count_cells(row));
    size_t next = (size_t)(row->reached + 1);

    if (status.reached != row->reached)
        printf("\n%s:", row->name);
    CHECK_INT(status.reached, row->reached);
    if (row->why != NULL) {
        bool says =
            next < status.levels.count && sample_says(&status.levels.items[next].missing, row->why);

        if (!says)
            printf("\n%s does not say '%s'", row->name, row->why);
        CU_ASSERT(says);
    } else
        CHECK_INT(next, status.levels.count);
    programme_status_done(&status);
}

static void test_levels(void)
{
    _cleanup_(programme_free_cleanup) struct programme *programme =
        sample_programme(PROGRAMMES "opencloudos.xml");

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        check_row(programme, &rows[i]);
}

/* At least two platforms, at most eight; and only those that the programme is about. */
static void test_platforms(void)
{
    static const char *const names[] = {"x86", "hygon", "kunpeng", "phytium", "a",
                                        "b",   "c",     "d",       "e"};
    _cleanup_(programme_free_cleanup) struct programme *openeuler =
        sample_programme(PROGRAMMES "openeuler-isv.xml");
    _cleanup_(programme_free_cleanup) struct programme *kunpeng =
        sample_programme(PROGRAMMES "kunpeng-compatible.xml");
    struct sample_cell_of cells[9] = {{NULL}};

    for (size_t i = 0; i < 9; i++)
        cells[i] = (struct sample_cell_of){.cases = ALL, .os = "openEuler", .platform = names[i]};
    for (size_t count = 1; count <= 9; count++) {
        struct programme_status status = sample_status(openeuler, cells, count);
        const struct programme_notes *missing = &status.levels.items[0].missing;

        CHECK_INT(sample_says(missing, "few-platforms"), count < 2);
        CHECK_INT(sample_says(missing, "many-platforms"), count > 8);
        CHECK_INT(sample_says(missing, "system"), 0);
        programme_status_done(&status);
        status = sample_status(kunpeng, cells, count);
        CHECK_INT(status.columns.count, count >= 3);
        CHECK_INT(sample_says(&status.levels.items[0].missing, "no-platform"), count < 3);
        programme_status_done(&status);
    }
}

/* No programme that comes with Touchstone is reached in its last level under emulation. */
static void test_emulation(void)
{
    static const char *const files[] = {"opencloudos", "openeuler-isv", "kunpeng-compatible",
                                        "kunpeng-validated", "house-rules"};

    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        _cleanup_free_ char *path = text_format(PROGRAMMES "%s.xml", files[i]);
        _cleanup_(programme_free_cleanup) struct programme *programme = sample_programme(path);
        struct sample_cell_of cell = {.cases = ALL, .grade = GRADE_EMULATED};
        struct programme_status status = sample_status(programme, &cell, 1);
        size_t last = status.levels.count - 1;

        CU_ASSERT(!status.levels.items[last].reached);
        CU_ASSERT(sample_says(&status.levels.items[last].missing, "grade"));
        programme_status_done(&status);
    }
}

/* --- less is never more ----------------------------------------------------------------------- */

enum { CASES = 12, TRIALS = 800 };

struct trial {
    struct {
        int item, status;
        bool planned, native_only, absent, evidence;
    } cases[CASES];
    enum grade grade;
    bool stand_in, aside;
};

static unsigned next_random(unsigned *seed)
{
    *seed = *seed * 1664525 + 1013904223;
    return *seed >> 16;
}

static struct trial trial_make(unsigned *seed)
{
    static const enum grade grades[] = {GRADE_REPORTED, GRADE_EMULATED, GRADE_VIRTUAL,
                                        GRADE_NATIVE,   GRADE_NATIVE,   GRADE_NATIVE};
    struct trial trial = {.grade = grades[next_random(seed) % 6],
                          .stand_in = next_random(seed) % 8 == 0};

    for (int i = 0; i < CASES; i++) {
        trial.cases[i].item = i < 5 ? i : (int)(next_random(seed) % ITEM_COUNT);
        trial.cases[i].status =
            next_random(seed) % 12 > 0 ? STATUS_PASS : (int)(next_random(seed) % STATUS_COUNT);
        trial.cases[i].planned = next_random(seed) % 16 > 0;
        trial.cases[i].native_only = next_random(seed) % 4 == 0;
        trial.cases[i].evidence = next_random(seed) % 24 > 0;
    }
    return trial;
}

static struct programme_status trial_status(const struct programme *programme,
                                            const struct trial *trial)
{
    _cleanup_buffer_ struct buffer text = {0};
    struct sample_cell_of cell = {
        .grade = trial->grade, .stand_in = trial->stand_in, .aside = trial->aside};

    for (int i = 0; i < CASES; i++)
        buffer_format(&text, "c%d:%s:%s:%s%s%s. ", i, item_name((enum item)trial->cases[i].item),
                      trial->cases[i].absent ? "-"
                                             : status_name((enum status)trial->cases[i].status),
                      trial->cases[i].planned ? "" : "x", trial->cases[i].native_only ? "n" : "",
                      trial->cases[i].evidence ? "" : "e");
    cell.cases = text.data;
    return sample_status(programme, &cell, 1);
}

static void check_less(const struct programme_status *was, const struct trial *after,
                       const char *what)
{
    const struct programme *programme = was->programme;
    struct programme_status is = trial_status(programme, after);
    bool more = is.reached > was->reached;

    for (size_t i = 0; i < programme->items.count; i++)
        more |= programme_state_rank(is.items.items[i]) > programme_state_rank(was->items.items[i]);
    if (more)
        printf("\n%s moved something up (level %d to %d)", what, was->reached, is.reached);
    CU_ASSERT(!more);
    programme_status_done(&is);
}

static void test_less(void)
{
    _cleanup_(programme_free_cleanup) struct programme *programme =
        sample_programme(PROGRAMMES "opencloudos.xml");
    unsigned seed = 20260101, reached = 0;

    for (int i = 0; i < TRIALS; i++) {
        struct trial before = trial_make(&seed), after = before;
        int place = (int)(next_random(&seed) % CASES);
        struct programme_status status = trial_status(programme, &before);

        reached += status.reached >= 0;
        after.cases[place].absent = true;
        check_less(&status, &after, "losing a result");
        after = before;
        after.cases[place].planned = false;
        check_less(&status, &after, "leaving out a case");
        after = before;
        after.cases[place].status = STATUS_FAIL;
        check_less(&status, &after, "a failure");
        after = before;
        if (after.cases[place].status == STATUS_PASS)
            after.cases[place].status = (int)(next_random(&seed) % STATUS_COUNT);
        check_less(&status, &after, "not passing");
        after = before;
        after.cases[place].evidence = false;
        check_less(&status, &after, "losing evidence");
        after = before;
        after.grade = before.grade > GRADE_REPORTED ? before.grade - 1 : before.grade;
        check_less(&status, &after, "a weaker grade");
        after = before;
        after.stand_in = true;
        check_less(&status, &after, "a stand-in");
        after = before;
        after.aside = true;
        check_less(&status, &after, "an aside run");
        programme_status_done(&status);
    }
    /* The trials are worth something. */
    CU_ASSERT(reached > TRIALS / 50);
}

int main(void)
{
    CU_TestInfo tests[] = {{"levels", test_levels},
                           {"platforms", test_platforms},
                           {"emulation", test_emulation},
                           {"less is never more", test_less},
                           CU_TEST_INFO_NULL};

    return cunit_run("programme_levels", tests);
}
