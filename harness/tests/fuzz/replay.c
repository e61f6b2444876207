/* SPDX-License-Identifier: Apache-2.0 */
/* Without libFuzzer: runs a target once on every file in the given folders. */
#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"
#include "base/text.h"
#include "fuzz.h"

static int replay(const char *folder)
{
    _cleanup_closedir_ DIR *dir = opendir(folder);
    const struct dirent *entry;
    int count = 0;

    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        _cleanup_free_ char *path = path_join(folder, entry->d_name);
        _cleanup_buffer_ struct buffer data = {0};
        _cleanup_error_ struct error *err = NULL;
        _cleanup_free_ uint8_t *copy = NULL;

        if (entry->d_name[0] == '.')
            continue;
        if (path_read(path, 16 << 20, &data, &err) < 0) {
            printf("%s\n", error_message(err));
            return -1;
        }
        /* A copy of exact length, so that reading beyond the end is detected. */
        copy = text_calloc(data.length, 1);
        if (data.length > 0)
            memcpy(copy, data.data, data.length);
        LLVMFuzzerTestOneInput(copy, data.length);
        count++;
    }
    return count;
}

int main(int argc, char **argv)
{
    int count = 0;

    for (int i = 1; i < argc; i++) {
        int seen = replay(argv[i]);

        if (seen <= 0) {
            printf("%s: nothing to replay\n", argv[i]);
            return 1;
        }
        count += seen;
    }
    printf("%d inputs\n", count);
    return count == 0;
}
