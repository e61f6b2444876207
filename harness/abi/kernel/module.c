/* SPDX-License-Identifier: Apache-2.0 */
/* Parses .ko files. */
#include "abi/kernel/module.h"

#include <errno.h>
#include <string.h>

#include "abi/elf/code.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/text_map.h"

#define SIGNATURE "~Module signature appended~\n"
#define VERSION_ENTRY 64 /* struct modversion_info of 64-bit kernels: CRC, 56 bytes of name */
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

static void add_symbol(struct kmod *kmod, const char *name, size_t length, bool is_weak)
{
    struct kmod_symbol *symbol;

    if (length == 0 || kmod->symbols.count >= SYMBOLS_MAX)
        return;
    symbol = vec_add(&kmod->symbols);
    symbol->name = text_ndup(name, length);
    symbol->is_weak = is_weak;
}

static void read_undefined(struct kmod *kmod, const struct elf_file *file)
{
    struct elf_range symbols = elf_section(file, ".symtab"), names = elf_section(file, ".strtab");

    kmod->is_stripped = symbols.size == 0;
    if (names.size == 0 || file->data[names.offset + names.size - 1] != '\0')
        return;
    for (uint64_t at = 0; at + sizeof(Elf64_Sym) <= symbols.size; at += sizeof(Elf64_Sym)) {
        Elf64_Sym symbol;
        const char *name;
        int bind;

        memcpy(&symbol, file->data + symbols.offset + at, sizeof(symbol));
        bind = ELF64_ST_BIND(symbol.st_info);
        if (symbol.st_shndx != SHN_UNDEF || symbol.st_name >= names.size ||
            (bind != STB_GLOBAL && bind != STB_WEAK))
            continue;
        name = (const char *)file->data + names.offset + symbol.st_name;
        add_symbol(kmod, name, strlen(name), bind == STB_WEAK);
    }
}

/* Processes one row of __versions: sets the CRC of its symbol. Of other rows the kernel uses only
 * that of module_layout (check_modstruct_version). */
static void add_version(struct kmod *kmod, const struct text_map *known, const uint8_t *row)
{
    const char *text = (const char *)row + 8;
    _cleanup_free_ char *name = text_ndup(text, strnlen(text, VERSION_ENTRY - 8));
    uint32_t at = text_map_get(known, name);

    if (at == TEXT_MAP_NONE && strcmp(name, "module_layout") == 0) {
        at = (uint32_t)kmod->symbols.count;
        add_symbol(kmod, name, strlen(name), false);
    }
    kmod->has_crcs |= *name != '\0';
    if (at == TEXT_MAP_NONE || at >= kmod->symbols.count)
        return;
    kmod->symbols.items[at].crc = elf_u32(row);
    kmod->symbols.items[at].has_crc = true;
}

static void read_versions(struct kmod *kmod, const uint8_t *at, size_t size)
{
    struct text_map known = {0};

    for (uint32_t i = 0; i < kmod->symbols.count; i++)
        text_map_put(&known, kmod->symbols.items[i].name, i);
    for (; size >= VERSION_ENTRY; at += VERSION_ENTRY, size -= VERSION_ENTRY)
        add_version(kmod, &known, at);
    text_map_done(&known);
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
    if (file.sections_cut) {
        elf_file_done(&file);
        return error_set(err, -EBADMSG, "%s: truncated: its section headers are beyond its end",
                         what);
    }
    info = elf_section(&file, ".modinfo");
    if (file.kind != ELF_KIND_RELOCATABLE || info.size == 0) {
        elf_file_done(&file);
        return error_set(err, -EBADMSG, "%s: not a kernel module: it has no .modinfo section",
                         what);
    }
    kmod->machine = file.machine;
    read_modinfo(kmod, (const char *)file.data + info.offset, info.size);
    read_undefined(kmod, &file);
    versions = elf_section(&file, "__versions");
    read_versions(kmod, file.data + versions.offset, versions.size);
    kmod->is_signed =
        size > sizeof(SIGNATURE) - 1 && memcmp((const char *)data + size - (sizeof(SIGNATURE) - 1),
                                               SIGNATURE, sizeof(SIGNATURE) - 1) == 0;
    elf_file_done(&file);
    return 0;
}
