/* SPDX-License-Identifier: Apache-2.0 */
/* Writes SHA256SUMS, and checks a folder against it. */
#include "certificate/sums.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "certificate/folder.h"

char *sums_signature_name(unsigned number)
{
    return number == 1 ? text_dup(SUMS_FILE ".sig") : text_format(SUMS_FILE ".%u.sig", number);
}

unsigned sums_signature_number(const char *name)
{
    for (unsigned number = 1; number <= SUMS_SIGNATURES; number++) {
        _cleanup_free_ char *signature = sums_signature_name(number);

        if (strcmp(signature, name) == 0)
            return number;
    }
    return 0;
}

bool sums_is_listed(const char *name)
{
    return strcmp(name, SUMS_FILE) != 0 && strcmp(name, SUMS_ATTESTATION) != 0 &&
           sums_signature_number(name) == 0;
}

int sums_write(struct folder *folder, struct buffer *ret_text, struct error **err)
{
    vec_foreach (file, &folder->files) {
        int code = sums_is_listed(file->name) ? folder_digest(folder, file, err) : 0;

        if (code < 0)
            return code;
        if (sums_is_listed(file->name))
            buffer_format(ret_text, "%s  %s\n", file->sha256, file->name);
    }
    return 0;
}

/* A line without its end; false: it is not one that this program writes. */
static bool parse_line(const char *line, size_t length, char sha256[DIGEST_TEXT_SIZE],
                       char **ret_name)
{
    _cleanup_free_ char *name = NULL;

    if (length <= DIGEST_TEXT_SIZE + 1 || memchr(line, '\0', length) != NULL)
        return false;
    memcpy(sha256, line, DIGEST_TEXT_SIZE - 1);
    sha256[DIGEST_TEXT_SIZE - 1] = '\0';
    name = text_ndup(line + DIGEST_TEXT_SIZE + 1, length - DIGEST_TEXT_SIZE - 1);
    if (!digest_is_text(sha256) || strncmp(line + DIGEST_TEXT_SIZE - 1, "  ", 2) != 0 ||
        !folder_is_name(name) || !sums_is_listed(name))
        return false;
    *ret_name = steal_ptr(name);
    return true;
}

/* Files between two lines are not listed: both lists are sorted. */
static struct folder_file *skip_to(const struct folder *folder, size_t *at, const char *name,
                                   struct problems *problems)
{
    for (; *at < folder->files.count; (*at)++) {
        struct folder_file *file = &folder->files.items[*at];
        int order = name != NULL ? strcmp(file->name, name) : -1;

        if (order > 0)
            return NULL;
        if (order == 0) {
            (*at)++;
            return file;
        }
        if (sums_is_listed(file->name))
            problems_add(problems, PROBLEM_UNLISTED, file->name,
                         "it is not listed in " SUMS_FILE ", so nobody signed it");
    }
    return NULL;
}

static int check_file(const struct folder *folder, struct folder_file *file, const char *name,
                      const char *sha256, struct problems *problems, struct error **err)
{
    int code = file != NULL ? folder_digest(folder, file, err) : 0;

    if (file == NULL)
        problems_add(problems, PROBLEM_MISSING, name,
                     "it is listed in " SUMS_FILE ", but is not there");
    else if (code == 0 && strcmp(file->sha256, sha256) != 0)
        problems_add(problems, PROBLEM_DIGEST, name,
                     "it has SHA-256 %s, but " SUMS_FILE " says %s: it was modified", file->sha256,
                     sha256);
    return code;
}

int sums_check(struct folder *folder, const char *text, size_t length, struct problems *problems,
               struct error **err)
{
    _cleanup_free_ char *last = NULL;
    size_t at = 0, number = 0;
    int code = 0;

    for (const char *line = text, *end = text + length; code == 0 && line < end;) {
        const char *newline = memchr(line, '\n', (size_t)(end - line));
        _cleanup_free_ char *name = NULL;
        char sha256[DIGEST_TEXT_SIZE];
        struct folder_file *file;

        number++;
        if (newline == NULL || !parse_line(line, (size_t)(newline - line), sha256, &name) ||
            (last != NULL && strcmp(last, name) >= 0)) {
            problems_add(problems, PROBLEM_SUMS, SUMS_FILE,
                         "line %zu is not a digest and the name of a file, in sorted order",
                         number);
            return 0;
        }
        line = newline + 1;
        file = skip_to(folder, &at, name, problems);
        code = check_file(folder, file, name, sha256, problems, err);
        free(last);
        last = steal_ptr(name);
    }
    if (code == 0)
        skip_to(folder, &at, NULL, problems);
    return code;
}
