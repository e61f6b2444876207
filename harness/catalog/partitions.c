/* SPDX-License-Identifier: Apache-2.0 */
/* Parses GPT and MBR. */
#include "catalog/partitions.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"
#include "base/process.h"
#include "base/text.h"

#define SECTOR 512
#define LIMIT_MS 60000

static const struct {
    const char *guid, *kind;
    int arch; /* ARCH_COUNT: unspecified */
} kinds[] = {
    {"c12a7328-f81f-11d2-ba4b-00a0c93ec93b", "EFI system", ARCH_COUNT},
    {"21686148-6449-6e6f-744e-656564454649", "BIOS boot", ARCH_COUNT},
    {"0fc63daf-8483-4772-8e79-3d69d8477de4", "Linux", ARCH_COUNT},
    {"4f68bce3-e8cd-4db1-96e7-fbcaf984b709", "Linux root (x86_64)", ARCH_X86_64},
    {"b921b045-1df0-41c3-af44-4c6f280d3fae", "Linux root (aarch64)", ARCH_AARCH64},
    {"e6d6d379-f507-44c2-a23c-238f2a3df928", "Linux LVM", ARCH_COUNT},
    {"bc13c2ff-59e6-4262-a352-b275fd6f7172", "Linux /boot", ARCH_COUNT},
    {"0657fd6d-a4ab-43c4-84e5-0933c84b4f4f", "Linux swap", ARCH_COUNT},
    {"ebd0a0a2-b9e5-4433-87c0-68b6b72699c7", "data", ARCH_COUNT},
};

static uint64_t number(const unsigned char *at, size_t bytes)
{
    uint64_t value = 0;

    while (bytes-- > 0)
        value = value << 8 | at[bytes];
    return value;
}

static void write_guid(const unsigned char *at, char text[37])
{
    snprintf(text, 37, "%08x-%04x-%04x-%02x%02x-%02x%02x%02x%02x%02x%02x", (unsigned)number(at, 4),
             (unsigned)number(at + 4, 2), (unsigned)number(at + 6, 2), at[8], at[9], at[10], at[11],
             at[12], at[13], at[14], at[15]);
}

static void add(struct partitions *ret, unsigned place, uint64_t first, uint64_t last,
                const char *kind)
{
    if (ret->count < PARTITIONS_MAX)
        ret->rows[ret->count++] = (struct partition){place, first, last, kind};
}

static void parse_gpt(const unsigned char *head, size_t length, struct partitions *ret)
{
    uint64_t entries = number(head + SECTOR + 72, 8), count = number(head + SECTOR + 80, 4);
    uint64_t size = number(head + SECTOR + 84, 4);

    ret->table = "gpt";
    /* Tables at unusual positions or with another entry size are not examined. */
    if (entries != 2 || size != 128)
        return;
    for (uint64_t i = 0; i < count && i < PARTITIONS_MAX; i++) {
        const unsigned char *entry = head + 2 * SECTOR + i * 128;
        static const unsigned char unused[16];
        const char *kind = "other";
        char guid[37];

        if (2 * SECTOR + (i + 1) * 128 > length)
            return;
        if (memcmp(entry, unused, sizeof(unused)) == 0)
            continue;
        write_guid(entry, guid);
        for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
            if (strcmp(guid, kinds[k].guid) != 0)
                continue;
            kind = kinds[k].kind;
            ret->efi = ret->efi || k == 0;
            ret->bios = ret->bios || k == 1;
            if (kinds[k].arch != ARCH_COUNT) {
                ret->arch_known = true;
                ret->arch = (enum arch)kinds[k].arch;
            }
        }
        add(ret, (unsigned)i + 1, number(entry + 32, 8), number(entry + 40, 8), kind);
    }
}

static void parse_mbr(const unsigned char *head, struct partitions *ret)
{
    ret->table = "mbr";
    /* Boot code begins with a jump or another instruction; an empty sector begins with 0. */
    ret->bios = head[0] != 0;
    for (unsigned i = 0; i < 4; i++) {
        const unsigned char *entry = head + 446 + 16 * (size_t)i;
        uint64_t first = number(entry + 8, 4), sectors = number(entry + 12, 4);

        if (entry[4] == 0 || sectors == 0)
            continue;
        ret->efi = ret->efi || entry[4] == 0xef;
        add(ret, i + 1, first, first + sectors - 1,
            entry[4] == 0xef   ? "EFI system"
            : entry[4] == 0x8e ? "Linux LVM"
            : entry[4] == 0x83 ? "Linux"
            : entry[4] == 0x82 ? "Linux swap"
                               : "other");
    }
}

void partitions_parse(const unsigned char *head, size_t length, struct partitions *ret)
{
    *ret = (struct partitions){.table = "none"};
    if (length < PARTITIONS_HEAD || head[510] != 0x55 || head[511] != 0xaa)
        return;
    if (memcmp(head + SECTOR, "EFI PART", 8) == 0)
        parse_gpt(head, length, ret);
    else
        parse_mbr(head, ret);
}

int partitions_read(const char *path, enum disk_format format, struct partitions *ret,
                    struct error **err)
{
    char folder[] = "/tmp/touchstone-table-XXXXXX";
    _cleanup_free_ char *in = text_format("if=%s", path), *out = NULL, *file = NULL, *count = NULL;
    _cleanup_buffer_ struct buffer head = {0};
    int code;

    if (mkdtemp(folder) == NULL)
        return error_set_errno(err, -errno, "cannot make a folder in /tmp");
    file = path_join(folder, "head");
    out = text_format("of=%s", file);
    count = text_format("count=%d", PARTITIONS_HEAD / SECTOR);
    {
        const char *argv[] = {"qemu-img", "dd",  "-f",     disk_format_name(format),
                              "-O",       "raw", "bs=512", count,
                              in,         out,   NULL};

        code = process_check(argv, LIMIT_MS, NULL, err);
    }
    if (code == 0)
        code = path_read(file, 2 * PARTITIONS_HEAD, &head, err);
    if (code == 0)
        partitions_parse((const unsigned char *)head.data, head.length, ret);
    path_remove_tree(folder, NULL);
    return code;
}
