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
    "#ifndef MAGIC\n#define MAGIC \"SMP mod_unload modversions \"\n#endif\n"
    "#ifndef LICENSE\n#define LICENSE \"GPL\"\n#endif\n"
    "#ifndef SPACE\n#define SPACE \"NS\"\n#endif\n"
    "__attribute__((section(\".modinfo\"), used)) static const char magic[] ="
    " \"vermagic=5.4.0-1 \" MAGIC \"\\0license=\" LICENSE \"\\0import_ns=\" SPACE;\n"
    "struct version { unsigned long crc; char name[56]; };\n"
    "void printk(void); void kmalloc(void);\n"
    "void use(void) { printk();\n#ifndef PLAIN\n kmalloc();\n#endif\n }\n"
    "#ifdef WEAK\n__attribute__((weak)) void perhaps(void); void try(void) { perhaps(); }\n#endif\n"
    "#ifndef PLAIN\n"
    "__attribute__((section(\"__versions\"), used)) static const struct version versions[] = {"
    " {0x11111111, \"printk\"}, {0x33333333, \"unused\"},\n"
    "#ifndef FEWER\n {0x22222222, \"kmalloc\"}\n#endif\n};\n#endif\n";

/* The same module, changed in one thing each. */
static const char *const variants[][2] = {
    {"m", "-DUSUAL"},
    {"closed", "-DLICENSE=\"Proprietary\""},
    {"dual", "-DLICENSE=\"Dual MIT/GPL\""},
    {"bsd", "-DLICENSE=\"BSD\""},
    {"alone", "-DSPACE=\"OTHER\""},
    {"plain", "-DPLAIN"},
    {"preempt", "-DMAGIC=\"SMP preempt mod_unload modversions \""},
    {"single", "-DMAGIC=\"mod_unload modversions \""},
    {"seeded", "-DMAGIC=\"SMP mod_unload modversions RANDSTRUCT_PLUGIN_12 \""},
    {"words", "-DMAGIC=\"SMP mod_unload modversions retpoline \""},
    {"fewer", "-DFEWER"},
    {"weak", "-DWEAK"},
    {"stripped", "-s"}, /* stripped below: gcc -c leaves the symbols */
};

static void build(void)
{
    _cleanup_free_ char *from = path_join(folder, "m.c");

    CHECK_INT(path_write_atomic(from, source, strlen(source), NULL), 0);
    for (size_t i = 0; i < sizeof(variants) / sizeof(variants[0]); i++) {
        _cleanup_free_ char *to = text_format("%s/%s.ko", folder, variants[i][0]);
        const char *argv[] = {"gcc", "-c", variants[i][1], "-o", to, from, NULL};

        CHECK_INT(process_check(argv, 30000, NULL, NULL), 0);
        if (text_equal(variants[i][0], "stripped")) {
            const char *strip[] = {"strip", "--strip-all", to, NULL};

            CHECK_INT(process_check(strip, 30000, NULL, NULL), 0);
        }
    }
}

struct kernel_row {
    const char *name, *release, *symvers, *config;
    uint32_t flags;
    enum finding_kind expected[3]; /* FINDING_KIND_COUNT ends */
    const char *module;            /* a variant; NULL: m */
};

static void check_row(const struct kernel_row *row)
{
    _cleanup_free_ char *path =
        text_format("%s/%s.ko", folder, row->module != NULL ? row->module : "m");
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
        {"the same", "5.4.0-1", good, NULL, 0, {END}, NULL},
        {"another CRC", "5.4.0-1", other, NULL, 0, {FINDING_KMOD_CRC, END}, NULL},
        {"a symbol gone", "5.4.0-1", fewer, NULL, 0, {FINDING_KMOD_SYM_MISSING, END}, NULL},
        {"another release, CRCs agree",
         "5.4.0-2",
         good,
         NULL,
         0,
         {FINDING_KMOD_VERMAGIC, END},
         NULL},
        {"a list is no promise",
         "5.4.0-1",
         other,
         NULL,
         KERNEL_LISTED,
         {FINDING_KABI_NOT_LISTED, END},
         NULL},
        {"signed only",
         "5.4.0-1",
         good,
         "CONFIG_MODULE_SIG_FORCE=y\n",
         0,
         {FINDING_KMOD_SIGNATURE, END},
         NULL},
#define CONFIG "CONFIG_SMP=y\nCONFIG_MODULE_UNLOAD=y\nCONFIG_MODVERSIONS=y\n"
        {"its whole vermagic", "5.4.0-1", good, CONFIG, 0, {END}, NULL},
        {"preempt", "5.4.0-1", good, CONFIG, 0, {FINDING_KMOD_VERMAGIC, END}, "preempt"},
        {"preempt on both sides",
         "5.4.0-1",
         good,
         CONFIG "CONFIG_PREEMPT=y\n",
         0,
         {END},
         "preempt"},
        {"no SMP", "5.4.0-1", good, CONFIG, 0, {FINDING_KMOD_VERMAGIC, END}, "single"},
        {"a proprietary license",
         "5.4.0-1",
         good,
         NULL,
         0,
         {FINDING_KMOD_SYM_MISSING, END},
         "closed"},
        {"a BSD license", "5.4.0-1", good, NULL, 0, {FINDING_KMOD_SYM_MISSING, END}, "bsd"},
        {"two licenses", "5.4.0-1", good, NULL, 0, {END}, "dual"},
        {"a namespace", "5.4.0-1", good, NULL, 0, {FINDING_KMOD_SYM_MISSING, END}, "alone"},
        {"a namespace, as 5.4 writes it",
         "5.4.0-1",
         "0x11111111\tprintk\t\tvmlinux\tEXPORT_SYMBOL\n"
         "0x22222222\tkmalloc\tNS\tvmlinux\tEXPORT_SYMBOL\n",
         NULL,
         0,
         {FINDING_KMOD_SYM_MISSING, END},
         "alone"},
        {"no CRCs", "5.4.0-1", good, CONFIG, 0, {FINDING_KMOD_CRC, END}, "plain"},
        {"no CRCs, and none asked for", "5.4.0-1", good, NULL, 0, {END}, "plain"},
        {"no CRCs, and modules may be forced",
         "5.4.0-1",
         good,
         CONFIG "CONFIG_MODULE_FORCE_LOAD=y\n",
         0,
         {FINDING_KMOD_CRC, END},
         "plain"},
        {"one CRC missing", "5.4.0-1", good, CONFIG, 0, {FINDING_KMOD_CRC, END}, "fewer"},
        {"a seed that the kernel lacks",
         "5.4.0-1",
         good,
         CONFIG,
         0,
         {FINDING_KMOD_VERMAGIC, END},
         "seeded"},
        {"a seed on both sides",
         "5.4.0-1",
         good,
         CONFIG "CONFIG_RANDSTRUCT=y\n",
         0,
         {FINDING_UNKNOWN, END},
         "seeded"},
        {"a seed that the module lacks",
         "5.4.0-1",
         good,
         CONFIG "CONFIG_RANDSTRUCT=y\n",
         0,
         {FINDING_KMOD_VERMAGIC, END},
         NULL},
        {"words of a vendor", "5.4.0-1", good, CONFIG, 0, {FINDING_UNKNOWN, END}, "words"},
        {"a weak symbol that nobody has", "5.4.0-1", good, CONFIG, 0, {END}, "weak"},
        {"no symbol table",
         "5.4.0-1",
         good,
         CONFIG,
         0,
         {FINDING_KMOD_SYM_MISSING, END},
         "stripped"},
        {"no symvers", "5.4.0-1", NULL, NULL, 0, {FINDING_UNKNOWN, END}, NULL},
        {"no kernel", NULL, NULL, NULL, 0, {FINDING_UNKNOWN, END}, NULL},
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
