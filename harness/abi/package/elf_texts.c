/* SPDX-License-Identifier: Apache-2.0 */
#include "abi/package/elf_texts.h"

#include <string.h>

#include "abi/elf/code.h"
#include "abi/package/package.h"
#include "abi/script/script.h"
#include "base/path.h"

#define THREAD_SIZE (1 << 20) /* size of a file above which a thread is used */

static bool has_text(const struct elf_file *file, const char *text)
{
    return elf_file_find(file, file->data, file->data + file->size, text, strlen(text)) != NULL;
}

/* dlopen without any constant library name in the file: what it loads cannot be determined. */
static bool has_computed_dlopen(const struct elf_file *file)
{
    bool calls = false;

    for (size_t i = 0; i < file->symbol_count && !calls; i++) {
        struct elf_symbol symbol;

        calls = elf_file_symbol(file, i, &symbol) && symbol.section == SHN_UNDEF &&
                (strcmp(symbol.name, "dlopen") == 0 || strcmp(symbol.name, "dlmopen") == 0);
    }
    return calls && file->dlopen_notes.count == 0 && !has_text(file, ".so");
}

static void take_hints(const struct elf_file *file, struct strv *hints)
{
    uint64_t found = 0;

    for (uint64_t at = 0; at < file->size; at += ELF_RELEASE) {
        uint64_t size = file->size - at;

        found |= script_hint_texts(
            file->data + at,
            size < ELF_RELEASE + SCRIPT_HINT_MAX ? size : ELF_RELEASE + SCRIPT_HINT_MAX,
            file->machine);
        elf_file_release(file, at, size < ELF_RELEASE ? size : ELF_RELEASE);
    }
    script_hints(file->data, file->size, found, hints);
}

static void *read_texts(void *context)
{
    const struct elf_texts *texts = context;
    const struct elf_file *file = texts->file;
    struct package_elf *elf = texts->elf;

    elf->loads_nss = file->kind == ELF_KIND_STATIC && !file->go && has_text(file, "libnss_") &&
                     has_text(file, "/etc/nsswitch.conf");
    elf_opened_names(file, &elf->opened);
    elf->allocator = elf_allocator_page(file, &elf->allocator_page);
    elf->computed_dlopen = has_computed_dlopen(file);
    take_hints(file, &elf->hints);
    if (text_equal(path_base(elf->path), "sh"))
        script_hint_shell(file->data, file->size, &elf->hints);
    return NULL;
}

void elf_texts_begin(struct elf_texts *texts, const struct elf_file *file, struct package_elf *elf)
{
    *texts = (struct elf_texts){.file = file, .elf = elf};
    texts->runs =
        file->size >= THREAD_SIZE && pthread_create(&texts->thread, NULL, read_texts, texts) == 0;
    if (!texts->runs)
        read_texts(texts);
}

void elf_texts_end(struct elf_texts *texts)
{
    if (texts->runs)
        pthread_join(texts->thread, NULL);
}
