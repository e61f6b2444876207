/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The result folder of one job of lkp-tests (github.com/intel/lkp-tests): job.yaml, stats.json (or
 * TESTCASE.json), last_state, and the kernel's log. Which names of values say that a test passed,
 * failed or was skipped is in its etc/test-result-definition.yml; all others are measurements, for
 * which lkp has no pass. A list of tests does not say that the job ran to its end, so its end and
 * the kernel's log are cases of their own.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/json.h"
#include "reported/report.h"

enum { NAMED = 5 }; /* entries that a reason names */

struct lkp {
    struct reported *report;
    char *testcase;
    size_t judged, measured; /* values of the testcase */
    struct strv kernel;      /* what lkp found in the kernel's log */
    struct strv ended;       /* what it says against the end of the job */
};

static void lkp_done(struct lkp *lkp)
{
    free(lkp->testcase);
    strv_done(&lkp->kernel);
    strv_done(&lkp->ended);
}

static const struct reported_file *find_file(const struct reported *report, const char *name)
{
    vec_foreach (file, &report->files)
        if (strcmp(file->name, name) == 0)
            return file;
    return NULL;
}

static const char *text_of(const struct reported_file *file)
{
    return file != NULL && file->data.data != NULL ? file->data.data : "";
}

/* --- job.yaml ------------------------------------------------------------------------------ */

/* The scalar of a key in the first column, without quotes and comment; the last one counts, since
 * lkp appends to the file. NULL: it has none. Caller frees. */
static char *job_value(const struct reported_file *job, const char *key)
{
    size_t length = strlen(key);
    char *value = NULL;

    for (const char *line = text_of(job); *line != '\0'; line += strcspn(line, "\n")) {
        size_t size;

        line += *line == '\n';
        if (strncmp(line, key, length) != 0 || line[length] != ':')
            continue;
        line += length + 1;
        line += strspn(line, " \t\"'");
        size = strcspn(line, "\n\r\"'#");
        while (size > 0 && (line[size - 1] == ' ' || line[size - 1] == '\t'))
            size--;
        if (size == 0)
            continue;
        free(value);
        value = text_ndup(line, size);
    }
    return value;
}

static void read_facts(struct reported *report, const struct reported_file *job)
{
    static const char *const keys[] = {"testcase", "category", "testbox", "kernel",
                                       "commit",   "rootfs",   "compiler"};
    _cleanup_free_ char *arch = job_value(job, "arch"), *end = job_value(job, "end_time");
    uint64_t seconds;

    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        _cleanup_free_ char *value = job_value(job, keys[i]), *key = NULL;

        key = text_format("lkp.%s", keys[i]);
        if (value != NULL)
            reported_add_fact(report, key, value);
    }
    report->has_arch = arch != NULL && arch_parse(arch, &report->arch);
    if (end != NULL && text_parse_u64(end, "end_time", 1, INT64_MAX / 1000, &seconds, NULL) == 0 &&
        (int64_t)seconds * 1000 <= clock_wall_ms())
        report->time_ms = (int64_t)seconds * 1000;
}

/* --- values -------------------------------------------------------------------------------- */

/* The end of a value's name that makes it the result of a test; false: it is a measurement. lkp
 * counts all words but the first and the skips as failures; what broke the test is ERROR here. */
static bool word_status(const char *testcase, const char *word, enum status *ret)
{
    static const struct {
        const char *testcase, *word; /* testcase NULL: any */
        enum status status;
    } words[] = {
        {NULL, "pass", STATUS_PASS},
        {NULL, "fail", STATUS_FAIL},
        {NULL, "error", STATUS_ERROR},
        {NULL, "timeout", STATUS_ERROR},
        {NULL, "job_oom", STATUS_ERROR},
        {NULL, "job_soft_timeout", STATUS_ERROR},
        {NULL, "killed_by", STATUS_ERROR},
        {NULL, "skip", STATUS_SKIP},
        {NULL, "block", STATUS_SKIP},
        {NULL, "not_installed", STATUS_SKIP},
        {NULL, "job_skip", STATUS_SKIP},
        {"kselftests", "xfailed", STATUS_FAIL},
        {"kselftests", "xfail", STATUS_FAIL},
        {"kselftests", "test_skip", STATUS_SKIP},
        {"kselftests", "unresolved", STATUS_SKIP},
        {"kselftests", "unsupported", STATUS_SKIP},
        {"avocado", "interrupted", STATUS_ERROR},
        {"avocado", "warn", STATUS_FAIL},
        {"avocado", "cancel", STATUS_SKIP},
        {"nvml", "test_skip", STATUS_SKIP},
        {"xfstests", "expunged", STATUS_SKIP},
        {"ltp", "unknown", STATUS_SKIP},
        {"lkvs", "na", STATUS_SKIP},
    };

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (strcasecmp(words[i].word, word) == 0 &&
            (words[i].testcase == NULL || strcmp(words[i].testcase, testcase) == 0)) {
            *ret = words[i].status;
            return true;
        }
    return false;
}

/* The sum of a value or of its samples; 0 also for what is no number. */
static double sum_of(const json_t *value)
{
    double sum = 0;
    const json_t *one;
    size_t i;

    if (json_is_number(value))
        return json_number_value(value);
    json_array_foreach(value, i, one) sum += json_is_number(one) ? json_number_value(one) : 0;
    return sum;
}

static int add_test(struct lkp *lkp, const char *name, const json_t *value, struct error **err)
{
    const char *word = strrchr(name, '.'), *rest = name + strlen(lkp->testcase) + 1;
    _cleanup_free_ char *test = NULL, *reason = NULL;
    enum status status;

    if (word < rest - 1 || !word_status(lkp->testcase, word + 1, &status)) {
        lkp->measured++;
        return 0;
    }
    test = word > rest ? text_ndup(rest, (size_t)(word - rest)) : text_dup(lkp->testcase);
    lkp->judged++;
    if (!(sum_of(value) > 0)) {
        status = STATUS_MISS;
        reason = text_format("'%s' is there, but counts nothing", name);
    } else if (status != STATUS_PASS)
        reason = text_format("lkp reports '%s'", word + 1);
    return reported_add_case(lkp->report, test, status, reason, word + 1, NULL, err);
}

static int read_values(struct lkp *lkp, const struct reported_file *file, struct error **err)
{
    _cleanup_json_ json_t *root = NULL;
    size_t length = strlen(lkp->testcase);
    const char *name;
    json_t *value;
    int code = json_parse(text_of(file), file->data.length, file->name, &root, err);

    if (code == 0 && !json_is_object(root))
        code = error_set(err, -EBADMSG, "'%s' is not an object of values", file->name);
    if (code < 0)
        return code;
    json_object_foreach(root, name, value)
    {
        if (strncmp(name, lkp->testcase, length) == 0 && name[length] == '.')
            code = add_test(lkp, name, value, err);
        else if (text_starts(name, "dmesg.") && !text_starts(name, "dmesg.timestamp") &&
                 strcmp(name, "dmesg.boot_succeeded") != 0 && sum_of(value) > 0)
            strv_add(&lkp->kernel, name + strlen("dmesg."));
        if (code < 0)
            return code;
    }
    return 0;
}

/* --- the end of the job -------------------------------------------------------------------- */

/* "is_incomplete_run: 1", "test.ltp.exit_code.99: 1" */
static void read_last_state(struct lkp *lkp, const struct reported_file *file)
{
    for (const char *line = text_of(file); *line != '\0'; line += strcspn(line, "\n")) {
        size_t size;

        line += *line == '\n';
        size = strcspn(line, ":\n");
        if (size > 0 && *line != '#' && line[size] == ':' && atoi(line + size + 1) > 0)
            strv_take(&lkp->ended, text_ndup(line, size));
    }
}

/* "a, b, c and 4 more" */
static char *list(const struct strv *names)
{
    struct buffer text = {0};

    for (size_t i = 0; i < names->count && i < NAMED; i++)
        buffer_format(&text, "%s%s", i > 0 ? ", " : "", names->items[i]);
    if (names->count > NAMED)
        buffer_format(&text, " and %zu more", names->count - NAMED);
    return buffer_steal(&text);
}

static int add_end(struct lkp *lkp, const struct reported_file *job, struct error **err)
{
    _cleanup_free_ char *state = job_value(job, "job_state"), *reason = NULL, *what = NULL;
    const struct reported_file *last = find_file(lkp->report, "last_state");
    enum status status = STATUS_ERROR;

    read_last_state(lkp, last);
    what = list(&lkp->ended);
    if (lkp->ended.count > 0)
        reason = text_format("the job did not run to its end: last_state has %s", what);
    else if (state != NULL && strcmp(state, "finished") != 0)
        reason = text_format("the job did not run to its end: its job_state is '%s'", state);
    else if (state == NULL) {
        status = STATUS_MISS;
        reason = text_dup("nothing says that the job ran to its end: job.yaml has no job_state");
    } else
        status = STATUS_PASS;
    if (last == NULL)
        reported_add_gap(lkp->report, "it has no last_state");
    return reported_add_case(lkp->report, "lkp job", status, reason, state, NULL, err);
}

/* --- the kernel's log ---------------------------------------------------------------------- */

static void read_kernel_log(struct lkp *lkp, const struct reported_file *log)
{
    static const char *const marks[] = {"invoked oom-killer: gfp_mask=",
                                        "Out of memory and no killable processes",
                                        "Kernel panic - not syncing",
                                        "kernel BUG at ",
                                        "BUG: ",
                                        "Oops: ",
                                        "general protection fault"};

    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
        if (memmem(text_of(log), log->data.length, marks[i], strlen(marks[i])) != NULL)
            strv_add(&lkp->kernel, marks[i]);
}

/* A log without an error known here is no proof, so it is not a pass. */
static int add_kernel_log(struct lkp *lkp, struct error **err)
{
    static const char *const names[] = {"dmesg", "kmsg"};
    static const char *const packed[] = {"dmesg.xz", "dmesg.gz", "kmsg.xz", "kmsg.gz"};
    _cleanup_free_ char *reason = NULL, *what = NULL;
    struct reported_case *row = NULL;
    const char *compressed = NULL;
    enum status status = STATUS_MISS;
    bool read = false;
    int code;

    for (size_t i = 0; i < 2; i++) {
        const struct reported_file *log = find_file(lkp->report, names[i]);

        if (log == NULL || log->data.length == 0)
            continue;
        read_kernel_log(lkp, log);
        read = true;
    }
    for (size_t i = 0; i < 4 && compressed == NULL; i++)
        if (find_file(lkp->report, packed[i]) != NULL)
            compressed = packed[i];
    what = list(&lkp->kernel);
    if (lkp->kernel.count > 0) {
        status = STATUS_FAIL;
        reason = text_format("the kernel's log has %s", what);
    } else if (read) {
        status = STATUS_DONE;
        reason = text_dup("not judged: no error that is known here was found in it");
    } else if (compressed != NULL)
        reason = text_format("'%s' is compressed and was not read: unpack it", compressed);
    else
        reason = text_dup("there is no dmesg and no kmsg, or it is empty");
    if (!read)
        reported_add_gap(lkp->report, "the kernel's log was not read: %s", reason);
    code = reported_add_case(lkp->report, "kernel log", status, reason, NULL, &row, err);
    if (code == 0)
        row->optional = status != STATUS_FAIL;
    return code;
}

/* --- all ----------------------------------------------------------------------------------- */

static int add_nothing(struct lkp *lkp, const struct reported_file *values, struct error **err)
{
    _cleanup_free_ char *reason =
        values == NULL ? text_format("it has no stats.json and no %s.json", lkp->testcase)
        : lkp->measured > 0
            ? text_format("not judged: %zu %s, and no test that passed or failed", lkp->measured,
                          text_plural(lkp->measured, "measurement", "measurements"))
            : text_format("'%s' has no value of '%s'", values->name, lkp->testcase);

    return reported_add_case(lkp->report, lkp->testcase,
                             lkp->measured > 0 ? STATUS_DONE : STATUS_MISS, reason, NULL, NULL,
                             err);
}

static int read_job(struct lkp *lkp, const struct reported_file *job, struct error **err)
{
    _cleanup_free_ char *own = text_format("%s.json", lkp->testcase);
    const struct reported_file *values = find_file(lkp->report, "stats.json");
    int code = 0;

    if (values == NULL)
        values = find_file(lkp->report, own);
    if (values != NULL)
        code = read_values(lkp, values, err);
    if (code == 0 && lkp->judged == 0)
        code = add_nothing(lkp, values, err);
    if (code == 0)
        code = add_end(lkp, job, err);
    if (code == 0)
        code = add_kernel_log(lkp, err);
    if (code == 0 && lkp->judged > 0 && lkp->measured > 0)
        reported_add_gap(lkp->report,
                         "%zu of its values are measurements, which lkp does not judge",
                         lkp->measured);
    return code;
}

int reported_read_lkp(struct reported *report, struct error **err)
{
    const struct reported_file *job = find_file(report, "job.yaml");
    _cleanup_(lkp_done) struct lkp lkp = {.report = report};

    if (job == NULL)
        return error_set(err, -EBADMSG,
                         "it has no job.yaml: give the result folder of one job of lkp-tests");
    if (memchr(text_of(job), '\0', job->data.length) != NULL)
        return error_set(err, -EBADMSG, "'job.yaml' is not text");
    lkp.testcase = job_value(job, "testcase");
    if (lkp.testcase == NULL)
        return error_set(err, -EBADMSG, "'job.yaml' has no 'testcase'");
    if (find_file(report, "matrix.json") != NULL && find_file(report, "stats.json") == NULL)
        return error_set(err, -EBADMSG,
                         "it has a matrix.json and no stats.json, so it is of several runs: give "
                         "the folder of one run");
    read_facts(report, job);
    return read_job(&lkp, job, err);
}
