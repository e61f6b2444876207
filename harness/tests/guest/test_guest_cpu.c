/* SPDX-License-Identifier: Apache-2.0 */
/* What the profiles of the four platforms show inside a guest, under emulation, with real boots:
 * the vendor or MIDR, and the features that distinguish the platforms. */
#include "guest_lab.h"

static struct lab lab;

/* Lines and words of /proc/cpuinfo; words are whole features. */
static const struct {
    const char *platform;
    const char *lines[4];
    const char *has, *lacks;
} rows[] = {
    {"x86",
     {"vendor_id\t: GenuineIntel", "cpu family\t: 6"},
     "sse4_2 popcnt avx avx2 bmi1 bmi2 fma movbe aes pclmulqdq",
     "avx512f clzero sse4a"},
    {"hygon",
     {"vendor_id\t: HygonGenuine", "cpu family\t: 24"},
     "sse4_2 popcnt avx avx2 bmi1 bmi2 fma movbe aes pclmulqdq sse4a",
     "avx512f vaes vpclmulqdq"},
    {"kunpeng",
     {"CPU implementer\t: 0x48", "CPU variant\t: 0x1", "CPU part\t: 0xd01", "CPU revision\t: 0"},
     "fp asimd aes pmull sha1 sha2 crc32 atomics fphp asimdhp asimdrdm fcma dcpop",
     "sve lrcpc ssbs"},
    {"phytium",
     {"CPU implementer\t: 0x70", "CPU variant\t: 0x1", "CPU part\t: 0x663", "CPU revision\t: 3"},
     "fp asimd aes pmull sha1 sha2 crc32",
     "atomics fphp asimdhp asimdrdm lrcpc dcpop sve"},
};

static size_t current;

/* The words after "flags" or "Features". */
static void take_features(const char *cpuinfo, struct strv *features)
{
    const char *line = strstr(cpuinfo, "\nflags\t\t: ");
    _cleanup_free_ char *words = NULL;

    if (line == NULL)
        line = strstr(cpuinfo, "\nFeatures\t: ");
    if (line == NULL)
        return;
    words = text_ndup(line + 1, strcspn(line + 1, "\n"));
    strv_split(features, strchr(words, ':') + 1, " ");
}

static void check_features(const char *cpuinfo)
{
    _cleanup_strv_ struct strv features = {0}, has = {0}, lacks = {0};

    take_features(cpuinfo, &features);
    strv_split(&has, rows[current].has, " ");
    strv_split(&lacks, rows[current].lacks, " ");
    for (size_t i = 0; i < has.count; i++)
        if (!strv_has(&features, has.items[i]))
            CHECK_TEXT("absent", has.items[i]);
    for (size_t i = 0; i < lacks.count; i++)
        if (strv_has(&features, lacks.items[i]))
            CHECK_TEXT("present", lacks.items[i]);
}

static void check_cpu(struct bench *bench)
{
    struct guest *guest = bench_boot(bench);
    char *cpuinfo;

    if (guest == NULL)
        return;
    cpuinfo = bench_shell(guest, "cat /proc/cpuinfo");
    for (size_t i = 0; i < 4 && rows[current].lines[i] != NULL; i++)
        CHECK_HAS(cpuinfo, rows[current].lines[i]);
    if (cpuinfo != NULL)
        check_features(cpuinfo);
    printf("%s:\n%s\n", rows[current].platform, cpuinfo);
    free(cpuinfo);
    guest_free(guest);
}

static void test_platforms(void)
{
    for (current = 0; current < sizeof(rows) / sizeof(rows[0]); current++)
        CHECK_INT(lab_run(&lab, rows[current].platform, check_cpu), 0);
}

int main(void)
{
    CU_TestInfo tests[] = {{"four platforms", test_platforms}, CU_TEST_INFO_NULL};
    int code;

    lab_open(&lab);
    code = cunit_run("guest_cpu", tests);
    lab_close(&lab);
    return code;
}
