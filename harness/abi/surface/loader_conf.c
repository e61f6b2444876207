/* SPDX-License-Identifier: Apache-2.0 */
/* Reads ld.so.conf. */
#include "abi/surface/loader_conf.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/path.h"

#define INCLUDES_MAX 1000 /* real systems have one or two */
#define DEPTH_MAX 8

struct reading {
    struct loader_conf_files *files;
    struct strv *folders, *patterns;
    size_t includes;
};

/* A line is one folder, whatever ld.so.conf's old manual says of separators, perhaps with the type
 * of its libraries: "/opt/lib=libc6". */
static void add_folder(struct reading *reading, const char *line)
{
    const char *start = line + strspn(line, " \t\r");
    size_t length = strcspn(start, "=");
    _cleanup_free_ char *folder = NULL;

    while (length > 1 && strchr(" \t\r/", start[length - 1]) != NULL)
        length--;
    folder = text_ndup(start, length);
    if (folder[0] == '/' && !strv_has(reading->folders, folder))
        strv_add(reading->folders, folder);
}

static void read_file(struct reading *reading, struct loader_conf_file *file, int depth);

bool loader_conf_matches(const char *pattern, const char *path)
{
    return fnmatch(pattern, path, FNM_PATHNAME | FNM_PERIOD) == 0;
}

static int compare_files(const void *a, const void *b)
{
    return strcmp((*(const struct loader_conf_file *const *)a)->path,
                  (*(const struct loader_conf_file *const *)b)->path);
}

/* glob sorts the matches. */
static void include(struct reading *reading, const char *pattern, int depth)
{
    VEC(struct loader_conf_file *) found = {0};

    if (++reading->includes > INCLUDES_MAX)
        return;
    if (!strv_has(reading->patterns, pattern))
        strv_add(reading->patterns, pattern);
    vec_foreach (file, reading->files)
        if (loader_conf_matches(pattern, file->path))
            *vec_add(&found) = file;
    if (found.count > 1)
        qsort(found.items, found.count, sizeof(*found.items), compare_files);
    for (size_t i = 0; i < found.count; i++)
        read_file(reading, found.items[i], depth + 1);
    vec_done(&found);
}

/* A relative pattern starts at the folder of the file that includes it. "FOLDER/../" is nothing. */
static char *absolute(const struct loader_conf_file *file, const char *pattern)
{
    char *path =
        pattern[0] == '/'
            ? text_dup(pattern)
            : text_format("%.*s%s", (int)(path_base(file->path) - file->path), file->path, pattern);

    for (char *up; (up = strstr(path, "/../")) != NULL;) {
        char *folder = up;

        while (folder > path && *--folder != '/')
            ;
        memmove(folder, up + 3, strlen(up + 3) + 1);
    }
    return path;
}

/* The first occurrence of a folder counts, so including a file again adds nothing. */
static void read_file(struct reading *reading, struct loader_conf_file *file, int depth)
{
    _cleanup_strv_ struct strv lines = {0};

    if (file->read || depth > DEPTH_MAX)
        return;
    vec_foreach (other, reading->files)
        if (strcmp(other->path, file->path) == 0) {
            if (other->read)
                return;
            file = other;
            break;
        }
    file->read = true;
    strv_split(&lines, file->text, "\n");
    for (size_t i = 0; i < lines.count; i++) {
        _cleanup_strv_ struct strv words = {0};

        lines.items[i][strcspn(lines.items[i], "#")] = '\0';
        strv_split(&words, lines.items[i], " \t\r");
        if (words.count == 0 || text_equal(words.items[0], "hwcap"))
            continue;
        if (!text_equal(words.items[0], "include")) {
            add_folder(reading, lines.items[i]);
            continue;
        }
        for (size_t w = 1; w < words.count; w++) {
            _cleanup_free_ char *pattern = absolute(file, words.items[w]);

            include(reading, pattern, depth);
        }
    }
}

void loader_conf_read(struct loader_conf_files *files, struct strv *ret_folders,
                      struct strv *ret_patterns)
{
    struct reading reading = {.files = files, .folders = ret_folders, .patterns = ret_patterns};

    vec_foreach (file, files)
        if (strcmp(file->path, LOADER_CONF) == 0) {
            read_file(&reading, file, 0);
            return;
        }
}

bool loader_conf_may_be(const char *head, size_t length)
{
    const char *end = head + length;
    size_t lines = 0;

    for (const char *line = head; line < end;) {
        const char *next = memchr(line, '\n', (size_t)(end - line));
        size_t size = (size_t)((next != NULL ? next : end) - line);

        while (size > 0 && (*line == ' ' || *line == '\t')) {
            line++;
            size--;
        }
        if (size > 0 && *line != '#' && *line != '\r') {
            if (*line != '/' && (size < 8 || memcmp(line, "include", 7) != 0))
                return false;
            lines++;
        }
        line = next != NULL ? next + 1 : end;
    }
    return lines > 0;
}

bool loader_conf_is_named(const char *path)
{
    return text_ends(path, LOADER_CONF) || strstr(path, LOADER_CONF ".d/") != NULL;
}
