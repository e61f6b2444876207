/* SPDX-License-Identifier: Apache-2.0 */
/* cell/grade: never native on a CPU of another kind. */
#include "base/text.h"
#include "cell/grade.h"
#include "cunit_run.h"

static const char kunpeng[] = "processor\t: 0\nCPU implementer\t: 0x48\nCPU part\t: 0xd01\n";
static const char graviton[] = "processor\t: 0\nCPU implementer\t: 0x41\nCPU part\t: 0xd0c\n";
static const char hygon[] = "processor\t: 0\nvendor_id\t: HygonGenuine\n";
static const char intel[] = "processor\t: 0\nvendor_id\t: GenuineIntel\n";

static void test_grades(void)
{
    static const struct {
        enum accel accel;
        enum arch platform;
        const char *cpuinfo, *machine;
        enum grade grade;
    } rows[] = {
        {ACCEL_TCG, ARCH_AARCH64, kunpeng, "aarch64", GRADE_EMULATED},
        {ACCEL_KVM, ARCH_AARCH64, kunpeng, "aarch64", GRADE_NATIVE},
        {ACCEL_KVM, ARCH_AARCH64, graviton, "aarch64", GRADE_VIRTUAL},
        {ACCEL_KVM, ARCH_AARCH64, "", "aarch64", GRADE_VIRTUAL},
        {ACCEL_KVM, ARCH_X86_64, hygon, "x86_64", GRADE_NATIVE},
        {ACCEL_KVM, ARCH_X86_64, intel, "x86_64", GRADE_VIRTUAL},
        {ACCEL_KVM, ARCH_X86_64, hygon, "riscv64", GRADE_VIRTUAL},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct platform platform = {.arch = rows[i].platform};
        struct identity_rule *rule = &platform.identity[GRADE_NATIVE];
        struct host_cpu host;

        rule->given = true;
        rule->midr = 0x481fd010;
        strv_add(&rule->vendors, "HygonGenuine");
        host_cpu_parse(rows[i].cpuinfo, rows[i].machine, &host);
        CHECK_TEXT(grade_name(grade_of(rows[i].accel, &platform, &host)),
                   grade_name(rows[i].grade));
        rule->given = false;
        CU_ASSERT(grade_of(ACCEL_KVM, &platform, &host) == GRADE_VIRTUAL);
        strv_done(&rule->vendors);
    }
}

int main(void)
{
    CU_TestInfo tests[] = {{"grades", test_grades}, CU_TEST_INFO_NULL};

    return cunit_run("grade", tests);
}
