/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Floating-point behaviour of the CPU. Conversions out of range are undefined in C and differ by
 * design: x86 gives the "integer indefinite" (Intel SDM volume 1, 4.8.4.2), Arm saturates and turns
 * NaN into 0 (Arm ARM, FPToFixed). volatile prevents the compiler from evaluating expressions
 * itself.
 */
#include <fenv.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "probe.h"

struct conversion {
    const char *name;
    double value;
    /* int32, int64, uint32 (through 64 bits on x86) */
    int32_t x86_32, arm_32;
    int64_t x86_64, arm_64;
    uint32_t x86_u32, arm_u32;
};

static const struct conversion conversions[] = {
    {"in-range", -42.9, -42, -42, -42, -42, (uint32_t)-42, 0},
    {"2e9", 2e9, 2000000000, 2000000000, 2000000000, 2000000000, 2000000000, 2000000000},
    {"1e10", 1e10, INT32_MIN, INT32_MAX, 10000000000, 10000000000, 1410065408, UINT32_MAX},
    {"-1e10", -1e10, INT32_MIN, INT32_MIN, -10000000000, -10000000000, 2884901888, 0},
    {"1e30", 1e30, INT32_MIN, INT32_MAX, INT64_MIN, INT64_MAX, 0, UINT32_MAX},
    {"infinity", INFINITY, INT32_MIN, INT32_MAX, INT64_MIN, INT64_MAX, 0, UINT32_MAX},
    {"-infinity", -INFINITY, INT32_MIN, INT32_MIN, INT64_MIN, INT64_MIN, 0, 0},
    {"nan", NAN, INT32_MIN, 0, INT64_MIN, 0, 0, 0},
};

static void convert(const struct conversion *row)
{
    volatile double value = row->value;
    volatile int32_t to32 = (int32_t)value;
    volatile int64_t to64 = (int64_t)value;
    volatile uint32_t to_unsigned = (uint32_t)value;
    char key[80];

#ifdef __x86_64__
    const int32_t want32 = row->x86_32;
    const int64_t want64 = row->x86_64;
    const uint32_t want_unsigned = row->x86_u32;
#else
    const int32_t want32 = row->arm_32;
    const int64_t want64 = row->arm_64;
    const uint32_t want_unsigned = row->arm_u32;
#endif

    snprintf(key, sizeof(key), "fp.double_to_int32.%s", row->name);
    observe(key, "", "%" PRId32, to32);
    snprintf(key, sizeof(key), "fp.double_to_int64.%s", row->name);
    observe(key, "", "%" PRId64, to64);
    snprintf(key, sizeof(key), "fp.double_to_uint32.%s", row->name);
    observe(key, "", "%" PRIu32, to_unsigned);
    tap_ok(to32 == want32 && to64 == want64 && to_unsigned == want_unsigned,
           "%s to int32, int64, uint32: %" PRId32 " %" PRId64 " %" PRIu32
           ", this architecture gives %" PRId32 " %" PRId64 " %" PRIu32,
           row->name, to32, to64, to_unsigned, want32, want64, want_unsigned);
}

static uint64_t bits(double value)
{
    uint64_t word;

    memcpy(&word, &value, sizeof(word));
    return word;
}

static void arithmetic(void)
{
    volatile double tenth = 0.1, fifth = 0.2, zero = 0.0, tiny = 0x1p-1022, big = 0x1p53;
    volatile double nan = zero / zero, sum = tenth + fifth, half_tiny = tiny / 2;
    volatile double odd = big + 1.0, up = big + 3.0;
    /* 0.1 * 10 - 1 is 0 if rounded after each step, 2^-54 if fused. */
    volatile double ten = 10.0, one = 1.0;
    double contracted = tenth * ten - one;

    observe("fp.nan", "", "%016" PRIx64, bits(nan));
    observe("fp.contraction", "", "%s", contracted == 0.0 ? "separate" : "fused");
    tap_ok(bits(sum) == 0x3fd3333333333334, "0.1 + 0.2 rounds to 3fd3333333333334: %016" PRIx64,
           bits(sum));
    tap_ok(isnan(nan) && nan != nan, "0/0 is a quiet NaN: %016" PRIx64, bits(nan));
    tap_ok(half_tiny > 0.0 && half_tiny + half_tiny == tiny, "subnormal numbers are kept");
    tap_ok(odd == 0x1p53 && up == 0x1p53 + 4, "ties round to even");
    tap_ok(fegetround() == FE_TONEAREST, "rounding is to nearest");
}

static void exceptions(void)
{
    volatile double zero = 0.0, one = 1.0, result;

    feclearexcept(FE_ALL_EXCEPT);
    result = one / zero;
    tap_ok(isinf(result) && fetestexcept(FE_DIVBYZERO) != 0, "1/0 is infinite and raises a flag");
    feclearexcept(FE_ALL_EXCEPT);
    result = sqrt(-one);
    tap_ok(isnan(result) && fetestexcept(FE_INVALID) != 0, "sqrt(-1) is NaN and raises a flag");
}

int probe_floating_point(void)
{
    for (size_t i = 0; i < sizeof(conversions) / sizeof(conversions[0]); i++)
        convert(&conversions[i]);
    arithmetic();
    exceptions();
    return tap_done();
}
