/* SPDX-License-Identifier: Apache-2.0 */
/* The configuration files of an untrusted system. A line "@ PATH" begins a file, "> PATH TARGET" is
 * a link. */
#include <stdlib.h>
#include <string.h>

#include "abi/settings/settings.h"
#include "abi/settings/tree.h"
#include "base/cleanup.h"
#include "base/path.h"
#include "base/vec.h"
#include "fuzz.h"

enum { ENTRIES_MAX = 64 };

struct entry {
    char *path;
    char *target; /* of a link; NULL: a file */
    const char *text;
    size_t length;
};

struct files {
    VEC(struct entry) entries;
};

static bool look(const void *context, const char *path, struct settings_entry *ret_entry)
{
    const struct files *files = context;

    vec_foreach (entry, &files->entries)
        if (strcmp(entry->path, path) == 0) {
            *ret_entry = (struct settings_entry){.kind = entry->target != NULL ? SETTINGS_LINK
                                                                               : SETTINGS_FILE,
                                                 .text = entry->text,
                                                 .length = entry->length,
                                                 .target = entry->target};
            return true;
        }
    return false;
}

static void list(const void *context, const char *folder, struct strv *ret_names)
{
    const struct files *files = context;

    vec_foreach (entry, &files->entries) {
        _cleanup_free_ char *path = path_join(folder, path_base(entry->path));

        if (settings_wants(entry->path) && strcmp(path, entry->path) == 0)
            strv_add(ret_names, path_base(entry->path));
    }
}

static char *version_of(const void *context, const char *path)
{
    (void)context;
    return text_dup(path);
}

static void add(struct files *files, const char *line, size_t length, const char *text)
{
    _cleanup_free_ char *copy = text_ndup(line + 2, length - 2);
    char *space = line[0] == '>' ? strchr(copy, ' ') : NULL;
    struct entry *entry;

    if (copy[0] != '/' || files->entries.count >= ENTRIES_MAX || (line[0] == '>' && space == NULL))
        return;
    if (space != NULL)
        *space++ = '\0';
    entry = vec_add(&files->entries);
    entry->target = text_dup(space);
    entry->path = steal_ptr(copy);
    entry->text = space == NULL ? text : NULL;
}

static void split(const char *data, size_t size, struct files *files)
{
    for (size_t at = 0; at < size;) {
        const char *end = memchr(data + at, '\n', size - at);
        size_t length = end != NULL ? (size_t)(end - data) - at : size - at;
        size_t next = at + length + 1 < size ? at + length + 1 : size;

        if (length > 2 && (data[at] == '@' || data[at] == '>') && data[at + 1] == ' ')
            add(files, data + at, length, data + next);
        else if (files->entries.count > 0) {
            struct entry *last = &files->entries.items[files->entries.count - 1];

            if (last->text != NULL)
                last->length = (size_t)(data + next - last->text);
        }
        at = next;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct files files = {.entries = {0}};
    struct settings settings;

    split((const char *)data, size, &files);
    settings_read(&(struct settings_tree){.context = &files,
                                          .look = look,
                                          .list = list,
                                          .version = version_of,
                                          .systemd = 239 + size % 24,
                                          .hierarchy = size % 2 == 0 ? "hybrid" : "unified"},
                  &settings);
    settings_find_sysctl(&settings.groups[SETTINGS_SYSCTL], "net.ipv4.conf.eth0.rp_filter");
    settings_done(&settings);
    vec_foreach (entry, &files.entries) {
        free(entry->path);
        free(entry->target);
    }
    vec_done(&files.entries);
    return 0;
}
