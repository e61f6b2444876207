/* SPDX-License-Identifier: Apache-2.0 */
/* Makes a copy of a file of the source tree with one change, to trigger each message of a
 * loader. */
#ifndef TS_TESTS_EDITED_FILE_H
#define TS_TESTS_EDITED_FILE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "base/text.h"

/* Copies text to path with the first `from` replaced by `to`; the test ends if it does not
 * occur. */
static inline void edited_text(const char *text, const char *path, const char *from, const char *to)
{
    _cleanup_buffer_ struct buffer out = {0};
    const char *place = strstr(text, from);

    if (place == NULL) {
        printf("'%s' is not in the text that is to be edited\n", from);
        exit(99);
    }
    buffer_add(&out, text, (size_t)(place - text));
    buffer_text(&out, to);
    buffer_text(&out, place + strlen(from));
    if (path_write_atomic(path, out.data, out.length, NULL) < 0)
        exit(99);
}

static inline void edited_file(const char *source, const char *path, const char *from,
                               const char *to)
{
    _cleanup_buffer_ struct buffer data = {0};

    if (path_read(source, 1024 * 1024, &data, NULL) < 0) {
        printf("cannot read %s\n", source);
        exit(99);
    }
    edited_text(data.data, path, from, to);
}

#endif
