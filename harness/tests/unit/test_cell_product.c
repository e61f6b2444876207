/* SPDX-License-Identifier: Apache-2.0 */
/* cell/product: which party a file in the guest belongs to, and which file of a finding was
 * executed. */
#include "base/cleanup.h"
#include "cell/product.h"
#include "cell/programs.h"
#include "cunit_run.h"

#define SINCE 5000

/* A deb with a program and a library that it loads, a folder of files, an archive. */
static struct product *sample(void)
{
    static char server[] = "/usr/bin/server", library[] = "/usr/lib/libserver.so.1";
    static char loose[] = "/bin/tool", packed[] = "/package/bin/node";
    static struct package_file files[] = {
        {server, 100, 0, 0}, {library, 200, 0, 0}, {loose, 300, 1, 0}, {packed, 400, 2, 0}};
    static struct finding_load load = {server, library};
    static char *inputs[] = {"/pool/server_1_amd64.deb", "/suites/s/files",
                             "/suites/s/files/node.tgz"};
    const struct strv names = {inputs, 3};
    struct package package = {.files = {files, 4}};
    struct findings findings = {.loads = {&load, 1}};
    struct product *product = product_new(SINCE);

    product_take(product, &package, &names, &findings);
    return product;
}

static void test_owner(void)
{
    static const struct {
        const char *path;
        int64_t ctime_ms;
        uint64_t size;
        unsigned machine;
        enum owner owner;
        const char *of;
    } rows[] = {
        {"/usr/bin/server", 9000, 100, 62, OWNER_PRODUCT, "server_1_amd64.deb"},
        {"/bin/server", 9000, 100, 62, OWNER_PRODUCT, "server_1_amd64.deb"},
        {"/usr/bin/server", 1000, 7, 62, OWNER_PRODUCT, "server_1_amd64.deb"},
        {PROGRAMS_SUITE "/files/bin/tool", 9000, 1, 62, OWNER_PRODUCT, "files"},
        {PROGRAMS_SUITE "/files/other", 9000, 1, 0, OWNER_PRODUCT, "files"},
        {"/opt/n/package/bin/node", 9000, 400, 62, OWNER_PRODUCT, "node.tgz"},
        {PROGRAMS_WORK "/node", 9000, 400, 0, OWNER_PRODUCT, "node.tgz"},
        {"/usr/bin/node", 1000, 999, 62, OWNER_IMAGE, NULL},
        {"/usr/bin/sed", 1000, 50, 62, OWNER_IMAGE, NULL},
        {"/opt/made/by/installer", 9000, 50, 0, OWNER_PRODUCT, NULL},
        {"/tmp/helper", 9000, 50, 0, OWNER_SUITE, NULL},
        {"/tmp/unpacked", 9000, 50, 62, OWNER_PRODUCT, NULL},
        {PROGRAMS_WORK "/helper", 9000, 50, 0, OWNER_SUITE, NULL},
        {PROGRAMS_SUITE "/cases/a", 9000, 50, 0, OWNER_SUITE, NULL},
        {PROGRAMS_SUITE "/lib/tool", 9000, 50, 62, OWNER_SUITE, NULL},
        {PROGRAMS_BIN "/touchstone-guest", 9000, 50, 62, OWNER_HARNESS, NULL},
        {"/gone", 0, 0, 0, OWNER_UNKNOWN, NULL},
    };
    _cleanup_(product_free_cleanup) struct product *product = sample();

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct witnessed_file file = {.path = rows[i].path,
                                            .ctime_ms = rows[i].ctime_ms,
                                            .size = rows[i].size,
                                            .machine = rows[i].machine};
        const char *of = NULL;

        if (product_owner(product, &file, &of) != rows[i].owner)
            printf("\n%s\n", rows[i].path);
        CHECK_INT(product_owner(product, &file, &of), rows[i].owner);
        CHECK_TEXT(of != NULL ? of : "", rows[i].of != NULL ? rows[i].of : "");
    }
}

static void test_executed(void)
{
    static char file[] = "/usr/bin/server", library[] = "/usr/lib/libserver.so.1";
    static char loose[] = "/bin/tool", module[] = "/lib/modules/a.ko";
    static const struct {
        const char *facts;
        bool whole;
        const char *program, *library;
    } rows[] = {
        {"witness\tfull\t-\n", true, "no", "no"},
        {"witness\tfull\t-\n", false, "unknown", "unknown"},
        {"witness\tpartial\tx\n", true, "unknown", "unknown"},
        {"file\t/usr/bin/server\t9000\t100\t62\t-\t2\t1\n", true, "yes", "yes"},
        {"witness\tfull\t-\nfile\t/usr/bin/server\t9000\t100\t62\t-\t2\t0\n", true, "failed",
         "failed"},
        {"witness\tfull\t-\nrefused\t1\tforeign\t/usr/bin/server\n", true, "failed", "failed"},
        {"witness\tfull\t-\nfile\t/usr/bin/other\t9000\t100\t62\t-\t2\t2\n", true, "no", "no"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_(product_free_cleanup) struct product *product = sample();
        _cleanup_(facts_done) struct facts facts = {0};
        _cleanup_(witness_done) struct witness witness = {0};
        struct finding findings[] = {
            {.file = file}, {.file = library}, {.file = loose}, {.file = module}, {.file = NULL}};
        struct prediction prediction = {.findings = {findings, 5}};

        CHECK_INT(facts_parse(rows[i].facts, strlen(rows[i].facts), &facts, NULL), 0);
        witness_read(&facts, &witness);
        product_witness(product, &witness);
        product_finish(product, rows[i].whole, &prediction);
        CHECK_TEXT(executed_name(findings[0].executed), rows[i].program);
        CHECK_TEXT(executed_name(findings[1].executed), rows[i].library);
        CHECK_TEXT(executed_name(findings[3].executed), "unknown");
        CHECK_TEXT(executed_name(findings[4].executed), "unknown");
    }
}

int main(void)
{
    CU_TestInfo tests[] = {{"owner", test_owner}, {"executed", test_executed}, CU_TEST_INFO_NULL};

    return cunit_run("cell_product", tests);
}
