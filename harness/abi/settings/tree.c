/* SPDX-License-Identifier: Apache-2.0 */
/* Follows links and lists folders of configuration. */
#include "abi/settings/tree.h"

#include <ctype.h>
#include <string.h>

#include "abi/settings/settings.h"
#include "base/cleanup.h"
#include "base/path.h"

enum { LINKS_MAX = 40, PATH_BYTES_MAX = 4096 };

static void drop_last(struct buffer *path)
{
    while (path->length > 0 && path->data[--path->length] != '/')
        ;
    if (path->data != NULL)
        path->data[path->length] = '\0';
}

/* Replaces the component that was just taken, a link, by its target. */
static void follow(const char *target, struct buffer *done, char **rest)
{
    char *joined = text_format("%s/%s", target, *rest);

    free(*rest);
    *rest = joined;
    drop_last(done);
    if (target[0] == '/' && done->data != NULL)
        done->data[done->length = 0] = '\0';
}

char *settings_real(const struct settings_tree *tree, const char *path)
{
    _cleanup_buffer_ struct buffer done = {0};
    _cleanup_free_ char *rest = text_dup(path);
    unsigned links = 0;

    while (rest[0] != '\0') {
        size_t length = strcspn(rest, "/");
        struct settings_entry entry = {.kind = SETTINGS_OTHER};
        _cleanup_free_ char *part = text_ndup(rest, length);

        memmove(rest, rest + length + (rest[length] == '/'),
                strlen(rest + length) + (rest[length] != '/'));
        if (length == 0 || strcmp(part, ".") == 0)
            continue;
        if (strcmp(part, "..") == 0) {
            drop_last(&done);
            continue;
        }
        buffer_format(&done, "/%s", part);
        if (done.length + strlen(rest) > PATH_BYTES_MAX)
            return NULL;
        if (!tree->look(tree->context, done.data, &entry) || entry.kind != SETTINGS_LINK)
            continue;
        if (++links > LINKS_MAX)
            return NULL;
        follow(entry.target, &done, &rest);
    }
    if (done.length == 0)
        buffer_text(&done, "/");
    return buffer_steal(&done);
}

bool settings_exists(const struct settings_tree *tree, const char *path)
{
    _cleanup_free_ char *real = settings_real(tree, path);
    struct settings_entry entry;

    return real != NULL && tree->look(tree->context, real, &entry);
}

enum settings_state settings_open(const struct settings_tree *tree, const char *path,
                                  struct settings_file *ret_file)
{
    _cleanup_free_ char *real = settings_real(tree, path);
    struct settings_entry entry = {.kind = SETTINGS_OTHER};

    *ret_file = (struct settings_file){.length = 0};
    if (real == NULL) {
        ret_file->problem = text_format("%s is a link in a loop of links", path);
        return SETTINGS_UNREAD;
    }
    /* Administrators mask a file by such a link. */
    if (strcmp(real, "/dev/null") == 0) {
        ret_file->path = text_dup(path);
        return SETTINGS_FOUND;
    }
    if (!tree->look(tree->context, real, &entry)) {
        if (settings_wants(real))
            return SETTINGS_ABSENT;
        entry.kind = SETTINGS_OTHER;
    }
    if (entry.kind == SETTINGS_FILE && entry.problem == NULL) {
        ret_file->path = steal_ptr(real);
        ret_file->text = entry.text;
        ret_file->length = entry.text != NULL ? entry.length : 0;
        return SETTINGS_FOUND;
    }
    ret_file->problem = entry.kind == SETTINGS_FILE ? text_format("%s %s", path, entry.problem)
                        : strcmp(real, path) == 0
                            ? text_format("%s is not a file", path)
                            : text_format("%s is a link to %s, which was not read", path, real);
    return SETTINGS_UNREAD;
}

void settings_file_done(struct settings_file *file)
{
    free(file->path);
    free(file->problem);
}

static int by_name(const void *a, const void *b)
{
    const char *x = *(const char *const *)a, *y = *(const char *const *)b;

    return strcmp(path_base(x), path_base(y));
}

void settings_list(const struct settings_tree *tree, const char *const *folders, const char *ending,
                   struct strv *ret_paths)
{
    size_t first = ret_paths->count;
    _cleanup_strv_ struct strv seen = {0};

    for (; *folders != NULL; folders++) {
        _cleanup_free_ char *real = settings_real(tree, *folders);
        _cleanup_strv_ struct strv names = {0};

        if (real == NULL)
            continue;
        tree->list(tree->context, real, &names);
        for (size_t i = 0; i < names.count; i++) {
            const char *name = names.items[i];

            if (name[0] == '.' || !text_ends(name, ending) || strv_has(&seen, name))
                continue;
            strv_add(&seen, name);
            strv_take(ret_paths, path_join(real, name));
        }
    }
    if (ret_paths->count > first + 1)
        qsort(ret_paths->items + first, ret_paths->count - first, sizeof(char *), by_name);
}

char *settings_line(const struct settings_file *file, size_t *position)
{
    size_t start = *position, end = start;

    if (start >= file->length)
        return NULL;
    while (end < file->length && file->text[end] != '\n' && file->text[end] != '\0')
        end++;
    *position = end + 1;
    return text_ndup(file->text + start, end - start);
}

char *settings_strip(char *text)
{
    size_t length;

    text += strspn(text, " \t\r\n\f\v");
    length = strlen(text);
    while (length > 0 && isspace((unsigned char)text[length - 1]))
        text[--length] = '\0';
    return text;
}
