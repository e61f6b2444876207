/* SPDX-License-Identifier: Apache-2.0 */
/* Executes one instruction of each extension, each in a child, and compares the result with what is
 * advertised. */
#include "isa.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>

#include "probe.h"

const uint8_t isa_aes_state[16] = {0x19, 0x3d, 0xe3, 0xbe, 0xa0, 0xf4, 0xe2, 0x2b,
                                   0x9a, 0xc6, 0x8d, 0x2a, 0xe9, 0xf8, 0x48, 0x08};
const uint8_t isa_aes_key[16] = {0xa0, 0xfa, 0xfe, 0x17, 0x88, 0x54, 0x2c, 0xb1,
                                 0x23, 0xa3, 0x39, 0x39, 0x2a, 0x6c, 0x76, 0x05};
const uint8_t isa_aes_round[16] = {0xa4, 0x9c, 0x7f, 0xf2, 0x68, 0x9f, 0x35, 0x2b,
                                   0x6b, 0x5b, 0xea, 0x43, 0x02, 0x6a, 0x50, 0x49};
const uint8_t isa_aes_shifted[16] = {0xd4, 0xbf, 0x5d, 0x30, 0xe0, 0xb4, 0x52, 0xae,
                                     0xb8, 0x41, 0x11, 0xf1, 0x1e, 0x27, 0x98, 0xe5};

enum { RESULT_EXECUTES, RESULT_WRONG };

uint32_t isa_crc(uint32_t polynomial, uint32_t crc, uint32_t word)
{
    crc ^= word;
    for (int bit = 0; bit < 32; bit++)
        crc = crc >> 1 ^ (polynomial & -(crc & 1));
    return crc;
}

/* The flags of the first processor in /proc/cpuinfo, with a space before and after each; "" if
 * absent. */
static const char *cpuinfo_flags(void)
{
    static char flags[16384];
    char line[16384];
    FILE *file = fopen("/proc/cpuinfo", "re");

    while (file != NULL && flags[0] == '\0' && fgets(line, sizeof(line), file) != NULL) {
        const char *colon = strchr(line, ':');

        if (colon != NULL && strncmp(line, "flags", 5) == 0)
            snprintf(flags, sizeof(flags), "%s", colon + 1);
    }
    if (file != NULL)
        fclose(file);
    for (char *at = flags; *at != '\0'; at++)
        if (*at == '\n')
            *at = ' ';
    return flags;
}

/* aarch64 programs read HWCAP, x86 programs CPUID, of which the flags in cpuinfo are those that the
 * kernel enables. */
static bool is_advertised(const struct isa_test *test)
{
    static const char *flags;
    char word[64];

    if (test->hwcap != 0 || test->hwcap2 != 0)
        return (getauxval(AT_HWCAP) & test->hwcap) != 0 ||
               (getauxval(AT_HWCAP2) & test->hwcap2) != 0;
    if (flags == NULL)
        flags = cpuinfo_flags();
    snprintf(word, sizeof(word), " %s ", test->feature);
    return strstr(flags, word) != NULL;
}

static int execute(const void *argument)
{
    static struct isa_state state;
    const struct isa_test *test = argument;

    test->setup(&state);
    test->run(&state);
    return test->check(&state) ? RESULT_EXECUTES : RESULT_WRONG;
}

static const char *describe(int result, char text[32])
{
    switch (result) {
    case RESULT_EXECUTES:
        return "executes";
    case RESULT_WRONG:
        return "wrong-result";
    case 100 + SIGILL:
        return "sigill";
    default:
        snprintf(text, 32, "signal-%d", result - 100);
        return result > 100 ? text : "unknown";
    }
}

static void judge(const struct isa_test *test)
{
    bool advertised = is_advertised(test);
    int result = in_child(execute, test);
    char key[64], text[32];
    const char *word = describe(result, text);

    snprintf(key, sizeof(key), "isa.%s", test->feature);
    observe(key, "", "%s", word);
    if (advertised)
        tap_ok(result == RESULT_EXECUTES, "%s is advertised: %s", test->feature, word);
    else if (result == RESULT_EXECUTES)
        tap_note("%s is not advertised, yet it executes", test->feature);
}

int probe_isa(void)
{
    isa_observe_cpu();
    observe("cpu.hwcap", "", "0x%lx", getauxval(AT_HWCAP));
    observe("cpu.hwcap2", "", "0x%lx", getauxval(AT_HWCAP2));
    observe("cpu.platform", "", "%s",
            getauxval(AT_PLATFORM) != 0 ? (const char *)getauxval(AT_PLATFORM) : "");
    for (unsigned i = 0; i < isa_test_count; i++)
        judge(&isa_tests[i]);
    return tap_done();
}

int isa_list(void)
{
    for (unsigned i = 0; i < isa_test_count; i++)
        puts(isa_tests[i].feature);
    return 0;
}
