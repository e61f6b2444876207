/* SPDX-License-Identifier: Apache-2.0 */
/* bench_certificate HOME CELLS: makes a home with a run of so many cells that reach a level, each
 * with ten cases and ten pieces of evidence. */
#include "sample_certificate.h"

static const char *place;
static struct sample_certified made = {.grade = GRADE_NATIVE};

static void make(void)
{
    _cleanup_free_ char *home = sample_certified_home(&made);

    CU_ASSERT_FATAL(rename(home, place) == 0);
}

int main(int argc, char **argv)
{
    CU_TestInfo tests[] = {{"make", make}, CU_TEST_INFO_NULL};

    if (argc != 3) {
        fprintf(stderr, "usage: bench_certificate HOME CELLS\n");
        return 64;
    }
    place = argv[1];
    made.cells = (unsigned)strtoul(argv[2], NULL, 10);
    return cunit_run("bench", tests);
}
