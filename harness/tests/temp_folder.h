/* SPDX-License-Identifier: Apache-2.0 */
/* A temporary folder for a test, removed at its end. */
#ifndef TS_TESTS_TEMP_FOLDER_H
#define TS_TESTS_TEMP_FOLDER_H

#include <stdio.h>
#include <stdlib.h>

#include "base/path.h"
#include "base/text.h"

static inline char *temp_folder_new(void)
{
    const char *parent = getenv("TMPDIR");
    char *path = text_format("%s/ts-test-XXXXXX", parent != NULL ? parent : "/tmp");

    if (mkdtemp(path) == NULL) {
        perror(path);
        exit(99);
    }
    return path;
}

static inline void temp_folder_remove(char **path)
{
    if (*path != NULL)
        path_remove_tree(*path, NULL);
    free(*path);
}
#define _cleanup_folder_ __attribute__((cleanup(temp_folder_remove)))

#endif
