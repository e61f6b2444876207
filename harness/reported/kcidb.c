/* SPDX-License-Identifier: Apache-2.0 */
/*
 * KCIDB JSON, schema versions 4 and 5 (github.com/kernelci/kcidb-io): its tests of one build. Its
 * words of a status are ours: FAIL, the tested code broke; ERROR, the test broke; MISS, its harness
 * broke. The tested code may be the product's or the image's, so only ERROR names a party.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/json.h"
#include "reported/report.h"

static const char what[] = "the KCIDB report";

/* A member that is a text; NULL: absent or something else. Borrowed. */
static const char *text_of(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static int check_version(const json_t *root, struct error **err)
{
    const json_t *version = json_object_get(root, "version");
    int64_t major = 0;
    int code;

    if (!json_is_object(version))
        return error_set(err, -EBADMSG, "%s has no 'version': give a file of KCIDB JSON", what);
    code = json_get_integer(version, what, "major", 0, INT64_MAX, &major, err);
    if (code == 0 && (major < 4 || major > 5))
        code = error_set(err, -EBADMSG,
                         "%s has version %lld: versions 4 and 5 are read; 'kcidb-schema' upgrades "
                         "others",
                         what, (long long)major);
    return code;
}

/* The word of the report, never better than it says. */
static enum status status_of(const json_t *test, const char **ret_reason)
{
    const char *word = text_of(test, "status");
    enum status status;

    *ret_reason = NULL;
    if (word == NULL) {
        *ret_reason = "the report gives no status";
        return STATUS_MISS;
    }
    if (!status_parse(word, &status)) {
        *ret_reason = "the report's status is not one of KCIDB";
        return STATUS_MISS;
    }
    return status;
}

static int add_test(struct reported *report, const json_t *test, struct error **err)
{
    static const char *const plain[STATUS_COUNT] = {
        [STATUS_FAIL] = "the tested code failed, says the report",
        [STATUS_ERROR] = "the test broke, says the report",
        [STATUS_MISS] = "the harness of the other system broke, says the report",
        [STATUS_SKIP] = "skipped, says the report",
        [STATUS_DONE] = "it ran and was not judged, says the report",
    };
    const char *path = text_of(test, "path"), *id = text_of(test, "id");
    const char *comment = text_of(test, "comment"), *reason = NULL;
    const json_t *duration = json_object_get(test, "duration");
    enum status status = status_of(test, &reason);
    _cleanup_free_ char *text = NULL;
    struct reported_case *row = NULL;
    int code;

    if (id == NULL)
        return error_set(err, -EBADMSG, "%s: a test has no 'id'", what);
    reason = reason != NULL ? reason : plain[status];
    if (reason != NULL)
        text = text_format("%s%s%s%s", reason, comment != NULL ? ": " : "",
                           comment != NULL ? comment : "",
                           json_is_true(json_object_get(test, "waived"))
                               ? " (the report waives it; 'touchstone waive' does so here)"
                               : "");
    code = reported_add_case(report, path != NULL && *path != '\0' ? path : id, status, text,
                             text_of(test, "status"), &row, err);
    if (code < 0)
        return code;
    row->blame = status == STATUS_ERROR ? BLAME_SUITE : BLAME_NONE;
    row->url = reported_line(text_of(test, "log_url"));
    if (row->url != NULL)
        reported_add_gap(report, "the logs that it names by URL were not fetched");
    if (json_is_number(duration) && json_number_value(duration) > 0 &&
        json_number_value(duration) < CLOCK_DAY_MS)
        row->duration_ms = (int64_t)(json_number_value(duration) * 1000);
    reported_take_time(report, text_of(test, "start_time"), false);
    return 0;
}

/* A cell is one build of one system: tests of several would count for each other. */
static int check_build(const json_t *tests, const char **ret_build, struct error **err)
{
    const char *first = NULL;
    const json_t *test;
    size_t i;

    json_array_foreach(tests, i, test)
    {
        const char *build = text_of(test, "build_id");
        _cleanup_free_ char *one = NULL, *other = NULL;

        if (!json_is_object(test))
            return error_set(err, -EBADMSG, "%s: entry %zu of 'tests' is not an object", what,
                             i + 1);
        if (build == NULL)
            return error_set(err, -EBADMSG, "%s: test %zu has no 'build_id'", what, i + 1);
        if (first == NULL)
            first = build;
        if (strcmp(first, build) == 0)
            continue;
        one = reported_line(first);
        other = reported_line(build);
        return error_set(
            err, -EBADMSG,
            "%s has tests of several builds, '%s' and '%s': give each as a file of its "
            "own, with its image and platform",
            what, one, other);
    }
    *ret_build = first;
    return 0;
}

/* What the tests ran on, as far as the report says so. */
static int read_build(struct reported *report, const json_t *root, const char *id,
                      struct error **err)
{
    const json_t *builds = json_object_get(root, "builds"), *build;
    size_t i;

    reported_add_fact(report, "kcidb.build_id", id);
    json_array_foreach(builds, i, build)
    {
        const char *arch = text_of(build, "architecture");
        _cleanup_free_ char *line = reported_line(arch);

        if (!text_equal(text_of(build, "id"), id) || arch == NULL)
            continue;
        if (!arch_parse(arch, &report->arch))
            return error_set(err, -EBADMSG,
                             "%s: build '%s' has the architecture '%s': no platform has it", what,
                             id, line);
        report->has_arch = true;
        reported_add_fact(report, "kcidb.architecture", arch);
    }
    if (!report->has_arch)
        reported_add_gap(report, "it does not say for which architecture its build is");
    return 0;
}

static void read_origins(struct reported *report, const json_t *tests)
{
    _cleanup_strv_ struct strv origins = {0}, places = {0};
    _cleanup_free_ char *joined = NULL;
    const json_t *test;
    size_t i;

    json_array_foreach(tests, i, test)
    {
        const char *origin = text_of(test, "origin");
        const char *place = text_of(json_object_get(test, "environment"), "comment");

        if (origin != NULL && origins.count < 8 && !strv_has(&origins, origin))
            strv_add(&origins, origin);
        if (place != NULL && places.count < 8 && !strv_has(&places, place))
            strv_add(&places, place);
    }
    joined = strv_join(&origins, " ");
    reported_add_fact(report, "kcidb.origin", joined);
    for (size_t p = 0; p < places.count; p++)
        reported_add_fact(report, "kcidb.environment", places.items[p]);
    if (places.count == 0)
        reported_add_gap(report, "it does not say in which environment its tests ran");
    if (places.count > 1)
        reported_add_gap(report, "its tests ran in several environments");
}

int reported_read_kcidb(struct reported *report, struct error **err)
{
    const struct reported_file *file = &report->files.items[0];
    _cleanup_json_ json_t *root = NULL;
    json_t *tests = NULL, *test;
    const char *build = NULL;
    size_t i;
    int code = json_parse(file->data.data != NULL ? file->data.data : "", file->data.length, what,
                          &root, err);

    if (code == 0)
        code = check_version(root, err);
    if (code == 0)
        code = json_get_array(root, what, "tests", REPORTED_CASES, &tests, err);
    if (code == 0 && json_array_size(tests) == 0)
        code = error_set(err, -EBADMSG, "%s contains no test", what);
    if (code == 0)
        code = check_build(tests, &build, err);
    if (code == 0)
        code = read_build(report, root, build, err);
    json_array_foreach(tests, i, test)
    {
        if (code == 0)
            code = add_test(report, test, err);
    }
    if (code == 0)
        read_origins(report, tests);
    return code;
}
