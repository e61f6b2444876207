/* SPDX-License-Identifier: Apache-2.0 */
/* The ELF header, the program headers, and what they imply for loading. */
#include "abi/elf/file.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "abi/elf/parts.h"
#include "base/bytes.h"
#include "base/error.h"

#define SEGMENTS_MAX 512
#define PAGE 65536 /* a multiple of every page size */

const char *elf_machine_name(uint16_t machine)
{
    static const struct {
        uint16_t machine;
        const char *name;
    } names[] = {{EM_X86_64, "x86_64"},
                 {EM_AARCH64, "aarch64"},
                 {EM_386, "i386"},
                 {EM_ARM, "arm"},
                 {EM_RISCV, "riscv"},
                 {EM_PPC64, "ppc64"},
                 {EM_LOONGARCH, "loongarch"},
                 {EM_S390, "s390"},
                 {EM_MIPS, "mips"},
                 {EM_BPF, "bpf"}};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (names[i].machine == machine)
            return names[i].name;
    return "machine";
}

static Elf64_Phdr read_segment(const struct elf_file *file, const uint8_t *at)
{
    Elf64_Phdr segment;
    Elf32_Phdr small;

    if (file->is64) {
        memcpy(&segment, at, sizeof(segment));
        return segment;
    }
    memcpy(&small, at, sizeof(small));
    return (Elf64_Phdr){.p_type = small.p_type,
                        .p_flags = small.p_flags,
                        .p_offset = small.p_offset,
                        .p_vaddr = small.p_vaddr,
                        .p_paddr = small.p_paddr,
                        .p_filesz = small.p_filesz,
                        .p_memsz = small.p_memsz,
                        .p_align = small.p_align};
}

static void note_load(struct elf_file *file, const Elf64_Phdr *segment)
{
    uint64_t difference = segment->p_vaddr - segment->p_offset;
    uint64_t agree = difference == 0 ? UINT64_C(1) << 31 : difference & -difference;

    if (file->max_align == 0 || segment->p_align < file->min_align)
        file->min_align = segment->p_align;
    if (segment->p_align > file->max_align)
        file->max_align = segment->p_align;
    if (file->congruence == 0 || agree < file->congruence)
        file->congruence = agree;
}

static int read_segments(struct elf_file *file, uint64_t offset, size_t entry, size_t count,
                         const char *what, struct error **err)
{
    size_t wanted = file->is64 ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr);

    if (count == 0)
        return 0;
    if (entry != wanted || count > SEGMENTS_MAX || offset > file->size ||
        count * entry > file->size - offset)
        return error_set(err, -EBADMSG,
                         "%s: truncated or damaged: %zu program headers of %zu bytes at offset "
                         "%llu exceed its size of %zu bytes",
                         what, count, entry, (unsigned long long)offset, file->size);
    file->segments.items = text_calloc(count, sizeof(*file->segments.items));
    for (size_t i = 0; i < count; i++) {
        Elf64_Phdr segment = read_segment(file, file->data + offset + i * entry);

        if (segment.p_type != PT_LOAD && segment.p_type != PT_DYNAMIC &&
            segment.p_type != PT_INTERP && segment.p_type != PT_NOTE && segment.p_type != PT_TLS &&
            segment.p_type != PT_GNU_STACK)
            continue;
        if (segment.p_type != PT_GNU_STACK &&
            (segment.p_offset > file->size || segment.p_filesz > file->size - segment.p_offset))
            return error_set(err, -EBADMSG,
                             "%s: truncated: segment %zu (offset %llu, %llu bytes) exceeds its "
                             "size of %zu bytes",
                             what, i, (unsigned long long)segment.p_offset,
                             (unsigned long long)segment.p_filesz, file->size);
        file->segments.items[file->segments.count++] = segment;
    }
    return 0;
}

static void read_simple_segments(struct elf_file *file)
{
    vec_foreach (segment, &file->segments) {
        const char *text;

        switch (segment->p_type) {
        case PT_LOAD:
            note_load(file, segment);
            break;
        case PT_INTERP:
            text = (const char *)file->data + segment->p_offset;
            if (segment->p_filesz > 1 && segment->p_filesz <= 4096 &&
                memchr(text, '\0', segment->p_filesz) != NULL)
                file->interpreter = text;
            break;
        case PT_TLS:
            file->tls_size = segment->p_memsz;
            file->tls_align = segment->p_align;
            break;
        case PT_GNU_STACK:
            file->stack = segment->p_flags & PF_X ? ELF_STACK_EXEC : ELF_STACK_PLAIN;
            break;
        default:
            break;
        }
    }
}

/* UPX writes its magic number shortly after the program headers, and again at the end. */
static bool looks_packed(const struct elf_file *file)
{
    size_t head = file->size < 1024 ? file->size : 1024;
    size_t tail = file->size < 4096 ? file->size : 4096;

    return memmem(file->data, head, "UPX!", 4) != NULL &&
           memmem(file->data + file->size - tail, tail, "UPX!", 4) != NULL;
}

static int read_header(struct elf_file *file, const char *what, struct error **err)
{
    const uint8_t *data = file->data;
    Elf64_Ehdr header;

    if (file->size < sizeof(Elf32_Ehdr) || memcmp(data, ELFMAG, SELFMAG) != 0)
        return error_set(err, -EBADMSG, "%s: not an ELF file", what);
    if (data[EI_DATA] == ELFDATA2MSB)
        return error_set(err, -ENOTSUP, "%s: a big-endian ELF file, which no platform can run",
                         what);
    if (data[EI_DATA] != ELFDATA2LSB ||
        (data[EI_CLASS] != ELFCLASS64 && data[EI_CLASS] != ELFCLASS32) ||
        (data[EI_CLASS] == ELFCLASS64 && file->size < sizeof(Elf64_Ehdr)))
        return error_set(err, -EBADMSG, "%s: damaged ELF header (class %u, data %u)", what,
                         data[EI_CLASS], data[EI_DATA]);
    file->is64 = data[EI_CLASS] == ELFCLASS64;
    file->osabi = data[EI_OSABI];
    file->type = elf_u16(data + 16);
    file->machine = elf_u16(data + 18);
    if (file->is64) {
        memcpy(&header, data, sizeof(header));
        file->e_flags = header.e_flags;
        file->sections_stripped = header.e_shoff == 0 || header.e_shnum == 0;
        file->sections_cut =
            !file->sections_stripped &&
            (header.e_shoff > file->size ||
             (uint64_t)header.e_shnum * header.e_shentsize > file->size - header.e_shoff);
        return read_segments(file, header.e_phoff, header.e_phentsize, header.e_phnum, what, err);
    }
    file->e_flags = elf_u32(data + 36);
    file->sections_stripped = elf_u32(data + 32) == 0;
    return read_segments(file, elf_u32(data + 28), elf_u16(data + 42), elf_u16(data + 44), what,
                         err);
}

/* Debug information of a program, in a file of its own, has the program's segments without their
 * content ("objcopy --only-keep-debug"): nothing in it can be executed. */
static bool is_debug_only(const struct elf_file *file)
{
    bool code = false;

    vec_foreach (segment, &file->segments) {
        if (segment->p_type != PT_LOAD || (segment->p_flags & PF_X) == 0)
            continue;
        if (segment->p_filesz > 0)
            return false;
        code |= segment->p_memsz > 0;
    }
    return code;
}

static enum elf_kind kind_of(const struct elf_file *file)
{
    if (file->type == ET_REL)
        return ELF_KIND_RELOCATABLE;
    vec_foreach (segment, &file->segments)
        if (segment->p_type == PT_DYNAMIC && segment->p_filesz > 0)
            return file->type == ET_EXEC || file->type == ET_DYN ? ELF_KIND_DYNAMIC
                                                                 : ELF_KIND_OTHER;
    return (file->type == ET_EXEC || file->type == ET_DYN) && !is_debug_only(file) ? ELF_KIND_STATIC
                                                                                   : ELF_KIND_OTHER;
}

int elf_file_open(struct elf_file *file, const void *data, size_t size, const char *what,
                  struct error **err)
{
    int code;

    memset(file, 0, sizeof(*file));
    file->data = data;
    file->size = size;
    code = read_header(file, what, err);
    if (code == 0) {
        file->kind = kind_of(file);
        read_simple_segments(file);
        elf_notes_read(file);
        file->upx = looks_packed(file);
    }
    if (code == 0 && file->kind == ELF_KIND_DYNAMIC)
        code = elf_dynamic_read(file, what, err);
    /* A static-pie has PT_DYNAMIC only to relocate itself and has no dependencies. */
    if (code == 0 && file->kind == ELF_KIND_DYNAMIC && file->interpreter == NULL &&
        file->needed.count == 0 && file->soname == NULL && (file->dt_flags_1 & DF_1_PIE) != 0)
        file->kind = ELF_KIND_STATIC;
    if (code < 0)
        elf_file_done(file);
    return code;
}

void elf_file_release(const struct elf_file *file, uint64_t offset, uint64_t size)
{
    uint64_t first = offset & ~(uint64_t)(PAGE - 1), last;

    if (offset > file->size || size > file->size - offset)
        return;
    last = offset + size == file->size ? file->size : (offset + size) & ~(uint64_t)(PAGE - 1);
    if (file->mapped && first < last)
        madvise((void *)(file->data + first), last - first, MADV_DONTNEED);
}

const uint8_t *elf_file_find(const struct elf_file *file, const uint8_t *at, const uint8_t *end,
                             const void *text, size_t length)
{
    const uint8_t *found = NULL;

    while (found == NULL && at < end) {
        size_t left = (size_t)(end - at), step = left < ELF_RELEASE ? left : ELF_RELEASE;

        found = bytes_find(at, left - step < length ? left : step + length - 1, text, length);
        if (found == NULL)
            elf_file_release(file, (uint64_t)(at - file->data), step);
        at += step;
    }
    return found;
}

void elf_file_done(struct elf_file *file)
{
    vec_done(&file->segments);
    vec_done(&file->needed);
    vec_done(&file->versions);
    vec_done(&file->dlopen_notes);
}
