/* SPDX-License-Identifier: Apache-2.0 */
/* Reading .ko files. */
#include "abi/kernel/module.h"

#include <errno.h>
#include <string.h>

#include "abi/elf/code.h"
#include "base/cleanup.h"
#include "base/error.h"

#define SIGNATURE "~Module signature appended~\n"
#define VERSION_ENTRY 64 /* struct modversion_info of 64-bit kernels: crc, 56 bytes of name */
#define SYMBOLS_MAX 100000

void kmod_done(struct kmod *kmod)
{
    vec_foreach (symbol, &kmod->symbols)
        free(symbol->name);
    vec_done(&kmod->symbols);
    free(kmod->vermagic);
    free(kmod->license);
    strv_done(&kmod->spaces);
}

static void read_modinfo(struct kmod *kmod, const char *at, size_t size)
{
    while (size > 0) {
        size_t length = strnlen(at, size);

        if (length > 9 && memcmp(at, "vermagic=", 9) == 0 && kmod->vermagic == NULL)
            kmod->vermagic = text_ndup(at + 9, length - 9);
        if (length > 8 && memcmp(at, "license=", 8) == 0 && kmod->license == NULL)
            kmod->license = text_ndup(at + 8, length - 8);
        if (length > 10 && memcmp(at, "import_ns=", 10) == 0 && kmod->spaces.count < 1000)
            strv_take(&kmod->spaces, text_ndup(at + 10, length - 10));
        length += length < size;
        at += length;
        size -= length;
    }
}

static void read_versions(struct kmod *kmod, const uint8_t *at, size_t size)
{
    for (; size >= VERSION_ENTRY && kmod->symbols.count < SYMBOLS_MAX;
         at += VERSION_ENTRY, size -= VERSION_ENTRY) {
        const char *name = (const char *)at + 8;
        struct kmod_symbol *symbol;

        if (name[0] == '\0')
            continue;
        symbol = vec_add(&kmod->symbols);
        symbol->name = text_ndup(name, strnlen(name, VERSION_ENTRY - 8));
        symbol->crc = elf_u32(at);
        symbol->has_crc = true;
        kmod->has_crcs = true;
    }
}

/* Without __versions: the undefined symbols of .symtab. */
static void read_undefined(struct kmod *kmod, const struct elf_file *file)
{
    struct elf_range symbols = elf_section(file, ".symtab"), names = elf_section(file, ".strtab");

    if (names.size == 0 || file->data[names.offset + names.size - 1] != '\0')
        return;
    for (uint64_t at = 0;
         at + sizeof(Elf64_Sym) <= symbols.size && kmod->symbols.count < SYMBOLS_MAX;
         at += sizeof(Elf64_Sym)) {
        Elf64_Sym symbol;
        const char *name;

        memcpy(&symbol, file->data + symbols.offset + at, sizeof(symbol));
        if (symbol.st_shndx != SHN_UNDEF || symbol.st_name >= names.size ||
            ELF64_ST_BIND(symbol.st_info) != STB_GLOBAL)
            continue;
        name = (const char *)file->data + names.offset + symbol.st_name;
        if (*name != '\0')
            vec_add(&kmod->symbols)->name = text_dup(name);
    }
}

/* include/linux/license.h */
bool kmod_is_gpl(const struct kmod *kmod)
{
    static const char *const known[] = {"GPL",          "GPL v2",       "GPL and additional rights",
                                        "Dual BSD/GPL", "Dual MIT/GPL", "Dual MPL/GPL"};

    for (size_t i = 0; kmod->license != NULL && i < sizeof(known) / sizeof(known[0]); i++)
        if (strcmp(kmod->license, known[i]) == 0)
            return true;
    return false;
}

int kmod_read(struct kmod *kmod, const void *data, size_t size, const char *what,
              struct error **err)
{
    struct elf_range info, versions;
    struct elf_file file;
    int code;

    memset(kmod, 0, sizeof(*kmod));
    code = elf_file_open(&file, data, size, what, err);
    if (code < 0)
        return code;
    info = elf_section(&file, ".modinfo");
    if (file.kind != ELF_KIND_RELOCATABLE || info.size == 0) {
        elf_file_done(&file);
        return error_set(err, -EBADMSG, "%s: no kernel module: it has no .modinfo", what);
    }
    kmod->machine = file.machine;
    read_modinfo(kmod, (const char *)file.data + info.offset, info.size);
    versions = elf_section(&file, "__versions");
    if (versions.size > 0)
        read_versions(kmod, file.data + versions.offset, versions.size);
    else
        read_undefined(kmod, &file);
    kmod->is_signed =
        size > sizeof(SIGNATURE) - 1 && memcmp((const char *)data + size - (sizeof(SIGNATURE) - 1),
                                               SIGNATURE, sizeof(SIGNATURE) - 1) == 0;
    elf_file_done(&file);
    return 0;
}
