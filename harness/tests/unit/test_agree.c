/* SPDX-License-Identifier: Apache-2.0 */
/* judge/agree: first the cells that must not agree with what is claimed of them. */
#include "judge/agree.h"
#include "sample_programme.h"

#define CASES "one:install:PASS two:function:PASS"

struct row {
    const char *name;
    struct sample_cell_of claimed, replayed;
    enum agreement agreement;
    enum obstacle obstacle;
    const char *differences; /* the kinds, in order */
    const char *remarks;
};

static void fast(struct result *result)
{
    result_add_observation(result, "one", "speed", "100", "1/s");
}

static void nearly_as_fast(struct result *result)
{
    result_add_observation(result, "one", "speed", "96", "1/s");
}

static void slow(struct result *result)
{
    result_add_observation(result, "one", "speed", "10", "1/s");
}

static void has_mode(struct result *result)
{
    result_add_observation(result, "one", "mode", "full", NULL);
}

static void has_other_mode(struct result *result)
{
    result_add_observation(result, "one", "mode", "trial", NULL);
}

static void hears(struct result *result)
{
    result_add_observation(result, "one", "chatter", "a", NULL);
}

static void hears_else(struct result *result)
{
    result_add_observation(result, "one", "chatter", "b", NULL);
}

static void add_point(struct result *result, enum status status)
{
    struct point *point = vec_add(&result->cases.items[0].points);

    point->name = text_dup("point");
    point->status = status;
}

static void point_passes(struct result *result)
{
    add_point(result, STATUS_PASS);
}

static void point_is_skipped(struct result *result)
{
    add_point(result, STATUS_SKIP);
}

static void add_package(struct result *result, const char *name, char digest)
{
    struct predicted_part *part = vec_add(&result->prediction.parts);

    part->name = text_dup(name);
    part->checked = true;
    if (digest != '\0')
        memset(part->sha256, digest, DIGEST_TEXT_SIZE - 1);
}

static void package(struct result *result)
{
    add_package(result, "app_1.deb", 'a');
}

static void package_without_digest(struct result *result)
{
    add_package(result, "app_1.deb", '\0');
}

static void newer_package(struct result *result)
{
    add_package(result, "app_2.deb", 'b');
}

static void built_again(struct result *result)
{
    add_package(result, "app_1.deb", 'b');
}

static const struct row rows[] = {
    {"a case fails",
     {.cases = CASES},
     {.cases = "one:install:PASS two:function:FAIL"},
     DISAGREES,
     OBSTACLE_NONE,
     "case",
     ""},
    {"a case passes that failed",
     {.cases = "one:install:PASS two:function:FAIL"},
     {.cases = CASES},
     DISAGREES,
     OBSTACLE_NONE,
     "case",
     ""},
    {"the test breaks",
     {.cases = CASES},
     {.cases = "one:install:ERROR two:function:PASS"},
     DISAGREES,
     OBSTACLE_NONE,
     "case item",
     ""},
    {"a case is skipped",
     {.cases = CASES},
     {.cases = "one:install:PASS two:function:SKIP"},
     DISAGREES,
     OBSTACLE_NONE,
     "case",
     ""},
    {"an item has another state",
     {.cases = CASES},
     {.cases = "one:install:FAIL two:function:PASS"},
     DISAGREES,
     OBSTACLE_NONE,
     "case item",
     ""},
    {"an item whose evidence is lost",
     {.cases = CASES},
     {.cases = CASES, .damaged = true},
     DISAGREES,
     OBSTACLE_NONE,
     "item",
     ""},
    {"a case has no result",
     {.cases = CASES},
     {.cases = "one:install:PASS two:function:MISS"},
     NOT_REPLAYED,
     OBSTACLE_RUN,
     "",
     ""},
    {"a case is absent",
     {.cases = CASES},
     {.cases = "one:install:PASS two:function:-"},
     NOT_REPLAYED,
     OBSTACLE_RUN,
     "",
     ""},
    {"one fails, one has no result",
     {.cases = CASES},
     {.cases = "one:install:FAIL two:function:MISS"},
     DISAGREES,
     OBSTACLE_RUN,
     "case",
     ""},
    {"the worker dies",
     {.cases = CASES},
     {.cases = "one:install:MISS two:function:MISS", .died = true},
     NOT_REPLAYED,
     OBSTACLE_RUN,
     "",
     ""},
    {"another guest",
     {.cases = CASES},
     {.cases = CASES, .wrong_guest = true},
     NOT_REPLAYED,
     OBSTACLE_RUN,
     "",
     ""},
    {"refused",
     {.cases = CASES},
     {.cases = CASES, .refused = true},
     NOT_REPLAYED,
     OBSTACLE_RUN,
     "",
     ""},
    {"emulated here, and it fails: perhaps of the emulation",
     {.cases = CASES},
     {.cases = "one:install:PASS two:function:FAIL", .grade = GRADE_EMULATED},
     NOT_REPLAYED,
     OBSTACLE_GRADE,
     "case",
     ""},
    {"emulated here, where nothing can be compared",
     {.cases = "one:performance:PASS:n"},
     {.cases = "one:performance:DONE:n", .grade = GRADE_EMULATED},
     NOT_REPLAYED,
     OBSTACLE_RUN,
     "",
     ""},
    {"emulated here, a case without a result",
     {.cases = CASES},
     {.cases = "one:install:PASS two:function:MISS", .grade = GRADE_EMULATED},
     NOT_REPLAYED,
     OBSTACLE_RUN,
     "",
     ""},
    {"emulated here, another product",
     {.cases = CASES, .change = package},
     {.cases = CASES, .change = newer_package, .grade = GRADE_EMULATED},
     NOT_REPLAYED,
     OBSTACLE_PRODUCT,
     "",
     ""},
    {"reported here",
     {.cases = CASES},
     {.cases = CASES, .grade = GRADE_REPORTED},
     NOT_REPLAYED,
     OBSTACLE_GRADE,
     "",
     ""},
    {"emulated here",
     {.cases = CASES},
     {.cases = CASES, .grade = GRADE_EMULATED},
     AGREES_LOWER,
     OBSTACLE_NONE,
     "",
     ""},
    {"KVM here, the real part there",
     {.cases = CASES},
     {.cases = CASES, .grade = GRADE_VIRTUAL},
     AGREES_LOWER,
     OBSTACLE_NONE,
     "",
     ""},
    {"emulated here, with what needs the real part",
     {.cases = CASES " three:performance:PASS:n"},
     {.cases = CASES " three:performance:DONE:n", .grade = GRADE_EMULATED},
     AGREES_LOWER,
     OBSTACLE_NONE,
     "",
     "case"},
    {"emulated here, with other figures",
     {.cases = CASES, .change = fast},
     {.cases = CASES, .change = slow, .grade = GRADE_EMULATED},
     AGREES_LOWER,
     OBSTACLE_NONE,
     "",
     "observation"},
    {"nearer here",
     {.cases = CASES, .grade = GRADE_VIRTUAL},
     {.cases = CASES},
     NOT_REPLAYED,
     OBSTACLE_GRADE,
     "",
     ""},
    {"another version of the product",
     {.cases = CASES, .change = package},
     {.cases = CASES, .change = newer_package},
     NOT_REPLAYED,
     OBSTACLE_PRODUCT,
     "",
     ""},
    {"the same version, built again",
     {.cases = CASES, .change = package},
     {.cases = CASES, .change = built_again},
     NOT_REPLAYED,
     OBSTACLE_PRODUCT,
     "",
     ""},
    {"no product here",
     {.cases = CASES, .change = package},
     {.cases = CASES},
     NOT_REPLAYED,
     OBSTACLE_PRODUCT,
     "",
     ""},
    {"a point is skipped",
     {.cases = CASES, .change = point_passes},
     {.cases = CASES, .change = point_is_skipped},
     DISAGREES,
     OBSTACLE_NONE,
     "point",
     ""},
    {"a counted value is beyond the tolerance",
     {.cases = CASES, .change = fast},
     {.cases = CASES, .change = slow},
     DISAGREES,
     OBSTACLE_NONE,
     "observation",
     ""},
    {"a counted value is not measured",
     {.cases = CASES, .change = fast},
     {.cases = CASES},
     DISAGREES,
     OBSTACLE_NONE,
     "observation item",
     ""},
    {"a counted word differs",
     {.cases = CASES, .change = has_mode},
     {.cases = CASES, .change = has_other_mode},
     DISAGREES,
     OBSTACLE_NONE,
     "observation",
     ""},
    {"nothing was claimed",
     {.cases = "one:install:MISS two:function:MISS"},
     {.cases = CASES},
     NOT_REPLAYED,
     OBSTACLE_RUN,
     "",
     ""},
    {"the same", {.cases = CASES}, {.cases = CASES}, AGREES, OBSTACLE_NONE, "", ""},
    {"the same failure",
     {.cases = "one:install:PASS two:function:FAIL"},
     {.cases = "one:install:PASS two:function:FAIL"},
     AGREES,
     OBSTACLE_NONE,
     "",
     ""},
    {"within the tolerance",
     {.cases = CASES, .change = fast},
     {.cases = CASES, .change = nearly_as_fast},
     AGREES,
     OBSTACLE_NONE,
     "",
     ""},
    {"the same package",
     {.cases = CASES, .change = package},
     {.cases = CASES, .change = package},
     AGREES,
     OBSTACLE_NONE,
     "",
     ""},
    {"an older record has no digest",
     {.cases = CASES, .change = package_without_digest},
     {.cases = CASES, .change = package},
     AGREES,
     OBSTACLE_NONE,
     "",
     ""},
    {"what no item counts",
     {.cases = CASES, .change = hears},
     {.cases = CASES, .change = hears_else},
     AGREES,
     OBSTACLE_NONE,
     "",
     "observation"},
    {"flaky before",
     {.cases = CASES, .earlier = "one=FAIL"},
     {.cases = CASES},
     AGREES,
     OBSTACLE_NONE,
     "",
     "case"},
};

static struct programme_item *add_item(struct programme *programme, const char *id,
                                       enum criterion_kind kind)
{
    struct programme_item *item = vec_add(&programme->items);
    struct programme_criterion *criterion = vec_add(&item->criteria);

    item->id = text_dup(id);
    item->required = true;
    criterion->kind = kind;
    return item;
}

static void add_measured(struct programme *programme, const char *key)
{
    struct programme_criterion *criterion =
        add_item(programme, key, CRITERION_MEASURED)->criteria.items;

    criterion->key = text_dup(key);
    criterion->has_least = true;
    criterion->least = 1;
}

/* An item of the install cases, and two of values. */
static struct programme *make_programme(void)
{
    struct programme *programme = text_calloc(1, sizeof(*programme));

    vec_add(&programme->levels);
    add_item(programme, "install", CRITERION_HEADING)->criteria.items[0].headings[ITEM_INSTALL] =
        true;
    add_measured(programme, "speed");
    add_measured(programme, "mode");
    return programme;
}

/* Of the speed it is known how far it may be apart. */
static struct suite *make_suite(void)
{
    struct suite *suite = text_calloc(1, sizeof(*suite));
    struct suite_difference *rule = vec_add(&suite->differences);

    suite->name = text_dup("app");
    rule->key = text_dup("speed");
    rule->why = text_dup("it varies");
    rule->has_within = rule->relative = true;
    rule->within = 0.05;
    return suite;
}

static void make_cell(const struct sample_cell_of *from, struct matrix_cell *cell,
                      struct programme_status *status)
{
    struct run_record run = {.id = "r1", .state = RUN_ENDED};
    bool damaged = from->damaged;
    const struct programme_cell added = {.run = &run,
                                         .cell = cell,
                                         .system = "tencentos 4",
                                         .image_known = true,
                                         .check = sample_evidence_is_there,
                                         .with = &damaged};
    unsigned attempts = from->earlier != NULL ? 2 : 1;

    cell->cell.image = text_dup("ts4");
    cell->cell.platform = text_dup("kunpeng");
    cell->cell.suite = text_dup("app");
    cell->cell.refused = from->refused ? text_dup("it needs two guests") : NULL;
    digest_of_memory("row", 3, cell->cell.digest);
    for (unsigned attempt = 1; attempt <= attempts; attempt++) {
        struct result *result;

        vec_foreach (planned, &cell->cell.cases)
            free(planned->id);
        result = sample_attempt(from, attempt, &cell->cell);
        *vec_add(&cell->attempts) = result;
        if (attempt < attempts)
            sample_earlier(from->earlier, result);
        if (from->wrong_guest)
            sample_check(result, "kernel", "6.6", "5.4");
        if (from->died) {
            result->outcome = STATUS_MISS;
            result->blame = BLAME_HARNESS;
        }
        if (from->change != NULL)
            from->change(result);
        cell_summary_add(&cell->summary, result);
    }
    judge_cell(&cell->cell, (const struct result *const *)cell->attempts.items,
               cell->attempts.count, &cell->judgement);
    programme_status_add(status, &added);
}

static char *kinds_of(const struct agree_row *list, size_t count)
{
    struct buffer text = {0};

    buffer_text(&text, "");
    for (size_t i = 0; i < count; i++)
        buffer_format(&text, "%s%s", i > 0 ? " " : "", agree_kind_words.names[list[i].kind]);
    return buffer_steal(&text);
}

static void check_row(const struct programme *programme, const struct suite *suite,
                      const struct row *row)
{
    _cleanup_(matrix_cell_done) struct matrix_cell claimed = {0}, replayed = {0};
    _cleanup_(programme_status_done) struct programme_status a = {.programme = programme},
                                                             b = {.programme = programme};
    _cleanup_(agreed_done) struct agreed agreed = {.reason = NULL};
    _cleanup_free_ char *differences = NULL, *remarks = NULL;

    make_cell(&row->claimed, &claimed, &a);
    make_cell(&row->replayed, &replayed, &b);
    agree_compare(programme, suite, &(struct agree_side){"r1", &claimed, a.columns.items},
                  &(struct agree_side){"r2", &replayed, b.columns.items}, &agreed);
    differences = kinds_of(agreed.differences.items, agreed.differences.count);
    remarks = kinds_of(agreed.remarks.items, agreed.remarks.count);
    if (agreed.agreement != row->agreement || agreed.obstacle != row->obstacle ||
        !text_equal(differences, row->differences) || !text_equal(remarks, row->remarks))
        printf("\n%s: %s, %s, '%s', '%s': %s\n", row->name, agreement_words.names[agreed.agreement],
               obstacle_words.names[agreed.obstacle], differences, remarks,
               agreed.reason != NULL ? agreed.reason : "");
    CHECK_INT(agreed.agreement, row->agreement);
    CHECK_INT(agreed.obstacle, row->obstacle);
    CHECK_TEXT(differences, row->differences);
    CHECK_TEXT(remarks, row->remarks);
    CHECK_INT(agreed.reason != NULL, row->obstacle != OBSTACLE_NONE);
}

static void test_rows(void)
{
    _cleanup_(programme_free_cleanup) struct programme *programme = make_programme();
    _cleanup_(suite_free_cleanup) struct suite *suite = make_suite();

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        check_row(programme, suite, &rows[i]);
}

/* A figure for which no tolerance is stated: nobody said that the difference matters. */
static void test_no_tolerance(void)
{
    _cleanup_(programme_free_cleanup) struct programme *programme = make_programme();
    _cleanup_(suite_free_cleanup) struct suite *suite = text_calloc(1, sizeof(*suite));
    static const struct row row = {"no tolerance",
                                   {.cases = CASES, .change = fast},
                                   {.cases = CASES, .change = nearly_as_fast},
                                   AGREES,
                                   OBSTACLE_NONE,
                                   "",
                                   "observation"};

    check_row(programme, suite, &row);
}

/* What was not looked at is never green. */
static void test_untouched(void)
{
    const struct agreed untouched = {.reason = NULL};

    CHECK_INT(untouched.agreement, NOT_REPLAYED);
}

int main(void)
{
    CU_TestInfo tests[] = {{"rows", test_rows},
                           {"no tolerance", test_no_tolerance},
                           {"untouched", test_untouched},
                           CU_TEST_INFO_NULL};

    return cunit_run("agree", tests);
}
