/* SPDX-License-Identifier: Apache-2.0 */
#include "abi/isa/flow_libc.h"

#include <elf.h>
#include <string.h>

#define BEGINNING 24 /* bytes in which a function reads its arguments */

static bool is_shared(const struct elf_file *file)
{
    static const char *const names[] = {"libc.so.6", "libm.so.6", "libpthread.so.0"};

    for (size_t i = 0; file->soname != NULL && i < sizeof(names) / sizeof(names[0]); i++)
        if (strcmp(file->soname, names[i]) == 0)
            return true;
    return false;
}

bool isa_libc_in(const struct elf_file *file, const struct elf_layout *layout)
{
    return (file->interpreter == NULL && file->needed.count == 0 && layout->has_ifunc) ||
           is_shared(file);
}

bool isa_libc_variant(const struct flow *flow, uint64_t address)
{
    static const char *const marks[] = {"_avx", "_evex",  "_sse",  "_ssse", "_fma",
                                        "_sve", "_a64fx", "_mops", "_rtm",  "_erms"};
    const char *name = isa_flow_name(flow, address);

    if (is_shared(flow->file))
        return true;
    if (name == NULL || strncmp(name, "__", 2) != 0)
        return false;
    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
        if (strstr(name, marks[i]) != NULL)
            return true;
    return false;
}

bool isa_libc_lists(const struct flow *flow, const struct elf_function *function)
{
    const char *name = isa_flow_name(flow, function->address);

    return is_shared(flow->file) && name != NULL && strcmp(name, "__libc_ifunc_impl_list") == 0;
}

/*
 * glibc's sysdeps/unix/sysv/linux/x86/elision-*.c: without RTM, elision_init of the same folder
 * sets the number of attempts to 0, and no mutex is of the kind that is elided. Stripped programs
 * do not name these functions, so they are known by what they do: the lock counts down a short,
 * its second argument, and aborts with 0xff (0xfd in trylock); the unlock ends the transaction if
 * the lock is free.
 */
bool isa_libc_elides(const struct flow *flow, const struct elf_function *function)
{
    static const uint8_t unlock[] = {0x8b, 0x07, 0x85, 0xc0, 0x75, 0x0a, 0x0f, 0x01, 0xd5};
    struct elf_range code = elf_file_at(flow->file, function->address, 1, true);
    uint64_t size = function->size < code.size ? function->size : code.size;
    const uint8_t *at = flow->file->data + code.offset;

    if (flow->file->machine != EM_X86_64 || size < BEGINNING)
        return false;
    if (memmem(at, BEGINNING, unlock, sizeof(unlock)) != NULL)
        return true;
    return memmem(at, size, "\xc7\xf8", 2) != NULL &&
           (memmem(at, size, "\xf0\x0f\xb1", 3) != NULL ||
            /* lock cmpxchg */ memmem(at, size, "\xf0\x41\x0f\xb1", 4) != NULL) &&
           (memmem(at, size, "\xc6\xf8\xff", 3) != NULL ||
            memmem(at, BEGINNING, "\xc6\xf8\xfd", 3) != NULL) &&
           (memmem(at, BEGINNING, "\x0f\xb7", 2) != NULL || /* movzwl */
            memmem(at, BEGINNING, "\x66\x83", 2) != NULL || /* cmpw */
            memmem(at, BEGINNING, "\xc6\xf8\xfd", 3) != NULL);
}
