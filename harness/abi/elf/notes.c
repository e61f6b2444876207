/* SPDX-License-Identifier: Apache-2.0 */
/* PT_NOTE: build ID, ABI tag, GNU properties, dlopen notes and Go's build ID. */
#include <string.h>

#include "abi/elf/parts.h"

#define NOTE_DLOPEN 0x407c0c0a /* owner "FDO": systemd's package metadata specification */
#define NOTE_GO_BUILD_ID 4
#define DLOPEN_NOTES_MAX 256

static void read_properties(struct elf_file *file, const uint8_t *at, size_t size)
{
    size_t align = file->is64 ? 8 : 4;

    while (size >= 8) {
        uint32_t type = elf_u32(at), length = elf_u32(at + 4);
        size_t step;

        if (length > size - 8)
            return;
        if (length == 4 && type == GNU_PROPERTY_X86_ISA_1_NEEDED && file->machine == EM_X86_64)
            file->isa_needed = elf_u32(at + 8);
        if (length == 4 && type == (file->machine == EM_AARCH64 ? GNU_PROPERTY_AARCH64_FEATURE_1_AND
                                                                : GNU_PROPERTY_X86_FEATURE_1_AND))
            file->feature_and = elf_u32(at + 8);
        step = 8 + (length + align - 1) / align * align;
        if (step > size)
            return;
        at += step;
        size -= step;
    }
}

static void read_gnu_note(struct elf_file *file, uint32_t type, const uint8_t *data, size_t size)
{
    static const char digits[] = "0123456789abcdef";

    switch (type) {
    case NT_GNU_BUILD_ID:
        if (size > sizeof(file->build_id) / 2)
            size = sizeof(file->build_id) / 2;
        for (size_t i = 0; i < size; i++) {
            file->build_id[2 * i] = digits[data[i] >> 4];
            file->build_id[2 * i + 1] = digits[data[i] & 15];
        }
        break;
    case NT_GNU_ABI_TAG:
        if (size < 16)
            break;
        file->has_abi_tag = true;
        file->abi_os = elf_u32(data);
        for (size_t i = 0; i < 3; i++)
            file->abi_kernel[i] = elf_u32(data + 4 + 4 * i);
        break;
    case NT_GNU_PROPERTY_TYPE_0:
        read_properties(file, data, size);
        break;
    default:
        break;
    }
}

static void read_note(struct elf_file *file, uint32_t type, const char *owner, size_t owner_size,
                      struct elf_range content)
{
    const uint8_t *data = file->data + content.offset;

    if (owner_size == 4 && memcmp(owner, "GNU", 4) == 0)
        read_gnu_note(file, type, data, content.size);
    else if (owner_size == 4 && memcmp(owner, "FDO", 4) == 0 && type == NOTE_DLOPEN &&
             file->dlopen_notes.count < DLOPEN_NOTES_MAX)
        *vec_add(&file->dlopen_notes) = content;
    else if (owner_size == 4 && memcmp(owner, "Go\0", 4) == 0 && type == NOTE_GO_BUILD_ID)
        file->go = true;
}

void elf_notes_read(struct elf_file *file)
{
    vec_foreach (segment, &file->segments) {
        uint64_t align = segment->p_align == 8 ? 8 : 4, at = segment->p_offset;
        uint64_t end = segment->p_offset + segment->p_filesz;

        if (segment->p_type != PT_NOTE)
            continue;
        while (end - at >= 12) {
            uint32_t owner_size = elf_u32(file->data + at);
            uint32_t content_size = elf_u32(file->data + at + 4);
            uint32_t type = elf_u32(file->data + at + 8);
            uint64_t content = at + (12 + (uint64_t)owner_size + align - 1) / align * align;
            uint64_t next = content + ((uint64_t)content_size + align - 1) / align * align;

            if (content > end || content_size > end - content)
                break;
            read_note(file, type, (const char *)file->data + at + 12, owner_size,
                      (struct elf_range){content, content_size});
            if (next > end)
                break;
            at = next;
        }
    }
}
