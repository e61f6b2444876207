/* SPDX-License-Identifier: Apache-2.0 */
/* Package versions in the order of rpm and of dpkg. The rows for rpm are from its rpmvercmp.at. */
#include "abi/metadata/version.h"
#include "cunit_run.h"

struct row {
    const char *a, *b;
    int order;
};

static int sign(int value)
{
    return (value > 0) - (value < 0);
}

static void test_rpm(void)
{
    static const struct row rows[] = {
        {"1.0", "1.0", 0},
        {"1.0", "2.0", -1},
        {"2.0.1", "2.0.1a", -1},
        {"5.5p1", "5.5p2", -1},
        {"5.5p10", "5.5p1", 1},
        {"10xyz", "10.1xyz", -1},
        {"xyz10", "xyz10.1", -1},
        {"1.0~rc1", "1.0", -1},
        {"1.0~rc1", "1.0~rc2", -1},
        {"1.0^", "1.0", 1},
        {"1.0^git1", "1.0.1", -1},
        {"1.0^git1~pre", "1.0^git1", -1},
        {"1_0", "1.0", 0},
        {"2a", "2.0", -1},
        {"1:1.0-1", "2.0-1", 1},
        {"1.0", "1.0-5", 0},
        {"20101121", "20101122", -1},
        {"fc4", "fc.4", 0},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        CU_ASSERT_EQUAL(sign(version_compare_rpm(rows[i].a, rows[i].b)), rows[i].order);
        CU_ASSERT_EQUAL(sign(version_compare_rpm(rows[i].b, rows[i].a)), -rows[i].order);
    }
}

static void test_deb(void)
{
    static const struct row rows[] = {
        {"1.0", "1.0", 0},
        {"1.0~rc1", "1.0", -1},
        {"1.0-1", "1.0-1~bpo1", 1},
        {"1:0.1", "2.0", 1},
        {"1.0a", "1.0+", -1},
        {"1.2.3-4", "1.2.3-10", -1},
        {"0:1", "1", 0},
        {"1-0", "1", 0},
        {"1.2-1+b1", "1.2-1", 1},
        {"2.36-9+deb12u4", "2.36-9", 1},
        {"1.001", "1.1", 0},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        CU_ASSERT_EQUAL(sign(version_compare_deb(rows[i].a, rows[i].b)), rows[i].order);
        CU_ASSERT_EQUAL(sign(version_compare_deb(rows[i].b, rows[i].a)), -rows[i].order);
    }
}

int main(void)
{
    CU_TestInfo tests[] = {{"rpm", test_rpm}, {"deb", test_deb}, CU_TEST_INFO_NULL};

    return cunit_run("abi version", tests);
}
