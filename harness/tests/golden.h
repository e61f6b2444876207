/* SPDX-License-Identifier: Apache-2.0 */
/* Golden files: compares the program's output with harness/tests/golden/NAME. With
 * TOUCHSTONE_REGENERATE=1 the file is written instead; review the difference before committing
 * it. */
#ifndef TS_TESTS_GOLDEN_H
#define TS_TESTS_GOLDEN_H

#include <stdlib.h>

#include "base/path.h"
#include "base/text.h"
#include "cunit_run.h"

static inline void golden_check(const char *name, const char *text)
{
    char *path = text_format("%s/harness/tests/golden/%s", TS_SOURCE_DIR, name);
    struct buffer expected = {0};

    if (getenv("TOUCHSTONE_REGENERATE") != NULL)
        CU_ASSERT(path_write_atomic(path, text, strlen(text), NULL) == 0);
    if (path_read(path, 1 << 20, &expected, NULL) < 0)
        printf("\n%s is not there: make it with TOUCHSTONE_REGENERATE=1\n", path);
    CHECK_TEXT(text, expected.data);
    buffer_done(&expected);
    free(path);
}

/* Replaces every `from` by `to`: temporary paths must not be in golden files. */
static inline char *golden_replace(const char *text, const char *from, const char *to)
{
    struct buffer out = {0};
    const char *at;

    while ((at = strstr(text, from)) != NULL) {
        buffer_add(&out, text, (size_t)(at - text));
        buffer_text(&out, to);
        text = at + strlen(from);
    }
    buffer_text(&out, text);
    return buffer_steal(&out);
}

#endif
