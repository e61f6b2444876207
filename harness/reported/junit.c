/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JUnit XML, by the reader of the guests' own reports. <failure> is FAIL and <error> is ERROR, but
 * nobody is responsible: producers write either for a broken test, too.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "reported/report.h"
#include "suite/protocol.h"

static int add_points(struct reported *report, const struct case_result *points, struct error **err)
{
    int code = 0;

    vec_foreach (point, &points->points)
        if (code == 0)
            code = reported_add_case(report, point->name, point->status, point->detail, point->raw,
                                     NULL, err);
    return code;
}

static int read_file(struct reported *report, const struct reported_file *file, bool ctest,
                     struct error **err)
{
    _cleanup_(case_result_done) struct case_result points = {.id = NULL};
    _cleanup_free_ char *time = NULL;
    _cleanup_free_ char *fault = protocol_read_junit(file->data.data != NULL ? file->data.data : "",
                                                     file->data.length, ctest, &points, &time);

    if (fault != NULL)
        return error_set(err, -EBADMSG,
                         "'%s' is not the JUnit XML report of a whole run: %s; import the file as "
                         "its test framework wrote it",
                         file->name, fault);
    reported_take_time(report, time, false);
    return add_points(report, &points, err);
}

static bool is_xml(const char *name)
{
    size_t length = strlen(name);

    return length > 4 && strcasecmp(name + length - 4, ".xml") == 0;
}

static int read_all(struct reported *report, bool ctest, struct error **err)
{
    size_t ignored = 0;

    vec_foreach (file, &report->files) {
        int code;

        if (report->folder && !is_xml(file->name)) {
            ignored++;
            continue;
        }
        code = read_file(report, file, ctest, err);
        if (code < 0)
            return code;
    }
    if (report->cases.count == 0)
        return error_set(err, -EBADMSG, "the JUnit XML report contains no test");
    if (ignored > 0)
        reported_add_gap(report, "%zu of its files do not end with .xml and were not read",
                         ignored);
    return 0;
}

int reported_read_junit(struct reported *report, struct error **err)
{
    return read_all(report, false, err);
}

int reported_read_ctest(struct reported *report, struct error **err)
{
    return read_all(report, true, err);
}
