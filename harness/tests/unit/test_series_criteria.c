/* SPDX-License-Identifier: Apache-2.0 */
/* series/criteria: first the rounds from which nothing must be computed. */
#include <math.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "cunit_run.h"
#include "series/criteria.h"

#define NEAR(actual, expected)                                                                     \
    do {                                                                                           \
        double actual_ = (actual), expected_ = (expected);                                         \
        if (!(fabs(actual_ - expected_) < 1e-6))                                                   \
            printf("\n%s:%d: %s is %g, expected %g\n", __FILE__, __LINE__, #actual, actual_,       \
                   expected_);                                                                     \
        CU_ASSERT(fabs(actual_ - expected_) < 1e-6);                                               \
    } while (0)

enum { MOST = 400, ROUNDS = 3, MINUTES = 15, EACH = MINUTES * 12 };

struct rounds {
    double values[ROUNDS][MOST];
    struct criteria_round rounds[ROUNDS];
};

/* Three rounds of 15 minutes, at 5 s, all at 40. */
static void make(struct rounds *to)
{
    for (size_t i = 0; i < ROUNDS; i++) {
        for (size_t k = 0; k < MOST; k++)
            to->values[i][k] = 40;
        to->rounds[i] = (struct criteria_round){.values = to->values[i],
                                                .count = EACH,
                                                .planned = EACH,
                                                .interval_s = 5,
                                                .whole = true};
    }
}

/* Ways in which the second round is spoilt, and a word of the reason. */
static const struct spoilt {
    const char *how, *says;
} spoilt[] = {
    {"gap", "gap"},           {"nan at the end", "gap"}, {"infinite", "not a number"},
    {"stopped", "of 180"},    {"failed", "did not"},     {"shorter", "length"},
    {"interval", "interval"}, {"empty", "of 180"},       {"few", "too few"},
    {"no rounds", "round"},   {"longer", "length"},
};

static size_t spoil(struct rounds *to, const char *how)
{
    struct criteria_round *round = &to->rounds[1];

    make(to);
    if (strcmp(how, "gap") == 0)
        to->values[1][90] = NAN;
    else if (strcmp(how, "nan at the end") == 0)
        to->values[1][EACH - 40] = NAN;
    else if (strcmp(how, "infinite") == 0)
        to->values[1][90] = INFINITY;
    else if (strcmp(how, "stopped") == 0)
        round->count = EACH - 1;
    else if (strcmp(how, "failed") == 0)
        round->whole = false;
    else if (strcmp(how, "shorter") == 0)
        round->count = round->planned = EACH - 12;
    else if (strcmp(how, "longer") == 0)
        round->count = round->planned = EACH + 12;
    else if (strcmp(how, "interval") == 0)
        round->interval_s = 10;
    else if (strcmp(how, "empty") == 0)
        round->count = 0;
    else if (strcmp(how, "few") == 0)
        for (size_t i = 0; i < ROUNDS; i++)
            to->rounds[i].count = to->rounds[i].planned = CRITERIA_VALUES - 1;
    else
        return 0;
    return ROUNDS;
}

static void check_reason(bool known, char **reason, const struct spoilt *row)
{
    if (known)
        printf("\n%s: it was computed", row->how);
    CU_ASSERT_FALSE(known);
    CHECK_HAS(*reason, row->says);
    free(*reason);
    *reason = NULL;
}

static void test_nothing(void)
{
    static struct rounds all;

    for (size_t i = 0; i < sizeof(spoilt) / sizeof(spoilt[0]); i++) {
        size_t count = spoil(&all, spoilt[i].how);
        double differences[ROUNDS] = {-1, -1, -1}, smallest = -1, largest = -1;
        bool between = strcmp(spoilt[i].how, "shorter") == 0 ||
                       strcmp(spoilt[i].how, "longer") == 0 ||
                       strcmp(spoilt[i].how, "interval") == 0;
        char *reason = NULL;
        bool known = criteria_slots(all.rounds, count, false, 0, differences, &reason);

        check_reason(known, &reason, &spoilt[i]);
        known = criteria_rounds(all.rounds, count, true, 0, differences, &reason);
        check_reason(known, &reason, &spoilt[i]);
        NEAR(differences[0], -1);
        if (between)
            continue;
        known = criteria_range(all.rounds, count, &smallest, &largest, &reason);
        check_reason(known, &reason, &spoilt[i]);
        if (count == 0)
            continue;
        known = criteria_average(&all.rounds[1], "round 2", &smallest, &reason);
        check_reason(known, &reason, &spoilt[i]);
        NEAR(smallest, -1);
    }
}

/* One round cannot differ from another. */
static void test_one_round(void)
{
    static struct rounds all;
    double differences[ROUNDS];
    char *reason = NULL;

    make(&all);
    CU_ASSERT_FALSE(criteria_slots(all.rounds, 1, false, 0, differences, &reason));
    CHECK_HAS(reason, "1 round");
    free(reason);
}

static void test_slots(void)
{
    static struct rounds all;
    double differences[ROUNDS];
    char *reason = NULL;

    make(&all);
    CU_ASSERT(criteria_slots(all.rounds, ROUNDS, false, 0, differences, &reason));
    NEAR(differences[0], 0);
    NEAR(differences[1], 0);
    /* The first and last three minutes are left out. */
    for (size_t k = 0; k < 36; k++)
        all.values[1][k] = all.values[1][EACH - 1 - k] = 99;
    CU_ASSERT(criteria_slots(all.rounds, ROUNDS, false, 0, differences, &reason));
    NEAR(differences[0], 0);
    /* The fourth is not; a slot is an average. */
    for (size_t k = 36; k < 42; k++)
        all.values[1][k] = 52;
    CU_ASSERT(criteria_slots(all.rounds, ROUNDS, false, 0, differences, &reason));
    NEAR(differences[0], 6);
    NEAR(differences[1], 6); /* the third differs from the second */
    CU_ASSERT(criteria_slots(all.rounds, ROUNDS, true, 0, differences, &reason));
    NEAR(differences[0], 100.0 * 6 / 46);
    CU_ASSERT(criteria_slots(all.rounds, ROUNDS, true, 50, differences, &reason));
    NEAR(differences[0], 0); /* both are below what counts */
}

/* Short rounds are compared as a whole. */
static void test_short(void)
{
    static struct rounds all;
    double differences[ROUNDS];
    char *reason = NULL;

    make(&all);
    for (size_t i = 0; i < ROUNDS; i++)
        all.rounds[i].count = all.rounds[i].planned = 24;
    all.values[2][0] = 100;
    CU_ASSERT(criteria_slots(all.rounds, ROUNDS, false, 0, differences, &reason));
    NEAR(differences[1], 5);
}

static void test_range(void)
{
    static struct rounds all;
    double smallest, largest;
    char *reason = NULL;

    make(&all);
    all.values[2][7] = 45.01;
    all.values[0][0] = 39;
    CU_ASSERT(criteria_range(all.rounds, ROUNDS, &smallest, &largest, &reason));
    NEAR(smallest, 39);
    NEAR(largest, 45.01);
}

static void test_rounds(void)
{
    static struct rounds all;
    double differences[ROUNDS];
    char *reason = NULL;

    make(&all);
    for (size_t k = 0; k < EACH; k++)
        all.values[2][k] = 50;
    CU_ASSERT(criteria_rounds(all.rounds, ROUNDS, true, 0, differences, &reason));
    NEAR(differences[0], 0);
    NEAR(differences[1], 20);
}

static struct criteria_recovery recovery;

static bool overloaded(const struct rounds *all, char **ret_reason)
{
    return criteria_overload(&all->rounds[0], &all->rounds[1], &all->rounds[2], &recovery,
                             ret_reason);
}

/* A normal load of 40, which the overload and what comes after it lower. */
static void make_overload(struct rounds *all, double under, double after)
{
    make(all);
    for (size_t k = 0; k < EACH; k++) {
        all->values[1][k] = under;
        all->values[2][k] = after;
    }
}

/* Whether it recovers is only known from a series that came to its end without a gap. */
static void test_not_recovered_yet(void)
{
    for (int i = 0; i < 4; i++) {
        static struct rounds all;
        _cleanup_free_ char *reason = NULL;

        make_overload(&all, 10, 20);
        if (i == 0)
            all.rounds[2].count--;
        else if (i == 1)
            all.rounds[2].whole = false;
        else if (i == 2)
            all.values[2][7] = NAN;
        else
            all.rounds[1].whole = false;
        CU_ASSERT_FALSE(overloaded(&all, &reason));
        CU_ASSERT_PTR_NOT_NULL(reason);
    }
}

static void test_overload(void)
{
    static struct rounds all;
    char *reason = NULL;

    make_overload(&all, 10, 20);
    CU_ASSERT(overloaded(&all, &reason));
    CU_ASSERT_FALSE(recovery.recovered); /* in the whole phase */
    NEAR(recovery.floor_percent, 25);
    NEAR(recovery.after_s, EACH * all.rounds[2].interval_s);
    all.values[2][EACH - 1] = all.values[2][EACH - 2] = 40; /* two good values are no recovery */
    CU_ASSERT(overloaded(&all, &reason));
    CU_ASSERT_FALSE(recovery.recovered);
    all.values[2][EACH - 3] = 36;
    CU_ASSERT(overloaded(&all, &reason));
    CU_ASSERT(recovery.recovered);
    NEAR(recovery.after_s, (EACH - 3) * all.rounds[2].interval_s);
    make(&all);
    for (size_t k = 0; k < EACH; k++)
        all.values[1][k] = 10;
    for (size_t k = 0; k < 6; k++)
        all.values[2][k] = k == 2 ? 40 : 20; /* one good value is no recovery */
    CU_ASSERT(overloaded(&all, &reason));
    CU_ASSERT(recovery.recovered);
    NEAR(recovery.floor_percent, 25);
    NEAR(recovery.after_s, 30);
    for (size_t k = 0; k < EACH; k++)
        all.values[0][k] = 0;
    CU_ASSERT_FALSE(overloaded(&all, &reason));
    CHECK_HAS(reason, "0");
    free(reason);
}

static void test_availability(void)
{
    struct criteria_share share;

    CU_ASSERT_FALSE(criteria_availability(0, 0, &share));
    CU_ASSERT_FALSE(criteria_availability(3, 2, &share));
    /* An hour at 5 s without a failure proves no five nines. */
    CU_ASSERT(criteria_availability(720, 720, &share));
    NEAR(share.share, 1);
    NEAR(share.low, 1 - 3.0 / 720);
    NEAR(share.high, 1);
    CU_ASSERT(criteria_availability(0, 5, &share));
    NEAR(share.low, 0);
    CU_ASSERT(share.high < 1 && share.high > 0.3);
    CU_ASSERT(criteria_availability(719, 720, &share));
    CU_ASSERT(share.low > 0.992 && share.low < 0.9925);
    CU_ASSERT(share.high > 0.9997 && share.high < 0.9999);
    /* Fewer than three: the rule does not go below nothing. */
    CU_ASSERT(criteria_availability(2, 2, &share));
    NEAR(share.low, 0);
}

static void test_idle(void)
{
    static const struct {
        double cpu, memory, disk;
        size_t connections;
        const char *says;
    } rows[] = {
        {10, 5, 5, 99, NULL},           {10.01, 0, 0, 0, "busy"},    {0, 5.01, 0, 0, "fat"},
        {0, 0, 5.01, 0, "vda"},         {0, 0, 0, 100, "TIME_WAIT"}, {NAN, 0, 0, 0, "not measured"},
        {0, NAN, 0, 0, "not measured"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct criteria_load load = {.process_cpu = rows[i].cpu,
                                           .process_memory = rows[i].memory,
                                           .disk = rows[i].disk,
                                           .process_cpu_name = "busy",
                                           .process_memory_name = "fat",
                                           .disk_name = "vda",
                                           .connections = rows[i].connections,
                                           .state = "TIME_WAIT"};
        _cleanup_free_ char *why = criteria_not_idle(&load);

        if (rows[i].says == NULL)
            CHECK_TEXT(why, NULL);
        else
            CHECK_HAS(why, rows[i].says);
    }
}

int main(void)
{
    CU_TestInfo tests[] = {{"nothing is computed", test_nothing},
                           {"one round", test_one_round},
                           {"slots", test_slots},
                           {"short rounds", test_short},
                           {"range", test_range},
                           {"rounds", test_rounds},
                           {"not recovered yet", test_not_recovered_yet},
                           {"overload", test_overload},
                           {"availability", test_availability},
                           {"idle", test_idle},
                           CU_TEST_INFO_NULL};

    return cunit_run("series/criteria", tests);
}
