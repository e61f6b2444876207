/* SPDX-License-Identifier: Apache-2.0 */
/* Properties of C types in this ABI: signedness, sizes, alignment, layout. Compared with the System
 * V psABI for x86-64 (1.0, figure 3.1) and AAPCS64 (2023Q3, 5.1 and 10); their differences are what
 * causes problems when porting. */
#include <float.h>
#include <limits.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <wchar.h>

#include "probe.h"

#ifdef __x86_64__
#define EXPECT(x86, arm) (x86)
#else
#define EXPECT(x86, arm) (arm)
#endif

struct with_long_double {
    char c;
    long double value;
    char d;
};
struct with_bits {
    int a : 3;
    unsigned b : 30;
    char c : 4;
};
struct with_bits_of_long {
    char c;
    long a : 33;
};
struct mixed {
    char c;
    short s;
    char d;
    double f;
    int i;
};
struct __attribute__((packed)) packed {
    char c;
    long l;
    short s;
};
struct flexible {
    int count;
    long rows[];
};
struct empty_bits {
    char c;
    int : 0;
    char d;
};

struct row {
    const char *name;
    size_t size, align, expected_size, expected_align;
};

#define ROW(name, type, size, align)                                                               \
    {                                                                                              \
        name, sizeof(type), _Alignof(type), size, align                                            \
    }

static const struct row rows[] = {
    ROW("short", short, 2, 2),
    ROW("int", int, 4, 4),
    ROW("long", long, 8, 8),
    ROW("long_long", long long, 8, 8),
    ROW("int128", __int128, 16, 16),
    ROW("pointer", void *, 8, 8),
    ROW("float", float, 4, 4),
    ROW("double", double, 8, 8),
    ROW("long_double", long double, 16, 16),
    ROW("wchar_t", wchar_t, 4, 4),
    ROW("max_align_t", max_align_t, 32, 16),
    ROW("va_list", va_list, EXPECT(24, 32), 8),
    ROW("jmp_buf", jmp_buf, EXPECT(200, 312), EXPECT(8, 8)),
    ROW("struct_stat", struct stat, EXPECT(144, 128), 8),
    ROW("sigset_t", sigset_t, 128, 8),
    ROW("struct_mixed", struct mixed, 24, 8),
    ROW("struct_packed", struct packed, 11, 1),
    ROW("struct_bits", struct with_bits, 12, 4),
    ROW("struct_bits_of_long", struct with_bits_of_long, 8, 8),
    ROW("struct_empty_bits", struct empty_bits, EXPECT(5, 8), EXPECT(1, 4)),
    ROW("struct_long_double", struct with_long_double, 48, 16),
    ROW("struct_flexible", struct flexible, 8, 8),
};

static void show_rows(void)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct row *row = &rows[i];
        char key[80];

        snprintf(key, sizeof(key), "abi.layout.%s", row->name);
        observe(key, "", "size %zu align %zu", row->size, row->align);
        tap_ok(row->size == row->expected_size && row->align == row->expected_align,
               "%s: size %zu align %zu, the ABI says %zu and %zu", row->name, row->size, row->align,
               row->expected_size, row->expected_align);
    }
}

/* The bytes of a value, lowest address first. */
static const char *show_bytes(const void *value, size_t size, char text[64])
{
    const unsigned char *bytes = value;

    text[0] = '\0';
    for (size_t i = 0; i < size && i < 16; i++)
        snprintf(text + 2 * i, 3, "%02x", bytes[i]);
    return text;
}

static void show_long_double(void)
{
    /* Only the bytes that contain the value: x87 pads its ten bytes to sixteen with undefined
     * ones. */
    volatile long double third = 1.0L / 3;
    long double value = third;
    char text[64];

    observe("abi.long_double", "", "%s",
            LDBL_MANT_DIG == 64    ? "x87-80"
            : LDBL_MANT_DIG == 113 ? "ieee-128"
                                   : "other");
    observe("abi.long_double.mantissa", "bits", "%d", LDBL_MANT_DIG);
    observe("abi.long_double.third", "", "%s",
            show_bytes(&value, LDBL_MANT_DIG == 64 ? 10 : 16, text));
    tap_ok(LDBL_MANT_DIG == EXPECT(64, 113), "long double has %d mantissa bits, the ABI says %d",
           LDBL_MANT_DIG, EXPECT(64, 113));
    tap_ok(strcmp(text, EXPECT("abaaaaaaaaaaaaaafd3f", "5555555555555555555555555555fd3f")) == 0,
           "1/3 in long double is %s", text);
}

int probe_abi_layout(void)
{
    static const unsigned one = 1;
    volatile int negative = (char)-1;

    observe("abi.char", "", "%s", negative < 0 ? "signed" : "unsigned");
    observe("abi.wchar", "", "%s", (long long)WCHAR_MIN < 0 ? "signed" : "unsigned");
    observe("abi.byte_order", "", "%s", *(const unsigned char *)&one == 1 ? "little" : "big");
    tap_ok((negative < 0) == EXPECT(true, false), "plain char is %s, the ABI says %s",
           negative < 0 ? "signed" : "unsigned", EXPECT("signed", "unsigned"));
    tap_ok(((long long)WCHAR_MIN < 0) == EXPECT(true, false), "wchar_t is %s, the ABI says %s",
           (long long)WCHAR_MIN < 0 ? "signed" : "unsigned", EXPECT("signed", "unsigned"));
    show_rows();
    show_long_double();
    return tap_done();
}
