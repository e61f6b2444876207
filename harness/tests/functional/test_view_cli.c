/* SPDX-License-Identifier: Apache-2.0 */
/* Views: saved, shown as a matrix, and as the baseline of `touchstone diff` and `gate`. */
#include "base/json.h"
#include "run_touchstone.h"
#include "sample_days.h"
#include "sample_gate.h"

#define FIRST "20260101-aaaaaa"
#define SECOND "20260102-bbbbbb"
#define THIRD "20260103-cccccc"
#define OTHER "20251231-dddddd"

static void save(const char *home, const char *query)
{
    const char *const words[] = {"view", "save",    "nightly", "--line",
                                 "a-*",  "--query", query,     NULL};
    _cleanup_free_ char *out = NULL, *err = NULL;

    CHECK_INT(run_touchstone(home, words, &out, &err), 0);
    CHECK_TEXT(err, "");
    CHECK_HAS(out, "views/nightly.xml");
}

static json_t *print_json(const char *home, const char *const *words, int code)
{
    _cleanup_free_ char *out = NULL, *err = NULL;
    json_t *root = NULL;

    CHECK_INT(run_touchstone(home, words, &out, &err), code);
    CHECK_TEXT(err, "");
    CU_ASSERT_FATAL(json_parse(out, strlen(out), "output", &root, NULL) == 0);
    return root;
}

static const char *text(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static void test_saved(void)
{
    static const char *const shown[] = {"view", "show", "nightly", "--json", NULL};
    static const char *const listed[] = {"view", "list", "--json", NULL};
    _cleanup_folder_ char *home = temp_folder_new();
    _cleanup_json_ json_t *first = NULL, *again = NULL, *all = NULL;

    save(home, "build:nightly* not platform:\"x<86\"");
    first = print_json(home, shown, 0);
    CHECK_TEXT(text(first, "results"), "build:nightly* not platform:\"x<86\"");
    CHECK_TEXT(json_string_value(json_array_get(json_object_get(first, "lines"), 0)), "a-*");
    save(home, "redis");
    again = print_json(home, shown, 0);
    CHECK_TEXT(text(again, "results"), "redis");
    all = print_json(home, listed, 0);
    CHECK_INT(json_array_size(json_object_get(all, "views")), 2);
}

static void test_refused(void)
{
    static const struct typed rows[] = {
        {{"view", "save", "newest"}, 64, NULL, "comes with the program"},
        {{"view", "save", "Nightly"}, 64, NULL, "'Nightly' is not a name"},
        {{"view", "save", "v", "--query", "status:fail"}, 64, NULL, "column 1"},
        {{"view", "save", "v", "--query", "count:1(redis)"},
         64,
         NULL,
         "count() means nothing here"},
        {{"view", "save", "v", "--query", "seq(redis redis)"},
         64,
         NULL,
         "seq() means nothing here"},
        {{"view", "save", "v", "--line", "A b"}, 64, NULL, "--line 'A b'"},
        {{"view", "show", "nigthly"}, 64, NULL, "did you mean 'nightly'?"},
        {{"matrix", "--view", "nightly", "--line", "b*"}, 64, NULL, "leave out --line"},
        {{"matrix", "--view", "nightly", FIRST}, 64, NULL, "not run '" FIRST "'"},
        {{"matrix", "--view", "nightly"}, 64, NULL, "is selected by 'label:other'"},
        {{"diff", FIRST, "view:nightly"}, 64, NULL, "'view:nightly' is a view"},
        {{"diff", "view:nightly", FIRST, "--map", "a=a"}, 64, NULL, "--map names images of a run"},
        {{"gate", "--baseline", "view:none"}, 64, NULL, "no view 'none'"},
        {{"gate", "--baseline", "view:newest", "--investigate"}, 64, NULL, "name a run"},
        /* Nothing is older than the only run, which is never compared with itself. */
        {{"gate", "--baseline", "view:newest"}, 3, NULL, "view 'newest': no run had ended"},
    };
    _cleanup_folder_ char *home = temp_folder_new();

    sample_add_day(home, FIRST, "a-1", 1, STATUS_PASS);
    save(home, "label:other");
    check_typed(home, rows, sizeof(rows) / sizeof(rows[0]));
}

static void test_broken_file(void)
{
    static const struct typed rows[] = {
        {{"view", "show", "bad"}, 64, NULL, "bad.xml:3: <results>: "},
        {{"matrix", "--view", "bad"}, 64, NULL, "bad.xml:3: <results>: "},
    };
    static const char file[] =
        "<view name=\"bad\">\n<title>Bad</title>\n<results>stauts:fail</results>\n</view>\n";
    _cleanup_folder_ char *home = temp_folder_new();
    _cleanup_free_ char *folder = path_join(home, "views"), *path = path_join(folder, "bad.xml");

    CU_ASSERT_FATAL(path_make_folders(folder, false, NULL) == 0);
    CU_ASSERT_FATAL(path_write_atomic(path, file, sizeof(file) - 1, NULL) == 0);
    check_typed(home, rows, sizeof(rows) / sizeof(rows[0]));
}

static void check_matrix(const char *home, const char *query, const char *run, int code)
{
    static const char *const words[] = {"matrix", "--view", "nightly", "--json", NULL};
    _cleanup_json_ json_t *root = NULL;
    const json_t *cell;
    size_t i, found = 0;

    save(home, query);
    root = print_json(home, words, code);
    json_array_foreach(json_object_get(root, "cells"), i, cell)
    {
        if (strcmp(text(cell, "platform"), "kunpeng") != 0 || *text(cell, "image") != 'a')
            continue;
        found++;
        CHECK_TEXT(text(cell, "run"), run);
        CHECK_TEXT(text(cell, "line"), "a-*");
    }
    CHECK_INT(found, 1);
}

static void test_matrix(void)
{
    _cleanup_folder_ char *home = temp_folder_new();

    sample_add_day(home, FIRST, "a-1", 1, STATUS_PASS);
    sample_add_day(home, SECOND, "a-2", 2, STATUS_FAIL);
    sample_add_day(home, THIRD, "a-3", 3, STATUS_PASS);
    check_matrix(home, "kunpeng", THIRD, 0);
    check_matrix(home, "platform:kunpeng build:nightly-2", SECOND, 1);
    check_matrix(home, "platform:kunpeng image:a-1", FIRST, 0);
    check_matrix(home, "platform:kunpeng not build:nightly-3", SECOND, 1);
}

/* What is newer than the run, and the run itself, is no baseline for it. */
static void test_before(void)
{
    static const struct {
        enum status first, second;
        const char *change; /* of the case from the first day to the second; NULL: none */
    } rows[] = {
        {STATUS_PASS, STATUS_FAIL, "new"},   {STATUS_FAIL, STATUS_FAIL, "still"},
        {STATUS_FAIL, STATUS_PASS, "fixed"}, {STATUS_PASS, STATUS_PASS, NULL},
        {STATUS_ERROR, STATUS_FAIL, "new"}, /* not assessed on that day: the day before counts */
    };
    static const char *const words[] = {"diff", "view:nightly", SECOND, "--json", NULL};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_folder_ char *home = temp_folder_new();
        bool worse = rows[i].change != NULL && strcmp(rows[i].change, "new") == 0;
        const char *from = rows[i].first == STATUS_ERROR ? OTHER : FIRST;
        _cleanup_json_ json_t *root = NULL;
        const json_t *before, *cell, *row;

        sample_add_day(home, OTHER, "a-0", 0, STATUS_PASS);
        sample_add_day(home, FIRST, "a-1", 1, rows[i].first);
        sample_add_day(home, SECOND, "a-2", 2, rows[i].second);
        sample_add_day(home, THIRD, "a-3", 3, STATUS_PASS);
        save(home, "platform:kunpeng image:a-*");
        root = print_json(home, words, worse);
        before = json_object_get(root, "before");
        CHECK_TEXT(text(before, "view"), "nightly");
        CHECK_TEXT(text(before, "run"), "view:nightly");
        CHECK_TEXT(json_string_value(json_array_get(json_object_get(before, "runs"), 0)), from);
        CHECK_INT(json_integer_value(json_object_get(root, "compared")), 1);
        cell = json_array_get(json_object_get(root, "cells"), 0);
        row = json_array_get(json_object_get(cell, "cases"), 0);
        CHECK_TEXT(text(row, "change"), rows[i].change);
        if (rows[i].change != NULL)
            CHECK_TEXT(text(json_object_get(cell, "before"), "run"), from);
    }
}

/* A view of one earlier run decides as that run does. */
static void test_as_run(void)
{
    static const struct sample samples[] = {
        {.status = STATUS_PASS},
        {.status = STATUS_FAIL},
        {.status = STATUS_ERROR},
        {.status = STATUS_SKIP},
        {.status = STATUS_MISS},
        {.status = STATUS_PASS, .without_cell = true},
        {.status = STATUS_PASS, .without_case = true},
        {.status = STATUS_PASS, .left_out = true},
        {.status = STATUS_PASS, .optional = true},
        {.status = STATUS_PASS, .without_attempt = true},
        {.status = STATUS_PASS, .wrong_guest = true},
        {.status = STATUS_PASS, .second = "hygon"},
        {.status = STATUS_PASS, .open = true},
    };
    static const char *const with_run[] = {"gate", RUN, "--baseline", BASELINE, "--json", NULL};
    static const char *const with_view[] = {"gate",        RUN,      "--baseline",
                                            "view:newest", "--json", NULL};

    for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
        _cleanup_folder_ char *home = temp_folder_new();
        _cleanup_free_ char *out = NULL, *err = NULL, *out2 = NULL, *err2 = NULL;
        _cleanup_json_ json_t *one = NULL, *two = NULL;

        add_run(home, BASELINE, &(struct sample){.status = STATUS_PASS});
        add_run(home, RUN, &samples[i]);
        CHECK_INT(run_touchstone(home, with_run, &out, &err),
                  run_touchstone(home, with_view, &out2, &err2));
        CHECK_TEXT(err2, "");
        CU_ASSERT_FATAL(json_parse(out, strlen(out), "output", &one, NULL) == 0);
        CU_ASSERT_FATAL(json_parse(out2, strlen(out2), "output", &two, NULL) == 0);
        CU_ASSERT(json_equal(json_object_get(one, "reasons"), json_object_get(two, "reasons")));
        CHECK_TEXT(text(two, "baseline"), "view:newest");
    }
}

/* Results that are spread over several runs: each cell is compared, and one that only the view has
 * is missing. */
static void test_spread(void)
{
    static const char *const words[] = {"gate", RUN, "--baseline", "view:newest", NULL};
    _cleanup_folder_ char *home = temp_folder_new();
    _cleanup_free_ char *out = NULL, *err = NULL;

    add_run(home, OTHER, &(struct sample){.status = STATUS_PASS, .second = "hygon"});
    add_run(home, BASELINE, &(struct sample){.status = STATUS_PASS});
    add_run(home, RUN, &(struct sample){.status = STATUS_PASS});
    CHECK_INT(run_touchstone(home, words, &out, &err), 1);
    CHECK_HAS(out, "results of 2 runs");
    CHECK_HAS(out, "a/hygon/probe");
}

/* A run of these images on kunpeng, whose second case came out so, that takes so many days. */
static void add_images(const char *home, const char *id, int day, int days,
                       const char *const *images, const enum status *statuses)
{
    _cleanup_(store_close_cleanup) struct store *store = NULL;
    _cleanup_folder_ char *work = temp_folder_new();
    _cleanup_(suite_free_cleanup) struct suite *suite = gate_suite_of(&whole);
    _cleanup_(run_record_done) struct run_record run = {.created_ms = 1767225600000 +
                                                                      (int64_t)day * 86400000};
    const struct suite *suites[] = {suite};

    run.id = text_dup(id);
    run.plan.retry_infrastructure = PLAN_RETRY_INFRASTRUCTURE;
    strv_add(&run.plan.suites, "probe");
    for (int i = 0; images[i] != NULL; i++)
        sample_plan_cell(&run, images[i], "kunpeng", "probe", NULL);
    CU_ASSERT_FATAL(store_open(home, &store, NULL) == 0);
    CU_ASSERT_FATAL(store_add_run(store, &run, suites, 1, NULL) == 0);
    for (int i = 0; images[i] != NULL; i++) {
        _cleanup_result_ struct result *result = sample_cell(id, images[i], "kunpeng", "probe", 1);
        struct case_result *row;

        sample_case(result, "one", ITEM_FUNCTION, true, STATUS_PASS);
        row = sample_case(result, "two", ITEM_STRESS, true, statuses[i]);
        row->blame = row->status == STATUS_PASS ? BLAME_NONE : BLAME_PRODUCT;
        CU_ASSERT_FATAL(sample_merge(store, work, result, NULL) == 0);
    }
    CU_ASSERT_FATAL(
        store_end_run(store, id, RUN_ENDED, run.created_ms + 1000 + days * 86400000LL, NULL) == 0);
}

/* Two variants of one product: neither stands for the other, and none of them may be missing. */
static void test_variants(void)
{
    static const char *const both[] = {"a-1", "a-2", NULL}, *const first[] = {"a-1", NULL},
                             *const third[] = {"a-3", NULL}, *const fourth[] = {"a-4", NULL};
    static const enum status good_bad[] = {STATUS_PASS, STATUS_FAIL},
                             bad_bad[] = {STATUS_FAIL, STATUS_FAIL},
                             good_good[] = {STATUS_PASS, STATUS_PASS};
    static const struct {
        const char *const *images;
        const enum status *before, *after;
        int code;
        const char *text;
    } rows[] = {
        {both, good_bad, good_bad, 0, "Nothing in the second run is worse."},
        {both, good_bad, bad_bad, 1, "a-1/kunpeng/probe  two  PASS -> FAIL"},
        {first, good_good, good_good, 1,
         "a-2/kunpeng/probe  compatible (image a-2, run " BASELINE ") -> -"},
        {third, good_good, good_good, 64, "has 2 images"},
    };
    static const char *const words[] = {"diff", "view:nightly", RUN, NULL};
    static const char *const later[] = {"diff", "view:nightly", THIRD, NULL};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_folder_ char *home = temp_folder_new();
        _cleanup_free_ char *out = NULL, *err = NULL;

        save(home, "probe");
        add_images(home, BASELINE, 0, 0, both, rows[i].before);
        add_images(home, RUN, 1, 0, rows[i].images, rows[i].after);
        CHECK_INT(run_touchstone(home, words, &out, &err), rows[i].code);
        CHECK_HAS(rows[i].code == 64 ? err : out, rows[i].text);
    }
    /* A single build is replaced by the next one. */
    {
        _cleanup_folder_ char *home = temp_folder_new();
        _cleanup_free_ char *out = NULL, *err = NULL;

        save(home, "probe");
        add_images(home, RUN, 1, 0, third, good_good);
        add_images(home, THIRD, 2, 0, fourth, bad_bad);
        CHECK_INT(run_touchstone(home, later, &out, &err), 1);
        CHECK_HAS(out, "a-4/kunpeng/probe  two  PASS -> FAIL");
        CHECK_HAS(out, "image a-3, run " RUN);
    }
}

/* What a run finds after another one began is no baseline for that, whenever it is asked. */
static void test_while_running(void)
{
    static const char *const images[] = {"a-1", NULL};
    static const enum status good[] = {STATUS_PASS}, bad[] = {STATUS_FAIL};
    static const char *const words[] = {"diff", "view:nightly", THIRD, NULL};
    _cleanup_folder_ char *home = temp_folder_new();
    _cleanup_free_ char *out = NULL, *err = NULL;

    save(home, "probe");
    add_images(home, OTHER, 0, 0, images, good);
    add_images(home, SECOND, 1, 5, images, bad);
    add_images(home, THIRD, 3, 0, images, bad);
    CHECK_INT(run_touchstone(home, words, &out, &err), 1);
    CHECK_HAS(out, "a-1/kunpeng/probe  two  PASS -> FAIL");
}

/* A variant that was not assessed in the run is not hidden by the other, in whatever order. */
static void test_unassessed_variant(void)
{
    static const char *const both[] = {"a-1", "a-2", NULL};
    static const enum status statuses[2][2] = {{STATUS_PASS, STATUS_MISS},
                                               {STATUS_MISS, STATUS_PASS}};
    static const char *const words[] = {"matrix", "--view", "nightly", NULL};

    for (int i = 0; i < 2; i++) {
        _cleanup_folder_ char *home = temp_folder_new();
        _cleanup_free_ char *out = NULL, *err = NULL;

        save(home, "probe");
        add_images(home, RUN, 1, 0, both, statuses[i]);
        CHECK_INT(run_touchstone(home, words, &out, &err), 2);
        CHECK_HAS(out, "view  nightly  probe");
    }
}

int main(void)
{
    CU_TestInfo tests[] = {{"saved and shown", test_saved},
                           {"wrong words", test_refused},
                           {"a broken file", test_broken_file},
                           {"the matrix of a view", test_matrix},
                           {"what was before a run", test_before},
                           {"decides as the run", test_as_run},
                           {"results of several runs", test_spread},
                           {"variants", test_variants},
                           {"a run that was running", test_while_running},
                           {"a variant not assessed", test_unassessed_variant},
                           CU_TEST_INFO_NULL};

    return cunit_run("view_cli", tests);
}
