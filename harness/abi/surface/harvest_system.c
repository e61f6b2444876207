/* SPDX-License-Identifier: Apache-2.0 */
/* What an image says about itself: os-release, ld.so.conf, and the loader's default folders, which
 * are a sequence of NUL-terminated strings in ld.so (system_dirs in glibc's elf/dl-load.c) and are
 * read from there instead of being derived from the distribution. */
#include <string.h>

#include "abi/elf/file.h"
#include "abi/surface/harvest.h"
#include "abi/surface/loader_conf.h"

static void read_os_release(struct harvest *harvest, const struct fact *fact)
{
    _cleanup_strv_ struct strv lines = {0};

    strv_split(&lines, fact->data.data != NULL ? fact->data.data : "", "\n");
    for (size_t i = 0; i < lines.count && i < 200; i++) {
        char *value = strchr(lines.items[i], '=');
        _cleanup_free_ char *key = NULL;
        size_t length;

        if (value == NULL || lines.items[i][0] == '#')
            continue;
        *value++ = '\0';
        length = strlen(value);
        if (length >= 2 && (value[0] == '"' || value[0] == '\'') && value[length - 1] == value[0]) {
            value[length - 1] = '\0';
            value++;
        }
        key = text_format("os.%s", lines.items[i]);
        surface_builder_meta(harvest->builder, key, value);
    }
}

/* The texts are kept too: with files of a package beside them, the order may be another. */
static void read_conf(struct harvest *harvest)
{
    struct loader_conf_files files = {0};
    _cleanup_strv_ struct strv folders = {0}, patterns = {0};

    vec_foreach (fact, &harvest->facts)
        if (fact->data.data != NULL && loader_conf_is_named(fact->path)) {
            _cleanup_free_ char *key = text_format(LOADER_CONF_TEXT "%s", fact->path);

            *vec_add(&files) =
                (struct loader_conf_file){.path = fact->path, .text = fact->data.data};
            surface_builder_meta(harvest->builder, key, fact->data.data);
        }
    loader_conf_read(&files, &folders, &patterns);
    for (size_t i = 0; i < folders.count; i++) {
        uint32_t text = surface_builder_string(harvest->builder, folders.items[i]);

        *(uint32_t *)surface_builder_row(harvest->builder, TABLE_CONF, NULL) = text;
    }
    vec_done(&files);
}

void harvest_read_system(struct harvest *harvest)
{
    const struct fact *release = harvest_fact(harvest, "/etc/os-release");

    if (release == NULL)
        release = harvest_fact(harvest, "/usr/lib/os-release");
    if (release != NULL)
        read_os_release(harvest, release);
    read_conf(harvest);
}

/* The default folders end with '/' and begin with /lib or /usr/lib. */
static bool is_system_folder(const char *text, size_t length)
{
    return length >= 5 && length < 200 && text[length - 1] == '/' &&
           (memcmp(text, "/lib", 4) == 0 || (length >= 9 && memcmp(text, "/usr/lib", 8) == 0)) &&
           memchr(text, '%', length) == NULL && memchr(text, ' ', length) == NULL;
}

static void read_default_folders(struct harvest *harvest, const struct elf_file *file)
{
    const char *data = (const char *)file->data, *end = data + file->size, *at = data, *best = NULL;
    size_t best_count = 0;

    while ((at = memmem(at, (size_t)(end - at), "\0/", 2)) != NULL) {
        const char *run = at + 1;
        size_t count = 0;

        for (const char *text = run; text < end;) {
            size_t length = strnlen(text, (size_t)(end - text));

            if (text + length >= end || !is_system_folder(text, length))
                break;
            count++;
            text += length + 1;
        }
        if (count > best_count) {
            best = run;
            best_count = count;
        }
        at++;
    }
    for (size_t i = 0; i < best_count; i++) {
        size_t length = strlen(best);
        uint32_t text = surface_builder_string_n(harvest->builder, best, length - 1);

        *(uint32_t *)surface_builder_row(harvest->builder, TABLE_FOLDERS, NULL) = text;
        best += length + 1;
    }
}

/* "GNU C Library (…) stable release version 2.36." */
static void read_glibc_version(struct harvest *harvest, const struct elf_file *file)
{
    static const char mark[] = "release version ";
    const char *at = memmem(file->data, file->size, mark, sizeof(mark) - 1);
    const char *end = (const char *)file->data + file->size;
    size_t length = 0;

    if (at == NULL)
        return;
    at += sizeof(mark) - 1;
    while (at + length < end && length < 16 &&
           ((at[length] >= '0' && at[length] <= '9') || at[length] == '.'))
        length++;
    while (length > 0 && at[length - 1] == '.')
        length--;
    free(harvest->glibc);
    harvest->glibc = text_ndup(at, length);
}

void harvest_read_loader(struct harvest *harvest, const struct elf_file *file, const char *path)
{
    bool main_machine = file->machine == EM_X86_64 || file->machine == EM_AARCH64;

    if (file->soname == NULL || !main_machine)
        return;
    if (harvest->libc == NULL && strcmp(file->soname, "libc.so.6") == 0) {
        harvest->libc = text_dup(path);
        harvest->machine = file->machine;
        read_glibc_version(harvest, file);
    }
    if (harvest->loader == NULL && text_starts(file->soname, "ld-linux")) {
        harvest->loader = text_dup(path);
        harvest->machine = file->machine;
        read_default_folders(harvest, file);
    }
}

#define NAMES_MAX (4 << 20) /* total bytes of all names */

void harvest_read_names(struct harvest *harvest, const char *path, const char *key)
{
    const struct fact *fact = harvest_fact(harvest, path);
    _cleanup_buffer_ struct buffer names = {0};
    _cleanup_strv_ struct strv lines = {0};

    if (fact == NULL)
        return;
    buffer_text(&names, ":");
    strv_split(&lines, fact->data.data != NULL ? fact->data.data : "", "\n");
    for (size_t i = 0; i < lines.count && names.length < NAMES_MAX; i++) {
        size_t length = strcspn(lines.items[i], ":");

        if (length > 0 && lines.items[i][length] == ':')
            buffer_format(&names, "%.*s:", (int)length, lines.items[i]);
    }
    surface_builder_meta(harvest->builder, key, names.data);
}
