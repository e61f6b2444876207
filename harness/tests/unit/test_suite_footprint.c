/* SPDX-License-Identifier: Apache-2.0 */
/* suite/footprint: hostile text is refused or bounded, snapshots are merged, and what is left after
 * the uninstallation fails its case; a snapshot that is missing never passes it. */
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "cunit_run.h"
#include "model/bounds.h"
#include "suite/footprint.h"

#define HEAD "footprint\t1\n"
#define END(lines) "end\t" #lines "\t0\t10000\t1500\n"

static struct suite suite;

static struct result *read_one(const char *text, enum footprint_phase phase)
{
    struct result *result = result_new();
    _cleanup_error_ struct error *err = NULL;

    CHECK_INT(footprint_read(text, strlen(text), phase, &suite, &result->footprint, &err), 0);
    CHECK_TEXT(error_message(err), "no error");
    return result;
}

static void test_refused(void)
{
    static const struct {
        const char *text, *says;
    } rows[] = {
        {"", "no footprint"},
        {"footprint\t2\n" END(0), "no footprint"},
        {END(0), "no footprint"},
        {HEAD, "no end"},
        {HEAD "file\tnew\t/a\t\n", "no end"},
        {HEAD END(1), "0 of 1 lines"},
        {HEAD "file\tnew\t/a\t\n" END(0), "1 of 0 lines"},
        {HEAD "file\tnew\t/a\t\n" END(1) "file\tnew\t/b\t\n", "no end"},
        {HEAD "file\tnew\t\t\n" END(1), "line 2"},
        {HEAD "file\tbetter\t/a\t\n" END(1), "line 2"},
        {HEAD "spell\tnew\t/a\t\n" END(1), "line 2"},
        {HEAD "end\t0\t0\t1\n", "number 4"},
        {HEAD "end\t0\t0\t1\t-1\n", "number 4"},
        {HEAD "end\t0\t99999999999\t1\t1\n", "number 2"},
        {HEAD "end\t0\t0\t1\t1", "fact 2"},
        {HEAD "file\tnew\t/a\\x\t\n" END(1), "fact 2"},
        {HEAD "file\tnew\t1\t2\t3\t4\t5\t6\t7\t8\t9\n" END(1), "fact 2"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct result *result = result_new();
        _cleanup_error_ struct error *err = NULL;

        CHECK_INT(footprint_read(rows[i].text, strlen(rows[i].text), FOOTPRINT_INSTALLED, &suite,
                                 &result->footprint, &err),
                  -EBADMSG);
        CHECK_HAS(error_message(err), rows[i].says);
        CHECK_INT(result->footprint.state, FOOTPRINT_NONE);
        CHECK_INT(result->footprint.entries.count, 0);
        result_free(result);
    }
}

static void test_bounds(void)
{
    _cleanup_buffer_ struct buffer text = {0};
    struct result *result = result_new();
    struct footprint *footprint = &result->footprint;

    for (int phase = 0; phase < FOOTPRINT_PHASE_COUNT; phase++) {
        buffer_done(&text);
        text = (struct buffer){0};
        buffer_text(&text, HEAD);
        for (int i = 0; i < 1900; i++)
            buffer_format(&text, "file\tnew\t/p%d/%d\t\033[2J\n", phase, i);
        buffer_text(&text, END(1900));
        CHECK_INT(footprint_read(text.data, text.length, (enum footprint_phase)phase, &suite,
                                 footprint, NULL),
                  0);
    }
    CHECK_INT(footprint->entries.count, BOUND_FOOTPRINT);
    CHECK_INT(footprint->state, FOOTPRINT_INCOMPLETE);
    CHECK_HAS(footprint->reason, "more differences than are stored");
    CHECK_TEXT(footprint->entries.items[0].detail, "\\x1b[2J");
    result_free(result);
}

static const struct footprint_entry *find(const struct footprint *footprint, const char *name)
{
    vec_foreach (entry, &footprint->entries)
        if (strcmp(entry->name, name) == 0)
            return entry;
    CU_FAIL_FATAL("no such entry");
    return NULL;
}

static void test_phases(void)
{
    static const char installed[] = HEAD "user\tnew\tfoo\t998:\nfile\tnew\t/srv/foo\t\n" END(2);
    static const char ran[] =
        HEAD "user\tnew\tfoo\t998:\nport\tnew\ttcp 80\t\nport\tnew\ttcp 80\t\n" END(3);
    static const char after[] = HEAD "user\tnew\tfoo\t998:\n" END(1);
    struct result *result = read_one(installed, FOOTPRINT_INSTALLED);
    struct footprint *footprint = &result->footprint;

    CHECK_INT(footprint_read(ran, sizeof(ran) - 1, FOOTPRINT_SUITE, &suite, footprint, NULL), 0);
    CHECK_INT(
        footprint_read(after, sizeof(after) - 1, FOOTPRINT_UNINSTALLED, &suite, footprint, NULL),
        0);
    CHECK_INT(footprint->state, FOOTPRINT_TAKEN);
    CHECK_INT(footprint->entries.count, 3);
    CHECK_INT(find(footprint, "foo")->since, FOOTPRINT_INSTALLED);
    CU_ASSERT(find(footprint, "foo")->left);
    CHECK_INT(find(footprint, "tcp 80")->since, FOOTPRINT_SUITE);
    CU_ASSERT(!find(footprint, "tcp 80")->left);
    CU_ASSERT(!find(footprint, "/srv/foo")->left);
    CHECK_INT(footprint_count_faults(footprint), 1);
    CHECK_INT(footprint->snapshots.items[2].rows, 10000);
    CHECK_INT(footprint->snapshots.items[2].duration_ms, 1500);
    result_free(result);
}

/* An uninstall case that passed by its own script. */
static void test_faults(void)
{
    static const struct {
        const char *line;
        enum status status;
    } rows[] = {
        {"file\tnew\t/opt/foo\tfolder, 3 inside\n", STATUS_FAIL},
        {"unit\tnew\t/etc/systemd/system/foo.service\t\n", STATUS_FAIL},
        {"unit\tgone\t/etc/systemd/system/sshd.service\t\n", STATUS_FAIL},
        {"enabled\tnew\t/etc/systemd/system/multi-user.target.wants/foo.service\t\n", STATUS_FAIL},
        {"active\tnew\tfoo.service\t\n", STATUS_FAIL},
        {"cron\tnew\t/etc/cron.d/foo\t\n", STATUS_FAIL},
        {"alternative\tchanged\t/etc/alternatives/editor\t\n", STATUS_FAIL},
        {"user\tnew\tfoo\t998:\n", STATUS_FAIL},
        {"user\tgone\tgames\t5:\n", STATUS_FAIL},
        {"group\tchanged\tadm\t4: -> 4:foo\n", STATUS_FAIL},
        {"port\tnew\ttcp 80\t\n", STATUS_FAIL},
        {"sysctl\tchanged\tvm.swappiness\t60 -> 7\n", STATUS_FAIL},
        {"os-file\tchanged\t/etc/bash.bashrc\tits content was changed\n", STATUS_FAIL},
        {"os-file\tgone\t/usr/bin/sort\ta package has it\n", STATUS_FAIL},
        {"module\tnew\tguardian\tout-of-tree\n", STATUS_FAIL},
        /* Not the product's fault. */
        {"module\tnew\tnf_tables\t\n", STATUS_PASS},
        {"file\tnew\t/root/.rediscli_history\t\n", STATUS_PASS},
        {"port\tgone\ttcp 22\t\n", STATUS_PASS},
        {"core\tnew\t/var/crash/foo.1\t\n", STATUS_PASS},
        {"denial\tnew\tavc:  denied  { read }\t\n", STATUS_PASS},
        {"taint\tchanged\tkernel\t0 -> 4096\n", STATUS_PASS},
        /* What suite.xml allows, and only that. */
        {"file\tnew\t/srv/data/deep/inside\t\n", STATUS_PASS},
        {"user\tnew\tpostgres\t\n", STATUS_PASS},
        {"group\tnew\tpostgres\t\n", STATUS_FAIL},
        {"file\tnew\t/srv/dat\t\n", STATUS_FAIL},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_free_ char *text = text_format(HEAD "%s" END(1), rows[i].line);
        struct result *result = read_one(text, FOOTPRINT_UNINSTALLED);
        struct case_result row = {.started = true, .status = STATUS_PASS};

        footprint_judge(&result->footprint, BLAME_HARNESS, &row);
        CHECK_INT(row.status, rows[i].status);
        if (row.status != rows[i].status)
            printf("\nrow: %s", rows[i].line);
        CHECK_INT(row.blame, rows[i].status == STATUS_FAIL ? BLAME_PRODUCT : BLAME_NONE);
        if (row.status == STATUS_FAIL) {
            CHECK_HAS(row.reason, "left behind");
            CHECK_HAS(row.reason, result->footprint.entries.items[0].name);
        }
        case_result_done(&row);
        result_free(result);
    }
}

static void test_unknown(void)
{
    struct result *result =
        read_one(HEAD "incomplete\trpm could not list the files\n" END(0), FOOTPRINT_UNINSTALLED);
    struct case_result row = {.started = true, .status = STATUS_PASS};

    CHECK_INT(result->footprint.state, FOOTPRINT_INCOMPLETE);
    footprint_judge(&result->footprint, BLAME_HARNESS, &row);
    CHECK_INT(row.status, STATUS_MISS);
    CHECK_INT(row.blame, BLAME_HARNESS);
    CHECK_HAS(row.reason, "is not known: rpm could not list the files");
    case_result_done(&row);
    result_free(result);

    result = result_new();
    footprint_miss(&result->footprint, FOOTPRINT_UNINSTALLED, "the snapshot was changed");
    row = (struct case_result){.started = true, .status = STATUS_PASS};
    footprint_judge(&result->footprint, BLAME_PRODUCT, &row);
    CHECK_INT(row.status, STATUS_MISS);
    CHECK_INT(row.blame, BLAME_PRODUCT);
    case_result_done(&row);
    result_free(result);

    result = result_new();
    row = (struct case_result){.started = true, .status = STATUS_PASS};
    footprint_judge(&result->footprint, BLAME_HARNESS, &row);
    CHECK_INT(row.status, STATUS_MISS);
    case_result_done(&row);
    /* What was not run, or failed for another reason, keeps its status. */
    row = (struct case_result){.status = STATUS_SKIP};
    footprint_judge(&result->footprint, BLAME_HARNESS, &row);
    CHECK_INT(row.status, STATUS_SKIP);
    row = (struct case_result){.started = true, .status = STATUS_ERROR};
    footprint_judge(&result->footprint, BLAME_HARNESS, &row);
    CHECK_INT(row.status, STATUS_ERROR);
    result_free(result);
}

static void test_findings(void)
{
    struct result *result = read_one(HEAD "os-file\tchanged\t/etc/a\tits content was changed\n"
                                          "os-file\tgone\t/usr/b\ta package has it\n"
                                          "user\tnew\tfoo\t\n" END(3),
                                     FOOTPRINT_INSTALLED);
    struct footprint *footprint = &result->footprint;
    static const char after[] = HEAD "os-file\tgone\t/usr/b\ta package has it\n" END(1);

    CHECK_INT(
        footprint_read(after, sizeof(after) - 1, FOOTPRINT_UNINSTALLED, &suite, footprint, NULL),
        0);
    footprint_find_changes(footprint);
    CU_ASSERT_FATAL(footprint->findings.count == 2);
    CHECK_TEXT(finding_name(&footprint->findings.items[0]), "OS_FILE_MODIFIED");
    CHECK_INT(footprint->findings.items[0].severity, SEVERITY_HIGH);
    CHECK_HAS(footprint->findings.items[0].found, "undone by the uninstallation");
    CHECK_TEXT(footprint->findings.items[1].file, "/usr/b");
    CHECK_HAS(footprint->findings.items[1].found, "removed; first seen after the installation");
    result_free(result);
}

int main(void)
{
    CU_TestInfo tests[] = {{"texts that are refused", test_refused},
                           {"bounds", test_bounds},
                           {"snapshots are merged", test_phases},
                           {"what is a fault", test_faults},
                           {"what is not known", test_unknown},
                           {"findings", test_findings},
                           CU_TEST_INFO_NULL};
    static char data[] = "/srv/data/*", user[] = "postgres", why[] = "of the administrator";
    int code;

    *vec_add(&suite.leftovers) = (struct suite_leftover){FOOTPRINT_FILE, data, why};
    *vec_add(&suite.leftovers) = (struct suite_leftover){FOOTPRINT_USER, user, why};
    code = cunit_run("suite/footprint", tests);
    vec_done(&suite.leftovers);
    return code;
}
