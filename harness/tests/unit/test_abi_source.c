/* SPDX-License-Identifier: Apache-2.0 */
/* Sources that assume signed plain char, and units: which files, which lines. */
#include <stdio.h>
#include <string.h>

#include "abi/script/source.h"
#include "abi/script/unit.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "cunit_run.h"

static const struct {
    const char *text;
    unsigned line;
    const char *name;
} sources[] = {
    {"int f(void)\n{\n    char c;\n    while ((c = getchar()) != EOF)\n        ;\n}\n", 4, "c"},
    {"void f(int n, char **v) {\n  char c = getopt(n, v, \"a\");\n  if (c == -1) return;\n}\n", 3,
     "c"},
    {"static char last = 0, byte;\nint f(void) { return byte < 0; }\n", 2, "byte"},
    {"    char c = x;\n    if (c != - 1)\n", 2, "c"},
    {"    signed char c;\n    while ((c = getchar()) != EOF)\n", 0, NULL},
    {"    unsigned char c;\n    if (c == -1)\n", 0, NULL},
    {"    int c;\n    while ((c = getchar()) != EOF)\n", 0, NULL},
    {"    char *c;\n    if (c == -1)\n", 0, NULL},
    {"    char c[9];\n    if (c < 0)\n", 0, NULL},
    {"    char c;\n    if (c == 'a' || c <= 0 || c << 0 || c < 0x20 || c == EOFS)\n", 0, NULL},
    {"    char c;\n    if (s.c == -1 || s->c == -1 || cc == -1)\n", 0, NULL},
    {"int f(void)\n{\n    char c;\n}\nint g(int c)\n{\n    return c == -1;\n}\n", 0, NULL},
    {"int f(char c, int d) { return d == -1; }\n", 0, NULL},
    {"", 0, NULL},
};

static void test_char_sign(void)
{
    for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++) {
        _cleanup_free_ char *name = NULL;
        unsigned line = source_char_sign(sources[i].text, strlen(sources[i].text), &name);

        if (line != sources[i].line || !text_equal(name, sources[i].name))
            printf("\n%s: line %u, '%s'", sources[i].text, line, name != NULL ? name : "none");
        CU_ASSERT_EQUAL(line, sources[i].line);
        CU_ASSERT(text_equal(name, sources[i].name));
    }
}

static void test_files(void)
{
    CU_ASSERT(unit_is_one("/usr/lib/systemd/system/redis.service"));
    CU_ASSERT(unit_is_one("/etc/systemd/system/redis.service.d/limit.conf"));
    CU_ASSERT(unit_is_one("/usr/lib/systemd/user/a.socket"));
    CU_ASSERT_FALSE(unit_is_one("/etc/systemd/system.conf"));
    CU_ASSERT_FALSE(unit_is_one("/usr/share/a.service"));
    CU_ASSERT_FALSE(unit_is_one("/usr/lib/systemd/system/README"));
    CU_ASSERT(source_is_one("/a/b.c"));
    CU_ASSERT_FALSE(source_is_one("/a/b.h"));
    CU_ASSERT(source_builds("/a/CMakeLists.txt"));
    CU_ASSERT_FALSE(source_builds("/a/notes.txt"));
}

int main(void)
{
    CU_TestInfo tests[] = {{"char sign", test_char_sign}, {"files", test_files}, CU_TEST_INFO_NULL};

    return cunit_run("abi source", tests);
}
