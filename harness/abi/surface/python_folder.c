/* SPDX-License-Identifier: Apache-2.0 */
#include "abi/surface/python_folder.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

const char *python_folder_rest(const char *path, int minor)
{
    static const char *const roots[] = {"/usr/lib/python3", "/usr/lib64/python3",
                                        "/usr/local/lib/python3", "/usr/local/lib64/python3"};
    static const char *const folders[] = {"/site-packages/", "/dist-packages/", "/lib-dynload/"};

    for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++) {
        const char *rest = path + strlen(roots[i]);
        int version = -1, end = 0;

        if (!text_starts(path, roots[i]))
            continue;
        if (*rest == '.' &&
            (sscanf(rest, ".%d%n", &version, &end) != 1 || (minor >= 0 && version != minor)))
            return NULL;
        rest += end;
        if (*rest != '/')
            return NULL;
        for (size_t f = 0; f < sizeof(folders) / sizeof(folders[0]); f++)
            if (text_starts(rest, folders[f]))
                return rest + strlen(folders[f]);
        return rest + 1;
    }
    return NULL;
}
