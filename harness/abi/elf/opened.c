/* SPDX-License-Identifier: Apache-2.0 */
/* Library names, and formats of such names, that are constants in a file that calls dlopen. */
#include <string.h>

#include "abi/elf/code.h"
#include "base/cleanup.h"
#include "base/text.h"

#define NAMES_MAX 1000

static bool calls_dlopen(const struct elf_file *file)
{
    for (size_t i = 0; i < file->symbol_count; i++) {
        struct elf_symbol symbol;

        if (elf_file_symbol(file, i, &symbol) && symbol.section == SHN_UNDEF &&
            (strcmp(symbol.name, "dlopen") == 0 || strcmp(symbol.name, "dlmopen") == 0))
            return true;
    }
    return false;
}

/* True for exactly libNAME.so or libNAME.so.1.2. */
static bool is_library_name(const char *name, size_t length)
{
    static const char letters[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+-.";
    const char *suffix = memmem(name, length, ".so", 3);

    return length > 6 && length < 128 && strncmp(name, "lib", 3) == 0 && suffix != NULL &&
           suffix > name + 3 && strspn(name, letters) == length &&
           strspn(suffix + 3, ".0123456789") == length - (size_t)(suffix + 3 - name) &&
           name[length - 1] != '.' && (suffix[3] == '\0' || suffix[3] == '.');
}

/* "%s/libfoo.so.1", "libfoo.so.%d", "/usr/lib64/libfoo.so.1": the folder may be any, and the end a
 * format. */
static bool is_opened(const char *name, size_t length)
{
    const char *slash = memrchr(name, '/', length), *base = slash != NULL ? slash + 1 : name;
    size_t rest = length - (size_t)(base - name);
    const char *format = memmem(base, rest, ".so.%", 5);
    _cleanup_free_ char *stem = NULL;

    if (slash != NULL && name[0] != '/' && name[0] != '%' && name[0] != '$')
        return false;
    if (format == NULL)
        return is_library_name(base, rest);
    stem = text_ndup(base, (size_t)(format - base) + 3);
    return is_library_name(stem, strlen(stem)) && strcspn(format, " \t\n:") == strlen(format);
}

static void find_in(const struct elf_file *file, const Elf64_Phdr *segment, struct strv *ret_names)
{
    const uint8_t *begin = file->data + segment->p_offset;
    const char *start = (const char *)begin, *end = start + segment->p_filesz, *at = start;
    const char *table = (const char *)file->data + file->strtab.offset;

    while (at < end &&
           (at = (const char *)elf_file_find(file, begin + (at - start), begin + segment->p_filesz,
                                             ".so", 3)) != NULL) {
        const char *first = at, *last = memchr(at, '\0', (size_t)(end - at));

        while (first > start && first[-1] != '\0' && at - first < 256)
            first--;
        if (last == NULL)
            return;
        /* Names in the dynamic section are dependencies, not arguments of dlopen. */
        if ((first < table || first >= table + file->strtab.size) &&
            (first == start || first[-1] == '\0') && is_opened(first, (size_t)(last - first)) &&
            ret_names->count < NAMES_MAX && !strv_has(ret_names, first))
            strv_add(ret_names, first);
        at = last;
    }
}

void elf_opened_names(const struct elf_file *file, struct strv *ret_names)
{
    if (!calls_dlopen(file))
        return;
    vec_foreach (segment, &file->segments)
        if (segment->p_type == PT_LOAD)
            find_in(file, segment, ret_names);
}
