/* SPDX-License-Identifier: Apache-2.0 */
/* What an image says about itself: os-release, ld.so.conf, and the loader's default folders, which
 * are a sequence of NUL-terminated strings in ld.so (system_dirs in glibc's elf/dl-load.c) and are
 * read from there instead of being derived from the distribution. */
#include <fnmatch.h>
#include <string.h>

#include "abi/elf/file.h"
#include "abi/surface/harvest.h"

#define CONF_INCLUDES_MAX 1000 /* real systems have one or two */

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

/* Records the folder with the file that names it, which determines its order relative to a
 * package's folders. */
static void add_conf_folder(struct harvest *harvest, const char *folder, const char *file)
{
    _cleanup_free_ char *key = text_format("conf-file:%s", folder);
    uint32_t text = surface_builder_string(harvest->builder, folder);

    if (text_starts(file, "/etc/ld.so.conf.d/"))
        surface_builder_meta(harvest->builder, key, file);
    *(uint32_t *)surface_builder_row(harvest->builder, TABLE_CONF, NULL) = text;
}

static int compare_facts(const void *a, const void *b)
{
    return strcmp((*(const struct fact *const *)a)->path, (*(const struct fact *const *)b)->path);
}

static void read_conf(struct harvest *harvest, struct fact *fact, int depth);

/* include accepts a pattern; glob sorts the matches. */
static void include_conf(struct harvest *harvest, const char *pattern, int depth)
{
    VEC(struct fact *) found = {0};

    if (++harvest->conf_includes > CONF_INCLUDES_MAX)
        return;
    vec_foreach (fact, &harvest->facts)
        if (fnmatch(pattern, fact->path, FNM_PATHNAME) == 0)
            *vec_add(&found) = fact;
    if (found.count > 1)
        qsort(found.items, found.count, sizeof(*found.items), compare_facts);
    for (size_t i = 0; i < found.count; i++)
        read_conf(harvest, found.items[i], depth + 1);
    vec_done(&found);
}

/* The first occurrence of a folder counts, so including a file again adds nothing. */
static void read_conf(struct harvest *harvest, struct fact *fact, int depth)
{
    _cleanup_strv_ struct strv lines = {0};

    if (fact->read || depth > 8 || fact->data.data == NULL)
        return;
    fact->read = true;
    strv_split(&lines, fact->data.data, "\n");
    for (size_t i = 0; i < lines.count; i++) {
        _cleanup_strv_ struct strv words = {0};
        char *comment = strchr(lines.items[i], '#');

        if (comment != NULL)
            *comment = '\0';
        strv_split(&words, lines.items[i], " \t:,=");
        if (words.count == 0 || text_equal(words.items[0], "hwcap"))
            continue;
        if (!text_equal(words.items[0], "include")) {
            for (size_t w = 0; w < words.count; w++)
                if (words.items[w][0] == '/')
                    add_conf_folder(harvest, words.items[w], fact->path);
            continue;
        }
        for (size_t w = 1; w < words.count; w++) {
            _cleanup_free_ char *pattern = words.items[w][0] == '/'
                                               ? text_dup(words.items[w])
                                               : text_format("/etc/%s", words.items[w]);

            include_conf(harvest, pattern, depth);
        }
    }
}

void harvest_read_system(struct harvest *harvest)
{
    const struct fact *release = harvest_fact(harvest, "/etc/os-release");
    struct fact *conf = harvest_fact(harvest, "/etc/ld.so.conf");

    if (release == NULL)
        release = harvest_fact(harvest, "/usr/lib/os-release");
    if (release != NULL)
        read_os_release(harvest, release);
    if (conf != NULL)
        read_conf(harvest, conf, 0);
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
