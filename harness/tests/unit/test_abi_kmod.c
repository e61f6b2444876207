/* SPDX-License-Identifier: Apache-2.0 */
/* Kernel modules against kernels that are, are not, and are only listed. */
#include "abi/check/check.h"
#include "abi/surface/kernel_symbols.h"
#include "base/cleanup.h"
#include "base/path.h"
#include "base/process.h"
#include "cunit_run.h"

static char folder[] = "/tmp/ts-kmod-XXXXXX";

/* A module of two symbols, as modpost lays it out. */
static const char source[] =
    "__attribute__((section(\".modinfo\"), used)) static const char magic[] ="
    " \"vermagic=5.4.0-1 SMP mod_unload modversions \";\n"
    "struct version { unsigned long crc; char name[56]; };\n"
    "__attribute__((section(\"__versions\"), used)) static const struct version versions[] = {"
    " {0x11111111, \"printk\"}, {0x22222222, \"kmalloc\"}};\n";

static void build(void)
{
    _cleanup_free_ char *from = path_join(folder, "m.c"), *to = path_join(folder, "m.ko");
    const char *argv[] = {"gcc", "-c", "-o", to, from, NULL};

    CHECK_INT(path_write_atomic(from, source, strlen(source), NULL), 0);
    CHECK_INT(process_check(argv, 30000, NULL, NULL), 0);
}

struct kernel_row {
    const char *name, *release, *symvers, *config;
    uint32_t flags;
    enum finding_kind expected[3]; /* FINDING_KIND_COUNT ends */
};

static void check_row(const struct kernel_row *row)
{
    _cleanup_free_ char *path = path_join(folder, "m.ko");
    struct surface_builder *builder = surface_builder_new();
    struct findings findings = {0};
    struct surface *image = NULL;
    struct package *package = NULL;
    size_t expected = 0;

    surface_builder_meta(builder, "machine", "x86_64");
    if (row->release != NULL)
        surface_builder_meta(builder, "kernel", row->release);
    if (row->symvers != NULL)
        kernel_symbols_add(builder, row->release, row->symvers, strlen(row->symvers), row->flags);
    if (row->config != NULL) {
        _cleanup_free_ char *key = text_format("kernel-config:%s", row->release);

        surface_builder_meta(builder, key, row->config);
    }
    CHECK_INT(surface_builder_open(builder, "image", &image, NULL), 0);
    surface_builder_free(builder);
    CHECK_INT(package_read(path, false, &package, NULL), 0);
    check_package(package, image, "image", NULL, &findings);
    while (row->expected[expected] != FINDING_KIND_COUNT) {
        bool found = false;

        vec_foreach (finding, &findings.rows)
            found |= finding->kind == row->expected[expected];
        if (!found)
            printf("\n%s: no %s\n", row->name, finding_kind_name(row->expected[expected]));
        CU_ASSERT(found);
        expected++;
    }
    CHECK_INT(findings.rows.count, expected);
    findings_done(&findings);
    package_free(package);
    surface_close(image);
}

#define END FINDING_KIND_COUNT
static void test_kernels(void)
{
    static const char good[] = "0x11111111\tprintk\tvmlinux\tEXPORT_SYMBOL\n"
                               "0x22222222\tkmalloc\tvmlinux\tEXPORT_SYMBOL_GPL\tNS\n";
    static const char other[] = "0x11111111\tprintk\tvmlinux\tEXPORT_SYMBOL\n"
                                "0x22222229\tkmalloc\tvmlinux\tEXPORT_SYMBOL\n";
    static const char fewer[] = "0x11111111\tprintk\tvmlinux\tEXPORT_SYMBOL\n";
    static const struct kernel_row rows[] = {
        {"the same", "5.4.0-1", good, NULL, 0, {END}},
        {"another CRC", "5.4.0-1", other, NULL, 0, {FINDING_KMOD_CRC, END}},
        {"a symbol gone", "5.4.0-1", fewer, NULL, 0, {FINDING_KMOD_SYM_MISSING, END}},
        {"another release, CRCs agree", "5.4.0-2", good, NULL, 0, {FINDING_KMOD_VERMAGIC, END}},
        {"a list is no promise",
         "5.4.0-1",
         other,
         NULL,
         KERNEL_LISTED,
         {FINDING_KABI_NOT_LISTED, END}},
        {"signed only",
         "5.4.0-1",
         good,
         "CONFIG_MODULE_SIG_FORCE=y\n",
         0,
         {FINDING_KMOD_SIGNATURE, END}},
        {"no symvers", "5.4.0-1", NULL, NULL, 0, {FINDING_UNKNOWN, END}},
        {"no kernel", NULL, NULL, NULL, 0, {FINDING_UNKNOWN, END}},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        check_row(&rows[i]);
}

int main(void)
{
    CU_TestInfo tests[] = {{"build", build}, {"kernels", test_kernels}, CU_TEST_INFO_NULL};
    _cleanup_free_ char *gcc_path = process_find("gcc");
    int code;

    if (gcc_path == NULL || sizeof(void *) != 8) {
        puts("skipped: gcc for the host is needed");
        return 77;
    }
    if (mkdtemp(folder) == NULL)
        return 99;
    code = cunit_run("abi kernel modules", tests);
    path_remove_tree(folder, NULL);
    return code;
}
