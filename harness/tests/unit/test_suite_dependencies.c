/* SPDX-License-Identifier: Apache-2.0 */
/* ldd in the guest beside the static check: agreement is counted, a difference is stated and
 * changes no status. */
#include <stdlib.h>

#include "base/cleanup.h"
#include "cunit_run.h"
#include "model/result.h"
#include "suite/dependencies.h"

static bool is_given(const void *context, const char *path)
{
    (void)context;
    return strstr(path, "foreign") == NULL;
}

static const char *observed(const struct result *result, const char *key)
{
    vec_foreach (row, &result->observations)
        if (strcmp(row->key, key) == 0)
            return row->value;
    return NULL;
}

static void add_point(struct case_result *row, const char *name, enum status status)
{
    *vec_add(&row->points) = (struct point){.name = text_dup(name), .status = status};
}

static void add_finding(struct result *result, enum finding_kind kind, const char *file,
                        const char *symbol)
{
    *vec_add(&result->prediction.findings) = (struct finding){
        .kind = kind, .file = text_dup(file), .symbol = symbol != NULL ? text_dup(symbol) : NULL};
}

static struct result *sample(enum prediction_state state)
{
    struct result *result = result_new();
    struct case_result *row = vec_add(&result->cases);

    row->id = text_dup("probe-dependencies");
    result->prediction.state = state;
    return result;
}

static void test_compares(void)
{
    _cleanup_(result_free_cleanup) struct result *result = sample(PREDICTION_MADE);
    struct case_result *row = &result->cases.items[0];

    add_point(row, "/usr/bin/good", STATUS_PASS);
    add_point(row, "/usr/bin/lacks", STATUS_FAIL);
    add_point(row, "/usr/lib/plugin.so", STATUS_DONE);
    add_point(row, "/usr/bin/only-here", STATUS_FAIL);
    add_point(row, "/usr/bin/only-there", STATUS_PASS);
    add_point(row, "/usr/bin/foreign", STATUS_FAIL);
    add_point(row, "the packages have no program", STATUS_PASS);
    add_finding(result, FINDING_LIB_MISSING, "/bin/lacks", "libx.so.1");
    add_finding(result, FINDING_HOST_UNPROVEN, "/usr/lib/plugin.so", "host_call");
    add_finding(result, FINDING_SYM_MISSING_NOW, "/usr/bin/only-there", "gone");
    add_finding(result, FINDING_EXECSTACK, "/usr/bin/good", NULL);
    dependencies_compare(result, "probe-dependencies", is_given, NULL);
    CHECK_TEXT(observed(result, "dependencies.static.agree"), "3");
    CHECK_TEXT(observed(result, "dependencies.static.differ"), "2");
    CHECK_TEXT(observed(result, "dependencies.static.not_given"), "1");
    CHECK_HAS(observed(result, "dependencies.static.differs"),
              "/usr/bin/only-here: ldd finds that");
    CHECK_INT(result->observations.count, 5);
    CHECK_HAS(result->observations.items[1].value, "SYM_MISSING_NOW gone");
    CHECK_INT(row->points.items[4].status, STATUS_PASS);
}

static void test_not_made(void)
{
    _cleanup_(result_free_cleanup) struct result *result = sample(PREDICTION_FAILED);

    dependencies_compare(result, "probe-dependencies", is_given, NULL);
    CHECK_INT(result->observations.count, 0);
    add_point(&result->cases.items[0], "/usr/bin/good", STATUS_PASS);
    dependencies_compare(result, "probe-dependencies", is_given, NULL);
    CHECK_TEXT(observed(result, "dependencies.static"), prediction_state_name(PREDICTION_FAILED));
    CHECK_TEXT(observed(result, "dependencies.static.agree"), NULL);
    dependencies_compare(result, "absent", is_given, NULL);
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"both say", test_compares}, {"the check was not made", test_not_made}, CU_TEST_INFO_NULL};

    return cunit_run("suite_dependencies", tests);
}
