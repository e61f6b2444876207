/* SPDX-License-Identifier: Apache-2.0 */
/* cell/guard: findings of the guard in the guest, reported for the case that caused them. */
#include "base/cleanup.h"
#include "cell/guard.h"
#include "cell/installed.h"
#include "cell/product.h"
#include "cunit_run.h"

static char id[] = "first";

/* A package that contains a shell, and a separate program. */
static struct product *bring(void)
{
    static char shell[] = "/bin/dash", loose[] = "/usr/bin/grep";
    static char *inputs[] = {"/pool/dash_1_amd64.deb", "/suites/s/files"};
    static struct package_file files[] = {{shell, 100, 0, 0}, {loose, 100, 1, 0}};
    const struct strv names = {inputs, 2};
    struct package package = {.files = {files, 2}};
    struct findings findings = {0};
    struct product *product = product_new(0);

    product_take(product, &package, &names, &findings);
    return product;
}

static void test_judge(void)
{
    static const struct {
        const char *facts;
        enum status before;
        const char *status, *blame, *reason; /* reason NULL: none */
        int ends;                            /* no further case may run */
        const char *observation;             /* NULL: none */
    } rows[] = {
        {"taint\t0x0\n", STATUS_PASS, "PASS", "none", NULL, 0, NULL},
        {"tampered\tfile\tsuite/cases/second\tchanged\n", STATUS_PASS, "MISS", "product",
         "suite/cases/second", 1, NULL},
        {"tampered\tfile\tbin/observe\tmissing\n", STATUS_ERROR, "MISS", "product", "bin/observe",
         1, NULL},
        {"tampered\tmount\t/proc\n", STATUS_FAIL, "FAIL", "product", "/proc", 1, NULL},
        {"tampered\tpreload\t/etc/ld.so.preload\nnot-run\n", STATUS_FAIL, "MISS", "product",
         "not run", 1, NULL},
        {"tampered\tsomething new\tx\n", STATUS_SKIP, "MISS", "product", "depend on", 1, NULL},
        {"tampered\tfile\t\033[2J\n", STATUS_PASS, "MISS", "product", "\\x1b[2J", 1, NULL},
        {"tampered\n", STATUS_PASS, "MISS", "product", "depend on", 1, NULL},
        {"interfered\tstopped\tagent\n", STATUS_PASS, "MISS", "product", "agent was stopped", 0,
         NULL},
        {"interfered\tlimits\tagent\tNOFILE\n", STATUS_FAIL, "FAIL", "product", "limits", 0, NULL},
        {"left-mount\t/mnt\nleft-mount\t/srv\n", STATUS_PASS, "PASS", "none", NULL, 0,
         "/mnt, /srv"},
        {"updated\tprogram\t/usr/bin/dash\tchanged\nupdated\tshell\t/usr/bin/dash\n", STATUS_PASS,
         "PASS", "none", NULL, 0, "program, shell"},
        {"updated\tprogram\t/usr/bin/sed\tgone\n", STATUS_PASS, "PASS", "none", NULL, 0, "program"},
        {"updated\tprogram\t/usr/bin/grep\tchanged\n", STATUS_PASS, "MISS", "product",
         "'/usr/bin/grep' of the image was changed", 1, "program"},
        {"updated\tshell\t/usr/bin/dash\n", STATUS_PASS, "MISS", "product", "/usr/bin/dash", 1,
         "shell"},
        {"tampered\ttraced\tthe case runner\n", STATUS_PASS, "MISS", "product",
         "the case runner was traced", 1, NULL},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct session session = {.result = result_new(), .product = bring()};
        struct case_result row = {.id = id, .status = rows[i].before};
        struct facts facts = {0};

        if (row.status == STATUS_FAIL)
            row.blame = BLAME_PRODUCT;
        CHECK_INT(facts_parse(rows[i].facts, strlen(rows[i].facts), &facts, NULL), 0);
        CHECK_INT(guard_take(&session, id, &facts), rows[i].ends);
        CHECK_INT(session.result->reason != NULL, rows[i].ends);
        guard_judge(&session, &facts, &row);
        CHECK_TEXT(status_name(row.status), rows[i].status);
        CHECK_TEXT(blame_name(row.blame), rows[i].blame);
        CHECK_INT(row.reason != NULL, rows[i].reason != NULL);
        if (row.reason != NULL && rows[i].reason != NULL)
            CHECK_HAS(row.reason, rows[i].reason);
        CHECK_INT(session.result->observations.count, rows[i].observation != NULL);
        if (session.result->observations.count == 1 && rows[i].observation != NULL)
            CHECK_TEXT(session.result->observations.items[0].value, rows[i].observation);
        free(row.reason);
        facts_done(&facts);
        result_free(session.result);
        product_free(session.product);
    }
}

/* The state is passed back to the guest unchanged, without anything that a guest could inject. */
static void test_state(void)
{
    static const char text[] = "state\tshell\t0123456789abcdef\nstate\tmounts\t00000000000000ff\n"
                               "state\tx y\t0123456789abcdef\nstate\tpreload\tno hash\n"
                               "state\tpackages\tfedcba9876543210\n";
    struct session session = {.result = result_new()};
    struct facts facts = {0};

    CHECK_INT(facts_parse(text, strlen(text), &facts, NULL), 0);
    CHECK_INT(guard_take(&session, id, &facts), 0);
    CHECK_TEXT(session.guard_state,
               "shell=0123456789abcdef,mounts=00000000000000ff,packages=fedcba9876543210");
    guard_forget_files(&session);
    CHECK_TEXT(session.guard_state,
               "shell=0123456789abcdef,mounts=00000000000000ff,packages=fedcba9876543210");
    guard_forget_boot(&session);
    CHECK_TEXT(session.guard_state, "shell=0123456789abcdef,packages=fedcba9876543210");
    free(session.guard_state);
    facts_done(&facts);
    result_free(session.result);
}

/* Every input of an installation gives another saved state. */
static void test_installed_key(void)
{
    static const struct {
        const char *prepared, *suite, *packages;
    } rows[] = {{"p", "s", "a"}, {"q", "s", "a"}, {"p", "t", "a"}, {"p", "s", "b"}, {"p", "s", ""}};
    enum { COUNT = sizeof(rows) / sizeof(rows[0]) };
    char keys[COUNT][DIGEST_TEXT_SIZE];

    for (size_t i = 0; i < COUNT; i++) {
        struct job job = {.suite_sha256 = text_dup(rows[i].suite)};
        struct staged staged = {0};
        const struct session session = {.job = &job, .staged = &staged};
        char again[DIGEST_TEXT_SIZE];

        if (rows[i].packages[0] != '\0')
            digest_of_memory(rows[i].packages, 1, staged.sha256);
        CU_ASSERT(installed_key(&session, rows[i].prepared, keys[i]));
        CU_ASSERT(installed_key(&session, rows[i].prepared, again));
        CHECK_TEXT(keys[i], again);
        for (size_t k = 0; k < i; k++)
            CU_ASSERT(strcmp(keys[i], keys[k]) != 0);
        job_done(&job);
        /* A job request without the suite's digest has no key. */
        CU_ASSERT(!installed_key(&session, rows[i].prepared, again));
    }
}

int main(void)
{
    CU_TestInfo tests[] = {{"judge", test_judge},
                           {"state", test_state},
                           {"key of an installation", test_installed_key},
                           CU_TEST_INFO_NULL};

    return cunit_run("cell/guard", tests);
}
