/* SPDX-License-Identifier: Apache-2.0 */
#include "inside/minicore.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/procfs.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <unistd.h>

#define CHUNK 65536

static bool read_all(struct minicore *core, void *data, uint64_t length)
{
    char *to = data;

    while (length > 0) {
        ssize_t got = read(core->in, to, length);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        to += got;
        core->at += (uint64_t)got;
        length -= (uint64_t)got;
    }
    return true;
}

static bool write_all(int fd, const void *data, uint64_t length)
{
    const char *from = data;

    while (length > 0) {
        ssize_t done = write(fd, from, length);

        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return false;
        from += done;
        length -= (uint64_t)done;
    }
    return true;
}

/* Reads `length` bytes and writes them to the output if `keep` is set. */
static bool pass(struct minicore *core, uint64_t length, bool keep)
{
    static char chunk[CHUNK];

    while (length > 0) {
        uint64_t piece = length < CHUNK ? length : CHUNK;

        if (!read_all(core, chunk, piece) || (keep && !write_all(core->out, chunk, piece)))
            return false;
        length -= piece;
    }
    return true;
}

static void read_registers(struct minicore *core, const void *note, size_t size)
{
    struct elf_prstatus status;

    if (size < sizeof(status))
        return;
    memcpy(&status, note, sizeof(status));
#ifdef __aarch64__
    core->pc = status.pr_reg[32];
    core->sp = status.pr_reg[31];
#else
    core->pc = status.pr_reg[16];
    core->sp = status.pr_reg[19];
#endif
}

/* The first NT_PRSTATUS belongs to the thread that received the signal. */
static void read_notes(struct minicore *core, uint64_t size)
{
    bool registers = false;

    for (uint64_t at = 0; at + sizeof(Elf64_Nhdr) <= size;) {
        const Elf64_Nhdr *note = (const void *)(core->notes + at);
        uint64_t name = ((uint64_t)note->n_namesz + 3) / 4 * 4;
        uint64_t data = at + sizeof(*note) + name;

        if (data + note->n_descsz > size)
            return;
        if (note->n_type == NT_PRSTATUS && !registers) {
            read_registers(core, core->notes + data, note->n_descsz);
            registers = true;
        } else if (note->n_type == NT_SIGINFO && note->n_descsz >= 24) {
            int code;

            memcpy(&code, core->notes + data + 8, 4);
            memcpy(code > 0 ? (void *)&core->address : &core->sender, core->notes + data + 16,
                   code > 0 ? 8 : 4);
        }
        at = data + ((uint64_t)note->n_descsz + 3) / 4 * 4;
    }
}

bool minicore_read_head(struct minicore *core)
{
    Elf64_Ehdr *header = &core->header;
    uint64_t size;

    if (!read_all(core, header, sizeof(*header)) || memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 ||
        header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_phoff != sizeof(*header) ||
        header->e_phnum == 0 || header->e_phnum > MINICORE_SEGMENTS ||
        !read_all(core, core->segments, header->e_phnum * sizeof(Elf64_Phdr)))
        return false;
    size = core->segments[0].p_filesz;
    if (core->segments[0].p_type != PT_NOTE || size > MINICORE_NOTES ||
        core->segments[0].p_offset < core->at ||
        !pass(core, core->segments[0].p_offset - core->at, false))
        return false;
    core->notes = malloc(size);
    if (core->notes == NULL || !read_all(core, core->notes, size))
        return false;
    read_notes(core, size);
    return true;
}

static bool has_stack(const struct minicore *core, const Elf64_Phdr *segment)
{
    return core->sp >= segment->p_vaddr && core->sp - segment->p_vaddr < segment->p_filesz;
}

/* Selects the segments to keep: the stack, then the smallest ones, while there is space. */
static void choose(const struct minicore *core, uint64_t room, bool keep[])
{
    for (;;) {
        int best = -1;

        for (int i = 1; i < core->header.e_phnum; i++) {
            const Elf64_Phdr *segment = &core->segments[i];

            if (keep[i] || segment->p_filesz == 0 || segment->p_filesz > room)
                continue;
            if (best < 0 || has_stack(core, segment) ||
                (!has_stack(core, &core->segments[best]) &&
                 segment->p_filesz < core->segments[best].p_filesz))
                best = i;
        }
        if (best < 0)
            return;
        keep[best] = true;
        room -= core->segments[best].p_filesz;
    }
}

bool minicore_write(struct minicore *core, uint64_t limit)
{
    static bool keep[MINICORE_SEGMENTS];
    static Elf64_Phdr segments[MINICORE_SEGMENTS];
    uint64_t head = sizeof(core->header) + core->header.e_phnum * sizeof(Elf64_Phdr);
    uint64_t at = head + core->segments[0].p_filesz;
    Elf64_Ehdr header = core->header;

    if (at > limit)
        return false;
    choose(core, limit - at, keep);
    core->whole = true;
    memcpy(segments, core->segments, core->header.e_phnum * sizeof(Elf64_Phdr));
    segments[0].p_offset = head;
    for (int i = 1; i < header.e_phnum; i++) {
        core->whole = core->whole && (keep[i] || segments[i].p_filesz == 0);
        segments[i].p_filesz = keep[i] ? segments[i].p_filesz : 0;
        segments[i].p_offset = at;
        segments[i].p_align = 1;
        at += segments[i].p_filesz;
    }
    header.e_shoff = header.e_shnum = header.e_shstrndx = 0;
    if (!write_all(core->out, &header, sizeof(header)) ||
        !write_all(core->out, segments, header.e_phnum * sizeof(Elf64_Phdr)) ||
        !write_all(core->out, core->notes, segments[0].p_filesz))
        return false;
    for (int i = 1; i < header.e_phnum; i++) {
        const Elf64_Phdr *from = &core->segments[i];

        if (!keep[i])
            continue;
        if (from->p_offset < core->at || !pass(core, from->p_offset - core->at, false) ||
            !pass(core, from->p_filesz, true))
            return false;
    }
    return true;
}
