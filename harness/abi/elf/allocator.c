/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the page size that an embedded jemalloc was built for. */
#include <string.h>

#include "abi/elf/code.h"

/* instructions from the sysconf call to the comparison; 13 in jemalloc 5.2 and 5.3 */
#define NEAR 32

/* os_page_detect and pages_boot in jemalloc's src/pages.c: compare the result of
 * sysconf(_SC_PAGESIZE) with the constant PAGE and abort if it is larger. */
static uint32_t compared_with(const uint8_t *at, size_t words)
{
    for (size_t i = 1; i < words && i <= NEAR; i++) {
        uint32_t word = elf_u32(at + 4 * i), pages = word >> 10 & 0xfff;

        /* cmp Xn, #pages, lsl #12 */
        if ((word & 0xffc0001f) == 0xf140001f && pages != 0 && (pages & (pages - 1)) == 0)
            return pages << 12;
    }
    return 0;
}

bool elf_allocator_page(const struct elf_file *file, uint32_t *ret_page)
{
    static const char text[] = "Unsupported system page size";
    static const uint8_t ask[] = {0xc0, 0x03, 0x80, 0x52}; /* mov w0, #30 */

    *ret_page = 0;
    if (file->machine != EM_AARCH64 ||
        elf_file_find(file, file->data, file->data + file->size, text, sizeof(text) - 1) == NULL)
        return false;
    vec_foreach (segment, &file->segments) {
        const uint8_t *start = file->data + segment->p_offset, *end = start + segment->p_filesz;
        const uint8_t *at = start;

        if (segment->p_type != PT_LOAD || (segment->p_flags & PF_X) == 0)
            continue;
        while ((at = elf_file_find(file, at, end, ask, sizeof(ask))) != NULL) {
            uint32_t page = compared_with(at, (size_t)(end - at) / 4);

            if (page != 0 && (*ret_page == 0 || page < *ret_page))
                *ret_page = page;
            at += 4;
        }
    }
    return true;
}
