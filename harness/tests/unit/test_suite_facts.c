/* SPDX-License-Identifier: Apache-2.0 */
/* suite/observations and suite/needs: observations of a case, and what a case needs before it
 * runs. */
#include "base/cleanup.h"
#include "cunit_run.h"
#include "suite/needs.h"
#include "suite/observations.h"

static char id_a[] = "a";

static void test_observations(void)
{
    static const struct {
        const char *text;
        size_t count;
        const char *key, *value, *unit; /* of the last one */
        const char *reason;             /* NULL: the case stays PASS */
    } rows[] = {
        {"", 0, NULL, NULL, NULL, NULL},
        {"page_size\t4096\tbytes\n", 1, "page_size", "4096", "bytes", NULL},
        {"k\ta\\tb\\n\\\\c\t\n", 1, "k", "a\tb\n\\c", NULL, NULL},
        {"k\t\t\n", 0, NULL, NULL, NULL, "observation 1 has no value for 'k'"},
        {"k\t1\t\n\tkey 'Bad'\n", 1, "k", "1", NULL, "observation 2 was refused by `observe`: key"},
        {"isa.sse2\tsigill\t\n", 0, NULL, NULL, NULL, "the key 'isa.sse2'"},
        {"kernel.taint\t0\t\n", 0, NULL, NULL, NULL, "the key 'kernel.taint'"},
        {"isa\t1\t\n", 1, "isa", "1", NULL, NULL},
        {"k\t1\t\nk\t2\t\n", 1, "k", "2", NULL, NULL},
        {"k\t\033[2J\t\n", 1, "k", "\\x1b[2J", NULL, NULL},
        {"good\t1\t\nbad\nlast\t2\t\n", 2, "last", "2", NULL, "observation 2 is not"},
        {"K\t1\t\n", 0, NULL, NULL, NULL, "observation 1"},
        {"\t1\t\n", 0, NULL, NULL, NULL, "observation 1 was refused"},
        {"../x/y\t1\t\n", 0, NULL, NULL, NULL, "observation 1"},
        {"k\t1\t\textra\n", 0, NULL, NULL, NULL, "observation 1"},
        {"k\t\\x\t\n", 0, NULL, NULL, NULL, "observation 1"},
        {"k\t1\\\t\n", 0, NULL, NULL, NULL, "observation 1"},
        {"k\t1\t", 0, NULL, NULL, NULL, "observation 1"},
        {"k\t1\tan unit that is far longer than any unit is\n", 0, NULL, NULL, NULL,
         "observation 1"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_(case_record_done) struct case_record record = {0};
        struct case_result row = {.id = id_a, .status = STATUS_PASS};
        struct result *result = result_new();

        buffer_text(&record.observations, rows[i].text);
        observations_collect(&record, false, &row, result);
        CHECK_INT(result->observations.count, rows[i].count);
        if (rows[i].count > 0 && rows[i].count == result->observations.count) {
            const struct observation *last = &result->observations.items[rows[i].count - 1];

            CHECK_TEXT(last->case_id, "a");
            CHECK_TEXT(last->key, rows[i].key);
            CHECK_TEXT(last->value, rows[i].value);
            CHECK_TEXT(last->unit, rows[i].unit);
        }
        CHECK_TEXT(status_name(row.status), rows[i].reason == NULL ? "PASS" : "ERROR");
        if (rows[i].reason != NULL)
            CHECK_HAS(row.reason, rows[i].reason);
        free(row.reason);
        result_free(result);
    }
}

static void test_observations_bounds(void)
{
    _cleanup_(case_record_done) struct case_record many = {0}, cut = {.observations_dropped = 1};
    struct case_result row = {.id = id_a, .status = STATUS_PASS};
    struct case_result failed = {.id = id_a, .status = STATUS_FAIL, .blame = BLAME_PRODUCT};
    struct result *result = result_new();

    for (int i = 0; i < OBSERVATIONS_MAX + 1; i++)
        buffer_format(&many.observations, "k%d\t1\t\n", i % 10);
    observations_collect(&many, false, &row, result);
    CHECK_TEXT(status_name(row.status), "ERROR");
    CHECK_HAS(row.reason, "at most 4096");
    observations_collect(&cut, false, &failed, result);
    CHECK_TEXT(status_name(failed.status), "FAIL");
    CHECK_TEXT(failed.reason, NULL);
    free(row.reason);
    result_free(result);
}

static void add_feature(struct feature_table *table, const char *name)
{
    struct feature *feature = vec_add(&table->rows);

    feature->arch = ARCH_AARCH64;
    feature->name = text_dup(name);
    feature->probe = text_dup(name);
}

static void test_isa(void)
{
    static const struct {
        const char *feature, *value;
        bool has, lacks, listed;
        const char *gap; /* NULL: none */
    } rows[] = {
        {"jscvt", "sigill", true, false, false, "missing"},
        {"jscvt", "wrong-result", true, false, false, "missing"},
        {"jscvt", "executes", true, false, false, NULL},
        {"aes", "executes", false, true, false, "extra"},
        {"aes", "executes", false, true, true, "extra"},
        {"aes", "sigill", false, true, false, NULL},
        {"bf16", "executes", false, false, false, NULL},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct platform platform = {.arch = ARCH_AARCH64};
        struct feature_table *table = text_calloc(1, sizeof(*table));
        struct result *result = result_new();
        _cleanup_free_ char *key = text_format("isa.%s", rows[i].feature);

        add_feature(table, rows[i].feature);
        if (rows[i].has)
            strv_add(&platform.has, rows[i].feature);
        if (rows[i].lacks)
            strv_add(&platform.lacks, rows[i].feature);
        if (rows[i].listed) {
            struct gap *gap = vec_add(&result->gaps.rows);

            gap->kind = GAP_EXTRA;
            gap->feature = text_dup(rows[i].feature);
        }
        result_add_observation(result, "isa", key, rows[i].value, NULL);
        observations_hold_isa(&platform, table, result);
        CHECK_INT(result->gaps.rows.count, rows[i].gap != NULL);
        if (rows[i].gap != NULL && result->gaps.rows.count == 1) {
            CHECK_TEXT(result->gaps.rows.items[0].feature, rows[i].feature);
            CHECK_TEXT(gap_kind_name(result->gaps.rows.items[0].kind), rows[i].gap);
        }
        strv_done(&platform.has);
        strv_done(&platform.lacks);
        feature_table_free(table);
        result_free(result);
    }
}

static void test_needs(void)
{
    static const struct {
        enum need_kind kind;
        const char *value;
        const char *reason; /* NULL: met */
        bool gap;
    } rows[] = {
        {NEED_ARCH, "aarch64", NULL, false},
        {NEED_ARCH, "x86_64", "is for x86_64, this guest is aarch64", false},
        {NEED_FEATURE, "atomics", NULL, false},
        {NEED_FEATURE, "jscvt", "gap: needs CPU feature 'jscvt', which Kunpeng 920 has", true},
        {NEED_FEATURE, "sve", "needs CPU feature 'sve', which this guest lacks", false},
        {NEED_CASE, "passed", NULL, false},
        {NEED_CASE, "failed", "needs case 'failed', which is FAIL", false},
        {NEED_CASE, "gapped", "needs case 'gapped', which is SKIP", true},
        {NEED_CASE, "skipped", "needs case 'skipped', which is SKIP", false},
        {NEED_CASE, "nowhere", "which has not run", false},
        {NEED_CASE, "self", "which has not run", false},
    };
    static const struct {
        const char *id;
        enum status status;
        bool gap;
    } earlier[] = {{"passed", STATUS_PASS, false},
                   {"failed", STATUS_FAIL, false},
                   {"gapped", STATUS_SKIP, true},
                   {"skipped", STATUS_SKIP, false},
                   {"self", STATUS_PASS, false}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char part[] = "Kunpeng 920";
        struct platform platform = {.arch = ARCH_AARCH64, .part = part};
        struct suite_case suite_case = {0};
        struct result *result = result_new();
        struct strv features = {0};
        struct need *need = vec_add(&suite_case.needs);
        struct case_result *row;

        strv_add(&platform.has, "atomics");
        strv_add(&platform.has, "jscvt");
        strv_add(&features, "atomics");
        need->kind = rows[i].kind;
        need->value = text_dup(rows[i].value);
        for (size_t j = 0; j < sizeof(earlier) / sizeof(earlier[0]); j++) {
            row = vec_add(&result->cases);
            row->id = text_dup(earlier[j].id);
            row->status = earlier[j].status;
            row->gap = earlier[j].gap;
        }
        row = result_find_case(result, "self");
        CHECK_INT(needs_met(&suite_case, &platform, &features, result, row),
                  rows[i].reason == NULL);
        if (rows[i].reason != NULL) {
            CHECK_TEXT(status_name(row->status), "SKIP");
            CHECK_HAS(row->reason, rows[i].reason);
            CHECK_INT(row->gap, rows[i].gap);
        }
        free(need->value);
        vec_done(&suite_case.needs);
        strv_done(&platform.has);
        strv_done(&features);
        result_free(result);
    }
}

int main(void)
{
    CU_TestInfo tests[] = {{"observations", test_observations},
                           {"observations' bounds", test_observations_bounds},
                           {"isa against the platform", test_isa},
                           {"needs", test_needs},
                           CU_TEST_INFO_NULL};

    return cunit_run("suite/facts", tests);
}
