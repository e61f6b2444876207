/* SPDX-License-Identifier: Apache-2.0 */
/* judge: what made a case fail. Every combination of changes and results. */
#include "judge/investigate.h"

#include <string.h>

#include "cunit_run.h"

/* Makes the runs that are asked for, with these results; returns the end. */
static struct investigation follow(struct investigate_changes changes,
                                   const enum investigate_result *of, unsigned *ret_runs)
{
    enum investigate_result results[INVESTIGATE_STEP_COUNT] = {INVESTIGATE_PENDING};
    struct investigation at = investigate_next(changes, results);

    *ret_runs = 0;
    while (!at.ended && *ret_runs <= INVESTIGATE_STEP_COUNT) {
        CHECK_INT(results[at.next], INVESTIGATE_PENDING);
        results[at.next] = of[at.next];
        ++*ret_runs;
        at = investigate_next(changes, results);
    }
    return at;
}

/* Nobody is blamed without a run, or a change, that says so. */
static void test_all(void)
{
    for (int bits = 0; bits < 16; bits++)
        for (int code = 0; code < 81; code++) {
            const struct investigate_changes changes = {bits & 1, bits & 2, bits & 4, bits & 8};
            enum investigate_result of[INVESTIGATE_STEP_COUNT];
            struct investigation end;
            unsigned runs;

            for (int i = 0, rest = code; i < INVESTIGATE_STEP_COUNT; i++, rest /= 3)
                of[i] = INVESTIGATE_PASSES + rest % 3;
            end = follow(changes, of, &runs);
            CU_ASSERT(end.ended);
            CU_ASSERT(runs <= INVESTIGATE_STEP_COUNT);
            CU_ASSERT(end.why != NULL);
            switch (end.cause) {
            case INVESTIGATE_BY_SUITE:
                CU_ASSERT(changes.suite && of[INVESTIGATE_SUITE] == INVESTIGATE_PASSES);
                break;
            case INVESTIGATE_BY_IMAGE:
                CU_ASSERT(changes.image && of[INVESTIGATE_IMAGE] == INVESTIGATE_PASSES);
                break;
            case INVESTIGATE_BY_PRODUCT:
                CU_ASSERT(changes.product && !changes.harness);
                break;
            case INVESTIGATE_BY_HARNESS:
                CU_ASSERT(changes.harness && !changes.product);
                break;
            default:
                break;
            }
            CU_ASSERT(end.cause != INVESTIGATE_FLAKE ||
                      of[INVESTIGATE_SAME] == INVESTIGATE_PASSES ||
                      (!changes.product && !changes.harness));
            CU_ASSERT(end.cause == INVESTIGATE_FLAKE || end.cause == INVESTIGATE_OPEN ||
                      of[INVESTIGATE_SAME] == INVESTIGATE_FAILS);
            if (of[INVESTIGATE_SAME] == INVESTIGATE_SILENT) {
                CHECK_INT(end.cause, INVESTIGATE_OPEN);
                CHECK_INT(runs, 1);
            }
        }
}

/* The table of the header. */
static void test_rows(void)
{
    static const struct {
        struct investigate_changes changes; /* suite, image, product, harness */
        const char *of;                     /* P passes, F fails, S says nothing */
        enum investigate_cause cause;
        unsigned runs;
    } rows[] = {
        {{true, true, true, true}, "PPPP", INVESTIGATE_FLAKE, 1},
        {{true, true, true, true}, "FPPP", INVESTIGATE_BY_SUITE, 2},
        {{true, true, true, true}, "FFPP", INVESTIGATE_BY_IMAGE, 3},
        {{true, true, true, true}, "FFFP", INVESTIGATE_OPEN, 4},
        {{true, true, true, true}, "FFFF", INVESTIGATE_OPEN, 4},
        {{false, true, false, false}, "FPPP", INVESTIGATE_BY_IMAGE, 2},
        {{false, true, true, false}, "FFFF", INVESTIGATE_BY_PRODUCT, 2},
        {{false, false, true, false}, "FFFF", INVESTIGATE_BY_PRODUCT, 1},
        {{false, false, false, true}, "FFFF", INVESTIGATE_BY_HARNESS, 1},
        {{false, false, false, false}, "FFFF", INVESTIGATE_FLAKE, 1},
        {{true, true, true, false}, "FSFF", INVESTIGATE_OPEN, 4},
        {{true, true, true, false}, "FSPF", INVESTIGATE_BY_IMAGE, 3},
        {{true, false, true, false}, "SPPP", INVESTIGATE_OPEN, 1},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        enum investigate_result of[INVESTIGATE_STEP_COUNT];
        struct investigation end;
        unsigned runs;

        for (int s = 0; s < INVESTIGATE_STEP_COUNT; s++)
            of[s] = rows[i].of[s] == 'P'   ? INVESTIGATE_PASSES
                    : rows[i].of[s] == 'F' ? INVESTIGATE_FAILS
                                           : INVESTIGATE_SILENT;
        end = follow(rows[i].changes, of, &runs);

        if (end.cause != rows[i].cause)
            printf("\nrow %zu: %s", i, investigate_cause_name(end.cause));
        CHECK_INT(end.cause, rows[i].cause);
        CHECK_INT(runs, rows[i].runs);
    }
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"every combination", test_all}, {"table", test_rows}, CU_TEST_INFO_NULL};

    return cunit_run("investigate", tests);
}
