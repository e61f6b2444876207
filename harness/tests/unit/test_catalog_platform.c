/* SPDX-License-Identifier: Apache-2.0 */
/* The shipped platforms, each message of their loader, and the recipe for a new one: one file,
 * without compiling anything. */
#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "catalog/catalog.h"
#include "catalog/find.h"
#include "catalog/get.h"
#include "cunit_run.h"
#include "edited_file.h"
#include "temp_folder.h"

#define _cleanup_platform_ _cleanup_(platform_free_cleanup)

static char *folder; /* TOUCHSTONE_HOME */
static struct feature_table *table;

/* Each file of arch/platforms loads, agrees with the table, and is complete. */
static void test_shipped(void)
{
    static const char *const wanted[] = {"arm64-16k",          "hygon",   "kunpeng",
                                         "kunpeng-64k",        "phytium", "phytium-d3000",
                                         "phytium-ft2000plus", "x86"};
    _cleanup_strv_ struct strv names = {0};

    CHECK_INT(catalog_list_platforms(&names, NULL), 0);
    CHECK_INT(names.count, 8);
    for (size_t i = 0; i < names.count && i < 8; i++) {
        _cleanup_platform_ struct platform *platform = NULL;
        _cleanup_error_ struct error *err = NULL;

        CHECK_TEXT(names.items[i], wanted[i]);
        CHECK_INT(catalog_get_platform(names.items[i], table, &platform, NULL, &err), 0);
        if (platform == NULL) {
            CHECK_TEXT(error_message(err), "");
            continue;
        }
        CU_ASSERT_PTR_NOT_NULL(platform->title_zh);
        CU_ASSERT(platform->identity[GRADE_EMULATED].given);
        CU_ASSERT(platform->identity[GRADE_VIRTUAL].given);
        CU_ASSERT(platform->identity[GRADE_NATIVE].given);
        CU_ASSERT(platform->profile[ACCEL_TCG].given);
        CHECK_TEXT(platform->profile[ACCEL_TCG].mode, "custom");
        CHECK_TEXT(platform->profile[ACCEL_KVM].mode, "host-passthrough");
        CHECK_INT(platform->memory_mib, 1024);
        /* The features that identify the platform are among those it is known to have. */
        for (int grade = 0; grade < GRADE_COUNT; grade++) {
            const struct identity_rule *rule = &platform->identity[grade];

            for (size_t j = 0; j < rule->has.count; j++)
                CU_ASSERT(strv_has(&platform->has, rule->has.items[j]));
            for (size_t j = 0; j < rule->lacks.count; j++)
                CU_ASSERT(strv_has(&platform->lacks, rule->lacks.items[j]));
        }
    }
}

static void test_facts(void)
{
    _cleanup_platform_ struct platform *kunpeng = NULL, *phytium = NULL, *hygon = NULL;

    CHECK_INT(catalog_get_platform("kunpeng", table, &kunpeng, NULL, NULL), 0);
    CHECK_INT(catalog_get_platform("phytium", table, &phytium, NULL, NULL), 0);
    CHECK_INT(catalog_get_platform("hygon", table, &hygon, NULL, NULL), 0);
    CU_ASSERT(strv_has(&kunpeng->has, "atomics") && strv_has(&phytium->lacks, "atomics"));
    CU_ASSERT(strv_has(&kunpeng->lacks, "sve"));
    CHECK_INT(kunpeng->identity[GRADE_EMULATED].midr, 0x481fd010);
    CHECK_INT(phytium->profile[ACCEL_TCG].midr, 0x701f6633);
    CHECK_INT(phytium->page_sizes.count, 2);
    CHECK_TEXT(hygon->identity[GRADE_EMULATED].vendors.items[0], "HygonGenuine");
    CHECK_INT(hygon->identity[GRADE_EMULATED].family, 24);
    CHECK_INT(kunpeng->identity[GRADE_EMULATED].family, -1);
    CU_ASSERT(strv_has(&hygon->profile[ACCEL_TCG].enable, "aes"));
}

/* Names used by libvirt and QEMU where they differ; no flag made up by the kernel is a row. */
static void test_features(void)
{
    static const char *const made_up[] = {"constant_tsc", "rep_good", "nopl",      "cpuid",
                                          "evtstrm",      "ospke",    "hypervisor"};
    const struct feature *row = feature_find(table, ARCH_X86_64, "pclmulqdq");

    CU_ASSERT_PTR_NOT_NULL_FATAL(row);
    CHECK_TEXT(row->libvirt, "pclmuldq");
    CHECK_TEXT(row->qemu, "pclmulqdq");
    CU_ASSERT_PTR_NOT_NULL(feature_find(table, ARCH_AARCH64, "sve2"));
    CU_ASSERT_PTR_NULL(feature_find(table, ARCH_AARCH64, "avx2"));
    for (size_t i = 0; i < sizeof(made_up) / sizeof(made_up[0]); i++) {
        CU_ASSERT_PTR_NULL(feature_find(table, ARCH_X86_64, made_up[i]));
        CU_ASSERT_PTR_NULL(feature_find(table, ARCH_AARCH64, made_up[i]));
    }
}

static void test_messages(void)
{
    static const struct {
        const char *file, *from, *to, *message;
    } rows[] = {
        {"kunpeng", "<part>", "<prt/><part>", ":10: Did not expect element prt there: <platform> "},
        {"kunpeng", "grade=\"native\"", "grade=\"nativ\"",
         "it has grade=\"nativ\": <identity> takes "
         "the attributes grade=emulated|"},
        {"kunpeng", "midr=\"0x481fd010\"", "midr=\"481fd010\"", ": Invalid attribute midr"},
        {"kunpeng", "name=\"kunpeng\"", "name=\"../kunpeng\"", "it has name=\"../kunpeng\""},
        {"kunpeng", "<has>\n    fp asimd", "<has>\n    FP asimd", ":12: Error validating list"},
        {"kunpeng", " fphp ", " fphq ",
         ":12: feature 'fphq' is not in arch/features.xml for aarch64, the closest is 'fphp'"},
        {"kunpeng", " fphp ", " avx2 ", "'avx2' is not in arch/features.xml for aarch64"},
        {"kunpeng", " fphp ", " fphp fphp ", "'fphp' is listed twice in <has>"},
        {"kunpeng", " sve dit", " sve fphp dit", "'fphp' is in both <has> and <lacks>"},
        {"kunpeng", "<lacks>sve lrcpc</lacks>", "<lacks>sve fp</lacks>", "'fp' is in both <has>"},
        {"kunpeng", "grade=\"virtual\"", "grade=\"native\"", "grade 'native' has two identities"},
        {"kunpeng", "accel=\"kvm\"", "accel=\"tcg\"", "accelerator 'tcg' has two <cpu>"},
        {"kunpeng", "<midr mask=\"0xff0ffff0\">0x480fd010", "<midr mask=\"0xff0ffff0\">0x481fd010",
         "midr 0x481fd010 has bits that its mask 0xff0ffff0 leaves out"},
        {"kunpeng", "<midr mask=\"0xffffffff\">0x481fd010</midr>", "<vendor>Arm</vendor>",
         "<vendor> is for x86_64"},
        {"x86", "<vendor>GenuineIntel</vendor>\n    <family>6</family>\n    <model>85</model>",
         "<midr mask=\"0xffffffff\">0x481fd010</midr>", "<midr> is for aarch64"},
        {"x86", "<family>6<", "<family>70000<", "family '70000'"},
        {"x86", "model=\"Skylake-Server\"", "model=\"Skylake-Server\" midr=\"0x00000001\"",
         "midr is for aarch64"},
        {"x86", "accel=\"tcg\" mode=\"custom\" model=\"Skylake-Server\"",
         "accel=\"tcg\" mode=\"host-passthrough\"", "tcg has no host CPU to pass through"},
        {"kunpeng", "<disable>sve", "<enable>sve</enable><disable>sve",
         "'sve' is in both <enable> and <disable>"},
        {"kunpeng", ">65536<", ">65537<", "page size 65537 is not a power of two"},
        {"kunpeng", ">65536<", ">64k<", "it has \"64k\": <page-size> takes"},
        {"kunpeng", "vcpus=\"1\"", "vcpus=\"0\"", "vcpus '0'"},
        {"kunpeng", "memory-mib=\"1024\"", "memory-mib=\"1\"", "memory-mib '1'"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_platform_ struct platform *platform = NULL;
        _cleanup_error_ struct error *err = NULL;
        _cleanup_free_ char *source =
            text_format("%s/arch/platforms/%s.xml", TS_SOURCE_DIR, rows[i].file);
        _cleanup_free_ char *path = path_join(folder, "edited.xml");
        int code;

        edited_file(source, path, rows[i].from, rows[i].to);
        code = catalog_load_platform(path, table, &platform, &err);
        if (code == 0)
            printf("\n'%s' was taken\n", rows[i].to);
        CU_ASSERT(code == -EBADMSG || code == -EINVAL || code == -ERANGE);
        CHECK_HAS(error_message(err), rows[i].message);
        CHECK_HAS(error_message(err), "edited.xml:");
        CU_ASSERT_PTR_NULL(platform);
    }
}

/* arch/README.md: a platform is one file, and a user's own is found too. */
static void test_recipe(void)
{
    _cleanup_platform_ struct platform *platform = NULL;
    _cleanup_error_ struct error *err = NULL;
    _cleanup_strv_ struct strv names = {0};
    _cleanup_free_ char *own = path_join(folder, "platforms"), *found = NULL;
    _cleanup_free_ char *path = path_join(own, "dummy.xml"), *second = path_join(own, "x86.xml");

    CHECK_INT(path_make_folders(own, false, NULL), 0);
    edited_file(TS_SOURCE_DIR "/arch/platforms/kunpeng.xml", path, "name=\"kunpeng\"",
                "name=\"dummy\" variant-of=\"kunpeng\"");
    CHECK_INT(catalog_list_platforms(&names, NULL), 0);
    CHECK_INT(names.count, 9);
    CHECK_TEXT(names.items[1], "dummy");
    CHECK_INT(catalog_get_platform("dummy", table, &platform, &found, &err), 0);
    CHECK_TEXT(found, path);
    CHECK_TEXT(platform->variant_of, "kunpeng");

    edited_file(TS_SOURCE_DIR "/arch/platforms/x86.xml", second, "Scalable", "Unscalable");
    CHECK_INT(catalog_find_platform("x86", &found, &err), -EINVAL);
    CHECK_HAS(error_message(err), "platform 'x86' exists twice");
    edited_file(TS_SOURCE_DIR "/arch/platforms/x86.xml", path, "Scalable", "Unscalable");
    platform_free(steal_ptr(platform));
    CHECK_INT(catalog_get_platform("dummy", table, &platform, NULL, &err), -EBADMSG);
    CHECK_HAS(error_message(err), "dummy.xml: its name is 'x86'");
    path_remove_tree(own, NULL);
}

static void test_unknown(void)
{
    _cleanup_error_ struct error *err = NULL;
    _cleanup_free_ char *path = NULL;

    CHECK_INT(catalog_find_platform("kunpen", &path, &err), -ENOENT);
    CHECK_TEXT(error_message(err),
               "no platform 'kunpen' (did you mean 'kunpeng'?); available: arm64-16k, hygon, "
               "kunpeng, kunpeng-64k, phytium, phytium-d3000, phytium-ft2000plus, x86");
    CHECK_INT(catalog_find_platform("sparc", &path, &err), -ENOENT);
    CU_ASSERT_PTR_NULL(strstr(error_message(err), "did you mean"));
    CHECK_INT(catalog_find_platform("../x86", &path, &err), -EINVAL);
    CHECK_HAS(error_message(err), "platform '../x86': a name ");
}

static void test_feature_table_errors(void)
{
    _cleanup_(feature_table_free_cleanup) struct feature_table *broken = NULL;
    _cleanup_error_ struct error *err = NULL;
    _cleanup_free_ char *path = path_join(folder, "features.xml");

    edited_file(TS_SOURCE_DIR "/arch/features.xml", path, "name=\"tsc\"", "name=\"fpu\"");
    CHECK_INT(catalog_load_features(path, &broken, &err), -EBADMSG);
    CHECK_HAS(error_message(err), "feature 'fpu' of x86_64 is listed twice");
}

int main(void)
{
    CU_TestInfo tests[] = {{"the shipped platforms", test_shipped},
                           {"facts of theirs", test_facts},
                           {"the feature table", test_features},
                           {"each message", test_messages},
                           {"a platform is one file", test_recipe},
                           {"an unknown name", test_unknown},
                           {"a broken feature table", test_feature_table_errors},
                           CU_TEST_INFO_NULL};
    struct error *err = NULL;
    int code;

    folder = temp_folder_new();
    setenv("TOUCHSTONE_HOME", folder, 1);
    setenv("TOUCHSTONE_DATA", TS_SOURCE_DIR, 1);
    if (catalog_get_features(&table, &err) < 0) {
        puts(error_message(err));
        return 1;
    }
    code = cunit_run("catalog_platform", tests);
    feature_table_free(table);
    temp_folder_remove(&folder);
    return code;
}
