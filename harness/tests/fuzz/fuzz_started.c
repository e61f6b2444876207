/* SPDX-License-Identifier: Apache-2.0 */
/* Sources that something of the product starts. The input consists of up to four texts, separated
 * by NUL: a source in Python, one in Perl, a shell script and a unit, which start them. */
#include "fuzz_scripts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct {
        const char *path, *first;
    } files[] = {{"opt/v/main.py", ""},
                 {"opt/v/main.pl", ""},
                 {"opt/v/run.sh", "#!/bin/sh\npython3 /opt/v/main.py\n"},
                 {"usr/lib/systemd/system/v.service",
                  "[Service]\nExecStart=/usr/bin/perl /opt/v/main.pl\n"}};
    static const char end[2 * TAR_BLOCK] = {0};
    _cleanup_buffer_ struct buffer tar = {0};
    const char *at = (const char *)data, *limit = at + size;

    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        const char *next = at < limit ? memchr(at, '\0', (size_t)(limit - at)) : NULL;
        _cleanup_buffer_ struct buffer text = {0};

        if (next == NULL)
            next = limit;
        buffer_text(&text, files[i].first);
        buffer_add(&text, at, (size_t)(next - at));
        fuzz_tar_add(&tar, files[i].path, text.data, text.length);
        at = next < limit ? next + 1 : limit;
    }
    buffer_add(&tar, end, sizeof(end));
    fuzz_check(&tar);
    return 0;
}
