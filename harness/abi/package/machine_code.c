/* SPDX-License-Identifier: Apache-2.0 */
#include "abi/package/machine_code.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "abi/elf/view.h"

#define PE_SUBSYSTEM_EFI 10 /* … to 13: applications and drivers of EFI */
#define PE_SUBSYSTEM_EFI_LAST 13
#define PE_OS_LINUX 0x7b79 /* .NET's native images: the machine, exclusive-or this */
#define NET_IL_ONLY 1
#define NET_32_BIT 2
#define NET_IL_LIBRARY 4
/* A Java class of this major version or a later one; a fat Mach-O has fewer architectures. */
#define JAVA_OLDEST 45

static uint32_t u32_be(const unsigned char *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static void add_machine(struct machine_code *code, uint16_t machine)
{
    for (size_t i = 0; i < code->machine_count; i++)
        if (code->machines[i] == machine)
            return;
    if (code->machine_count < MACHINE_CODE_MACHINES)
        code->machines[code->machine_count++] = machine;
}

static struct machine_code of(enum machine_code_kind kind, const char *system, uint16_t machine)
{
    struct machine_code code = {.kind = kind, .system = system};

    add_machine(&code, machine);
    return code;
}

/* Source: cputype in mach/machine.h; the high byte is CPU_ARCH_ABI64. */
static uint16_t macho_machine(uint32_t type)
{
    switch (type) {
    case 0x01000007:
        return EM_X86_64;
    case 7:
        return EM_386;
    case 0x0100000c:
    case 0x0200000c:
        return EM_AARCH64;
    case 12:
        return EM_ARM;
    case 18:
        return EM_PPC;
    default:
        return EM_NONE;
    }
}

static struct machine_code macho_of(const unsigned char *head, size_t length)
{
    uint32_t magic = u32_be(head), count;
    struct machine_code code = {.kind = MACHINE_CODE_PROGRAM, .system = "macOS"};
    size_t row;

    if (magic == 0xfeedface || magic == 0xfeedfacf || magic == 0xcefaedfe || magic == 0xcffaedfe) {
        bool little = head[0] != 0xfe;

        if (length < 28)
            return of(MACHINE_CODE_NONE, NULL, 0);
        if ((little ? elf_u32(head + 12) : u32_be(head + 12)) == 1) /* MH_OBJECT */
            code.kind = MACHINE_CODE_OBJECT;
        add_machine(&code, macho_machine(little ? elf_u32(head + 4) : u32_be(head + 4)));
        return code;
    }
    count = u32_be(head + 4);
    row = magic == 0xcafebabf ? 32 : 20;
    if ((magic != 0xcafebabe && magic != 0xcafebabf) || count == 0 || count >= JAVA_OLDEST)
        return of(MACHINE_CODE_NONE, NULL, 0);
    for (size_t i = 0; i < count && 8 + (i + 1) * row <= length; i++)
        add_machine(&code, macho_machine(u32_be(head + 8 + i * row)));
    return code;
}

/* Source: PE/COFF specification, "Machine Types". */
static uint16_t coff_machine(uint16_t type)
{
    switch (type) {
    case 0x8664:
        return EM_X86_64;
    case 0x14c:
        return EM_386;
    case 0xaa64:
    case 0xa641: /* ARM64EC */
    case 0xa64e: /* ARM64X */
        return EM_AARCH64;
    case 0x1c0:
    case 0x1c2:
    case 0x1c4:
        return EM_ARM;
    case 0x5064:
        return EM_RISCV;
    case 0x6264:
        return EM_LOONGARCH;
    default:
        return EM_NONE;
    }
}

/* Offset in the file of an address relative to the image; 0: unknown. */
static size_t pe_offset(const unsigned char *head, size_t length, size_t sections, size_t count,
                        uint32_t address)
{
    for (size_t i = 0; i < count && sections + (i + 1) * 40 <= length; i++) {
        const unsigned char *row = head + sections + i * 40;
        uint32_t start = elf_u32(row + 12), size = elf_u32(row + 8), raw = elf_u32(row + 20);

        if (address >= start && address - start < size)
            return raw + (size_t)(address - start);
    }
    return 0;
}

/* A .NET assembly runs on any system if it has no native code of Windows; on any machine if it
 * says so: i386 without the flag for 32 bits. A native image made beforehand is of one machine. */
static struct machine_code managed_of(uint16_t type, uint32_t flags)
{
    bool native = coff_machine(type) == EM_NONE && coff_machine(type ^ PE_OS_LINUX) != EM_NONE;
    uint16_t machine = coff_machine(native ? type ^ PE_OS_LINUX : type);
    struct machine_code code = of(MACHINE_CODE_PROGRAM, NULL, machine);

    code.managed = true;
    if ((flags & (NET_IL_ONLY | NET_IL_LIBRARY)) == 0)
        code.system = "Windows";
    else if (machine == EM_386 && (flags & NET_32_BIT) == 0)
        code = (struct machine_code){.managed = true};
    return code;
}

static struct machine_code pe_of(const unsigned char *head, size_t length)
{
    size_t at = length >= 64 ? elf_u32(head + 60) : 0, optional = at + 24, directory;
    uint16_t type, subsystem, size;
    bool wide;

    if (at < 4 || at > length || length - at < 24 || memcmp(head + at, "PE\0\0", 4) != 0)
        return of(MACHINE_CODE_PROGRAM, "DOS or Windows", EM_NONE);
    type = elf_u16(head + at + 4);
    size = elf_u16(head + at + 20);
    if (size < 70 || length - optional < 70)
        return of(MACHINE_CODE_PROGRAM, "Windows", coff_machine(type));
    wide = elf_u16(head + optional) == 0x20b;
    subsystem = elf_u16(head + optional + 68);
    if (subsystem >= PE_SUBSYSTEM_EFI && subsystem <= PE_SUBSYSTEM_EFI_LAST)
        return of(MACHINE_CODE_BOOT, NULL, coff_machine(type));
    directory = optional + (wide ? 112 : 96) + 14 * 8;
    if (directory + 8 <= optional + size && directory + 8 <= length &&
        elf_u32(head + directory) != 0) {
        size_t net = pe_offset(head, length, optional + size, elf_u16(head + at + 6),
                               elf_u32(head + directory));
        bool seen = net > 0 && net <= length && length - net >= 20;

        return managed_of(type, seen ? elf_u32(head + net + 16) : NET_IL_ONLY);
    }
    return of(MACHINE_CODE_PROGRAM, "Windows", coff_machine(type));
}

/* The loader's view of other ELF files is in abi/elf, which reads little-endian ones. */
static struct machine_code elf_of(const unsigned char *head, size_t length)
{
    bool big = length > EI_DATA && head[EI_DATA] == ELFDATA2MSB;
    uint16_t type, machine;

    if (length < 20)
        return of(MACHINE_CODE_NONE, NULL, 0);
    type = big ? (uint16_t)(head[16] << 8 | head[17]) : elf_u16(head + 16);
    machine = big ? (uint16_t)(head[18] << 8 | head[19]) : elf_u16(head + 18);
    if (machine == EM_BPF || machine == EM_NONE)
        return of(MACHINE_CODE_NONE, NULL, 0);
    if (type == ET_REL)
        return of(MACHINE_CODE_OBJECT, NULL, machine);
    return big && (type == ET_EXEC || type == ET_DYN) ? of(MACHINE_CODE_PROGRAM, NULL, machine)
                                                      : of(MACHINE_CODE_NONE, NULL, 0);
}

struct machine_code machine_code_of(const void *data, size_t length)
{
    const unsigned char *head = data;

    if (length >= 4 && memcmp(head, ELFMAG, SELFMAG) == 0)
        return elf_of(head, length);
    if (length >= 8 && memcmp(head, "dex\n0", 5) == 0)
        return of(MACHINE_CODE_PROGRAM, "Android", EM_NONE);
    if (length >= 2 && memcmp(head, "MZ", 2) == 0)
        return pe_of(head, length);
    return length >= 8 ? macho_of(head, length) : of(MACHINE_CODE_NONE, NULL, 0);
}

/* Object files of Windows have no magic number but their machine; an import object begins with two
 * numbers of its own. */
static struct machine_code coff_object_of(const unsigned char *head, size_t length)
{
    uint16_t type = length >= 20 ? elf_u16(head) : 0;

    if (type == 0 && length >= 20 && elf_u16(head + 2) == 0xffff)
        type = elf_u16(head + 6);
    return coff_machine(type) != EM_NONE ? of(MACHINE_CODE_OBJECT, "Windows", coff_machine(type))
                                         : of(MACHINE_CODE_NONE, NULL, 0);
}

/* "go object linux amd64 go1.19.8 …" */
static struct machine_code go_object_of(const char *head, size_t length)
{
    static const struct {
        const char *name;
        uint16_t machine;
    } names[] = {{"linux amd64 ", EM_X86_64},
                 {"linux arm64 ", EM_AARCH64},
                 {"linux 386 ", EM_386},
                 {"linux arm ", EM_ARM}};
    const size_t begin = strlen("go object ");

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (length >= begin + strlen(names[i].name) && memcmp(head, "go object ", begin) == 0 &&
            memcmp(head + begin, names[i].name, strlen(names[i].name)) == 0)
            return of(MACHINE_CODE_OBJECT, NULL, names[i].machine);
    return of(MACHINE_CODE_NONE, NULL, 0);
}

static void end_member(struct machine_code_members *members)
{
    const unsigned char *head = (const unsigned char *)members->head;
    struct machine_code member = machine_code_of(head, members->head_size);

    if (member.kind == MACHINE_CODE_NONE)
        member = go_object_of(members->head, members->head_size);
    if (member.kind == MACHINE_CODE_NONE && memcmp(members->header, "/ ", 2) != 0 &&
        memcmp(members->header, "// ", 3) != 0)
        member = coff_object_of(head, members->head_size);
    members->begun = false;
    members->head_size = members->header_size = 0;
    if (member.kind == MACHINE_CODE_NONE)
        return;
    members->code.kind = MACHINE_CODE_LIBRARY;
    members->code.system = member.system;
    for (size_t i = 0; i < member.machine_count; i++)
        add_machine(&members->code, member.machines[i]);
}

static void begin_member(struct machine_code_members *members)
{
    char digits[11] = "";

    memcpy(digits, members->header + 48, 10);
    members->left = strtoull(digits, NULL, 10);
    members->name = 0;
    if (memcmp(members->header, "#1/", 3) == 0) {
        memcpy(digits, members->header + 3, 10);
        members->name = strtoull(digits, NULL, 10);
        if (members->name > members->left)
            members->name = members->left;
    }
    members->left += members->left % 2;
    members->begun = true;
    members->ended = memcmp(members->header + 58, "`\n", 2) != 0;
}

static size_t smaller(size_t a, uint64_t b)
{
    return b < a ? (size_t)b : a;
}

static size_t add_content(struct machine_code_members *members, const char *data, size_t size)
{
    size_t used = smaller(size, members->left);
    size_t skipped = smaller(used, members->name);
    size_t kept = smaller(used - skipped, sizeof(members->head) - members->head_size);

    memcpy(members->head + members->head_size, data + skipped, kept);
    members->head_size += kept;
    members->name -= skipped;
    members->left -= used;
    if (members->left == 0)
        end_member(members);
    return used;
}

static size_t add_header(struct machine_code_members *members, const char *data, size_t size)
{
    /* The magic number of the library precedes the first header. */
    size_t used = smaller(size, sizeof(members->header) - members->header_size);

    memcpy(members->header + members->header_size, data, used);
    members->header_size += used;
    if (members->header_size >= 8 && memcmp(members->header, "!<arch>\n", 8) == 0)
        memmove(members->header, members->header + 8, members->header_size -= 8);
    if (members->header_size == sizeof(members->header))
        begin_member(members);
    return used;
}

void machine_code_members_add(struct machine_code_members *members, const void *data, size_t size)
{
    const char *at = data;

    while (size > 0 && !members->ended) {
        size_t used =
            members->begun ? add_content(members, at, size) : add_header(members, at, size);

        if (members->begun && members->left == 0)
            end_member(members);
        at += used;
        size -= used;
    }
}

struct machine_code machine_code_members_end(struct machine_code_members *members)
{
    if (members->begun && !members->ended)
        end_member(members);
    return members->code;
}
