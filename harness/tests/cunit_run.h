/* SPDX-License-Identifier: Apache-2.0 */
/* Runs a table of CUnit tests as a program: exit code 0 if every assertion passed and at least one
 * test ran. CHECK_* assertions print both values, so that a failure can be understood without a
 * debugger. */
#ifndef TS_TESTS_CUNIT_RUN_H
#define TS_TESTS_CUNIT_RUN_H

#include <CUnit/Basic.h>
#include <stdio.h>
#include <string.h>

#define CHECK_TEXT(actual, expected)                                                               \
    do {                                                                                           \
        const char *actual_ = (actual), *expected_ = (expected);                                   \
        int same_ = actual_ != NULL && expected_ != NULL ? strcmp(actual_, expected_) == 0         \
                                                         : actual_ == expected_;                   \
        if (!same_)                                                                                \
            printf("\n%s:%d: %s is\n  '%s', expected\n  '%s'\n", __FILE__, __LINE__, #actual,      \
                   actual_ != NULL ? actual_ : "(null)",                                           \
                   expected_ != NULL ? expected_ : "(null)");                                      \
        CU_ASSERT(same_);                                                                          \
    } while (0)

#define CHECK_INT(actual, expected)                                                                \
    do {                                                                                           \
        long long actual_ = (long long)(actual), expected_ = (long long)(expected);                \
        if (actual_ != expected_)                                                                  \
            printf("\n%s:%d: %s is %lld, expected %lld\n", __FILE__, __LINE__, #actual, actual_,   \
                   expected_);                                                                     \
        CU_ASSERT(actual_ == expected_);                                                           \
    } while (0)

/* Checks that the message contains the text. */
#define CHECK_HAS(actual, part)                                                                    \
    do {                                                                                           \
        const char *actual_ = (actual), *part_ = (part);                                           \
        int has_ = actual_ != NULL && strstr(actual_, part_) != NULL;                              \
        if (!has_)                                                                                 \
            printf("\n%s:%d: %s is\n  '%s', which lacks\n  '%s'\n", __FILE__, __LINE__, #actual,   \
                   actual_ != NULL ? actual_ : "(null)", part_);                                   \
        CU_ASSERT(has_);                                                                           \
    } while (0)

static inline int cunit_run(const char *name, CU_TestInfo *tests)
{
    CU_SuiteInfo suites[] = {{name, NULL, NULL, NULL, NULL, tests}, CU_SUITE_INFO_NULL};
    unsigned failed;

    if (CU_initialize_registry() != CUE_SUCCESS || CU_register_suites(suites) != CUE_SUCCESS)
        return 99;
    CU_basic_set_mode(CU_BRM_VERBOSE);
    CU_basic_run_tests();
    failed = CU_get_number_of_failures() + (CU_get_number_of_tests_run() == 0);
    CU_cleanup_registry();
    return failed > 0;
}

#endif
