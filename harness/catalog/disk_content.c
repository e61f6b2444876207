/* SPDX-License-Identifier: Apache-2.0 */
/* Recognises the content of a raw disk: a partition table, a file system, a volume. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "catalog/image_check.h"

enum { HEAD = 68 << 10, SECTOR = 512 };

static const struct {
    size_t offset, length;
    const char *bytes;
} marks[] = {
    {510, 2, "\x55\xaa"},   /* MBR, also the protective one of a GPT */
    {0x438, 2, "\x53\xef"}, /* ext2, 3, 4 */
    {0, 4, "XFSB"},
    {0x10040, 8, "_BHRfS_M"},       /* btrfs */
    {0x400, 4, "\x10\x20\xf5\xf2"}, /* F2FS */
    {0x400, 4, "\xe2\xe1\xf5\xe0"}, /* EROFS */
    {0, 4, "hsqs"},                 /* SquashFS */
    {0x8001, 5, "CD001"},           /* ISO 9660 */
    {SECTOR, 8, "LABELONE"},        /* LVM */
};

static bool has_mark(const uint8_t *head, size_t length)
{
    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
        if (marks[i].offset + marks[i].length <= length &&
            memcmp(head + marks[i].offset, marks[i].bytes, marks[i].length) == 0)
            return true;
    return false;
}

static bool is_empty(const uint8_t *head, size_t length)
{
    size_t zeros = 0;

    while (zeros < length && head[zeros] == 0)
        zeros++;
    return length > 0 && zeros == length;
}

static void describe(const uint8_t *head, size_t length, struct buffer *out)
{
    if (is_empty(head, length)) {
        buffer_text(out, "its beginning is all zeros");
        return;
    }
    buffer_format(out, "it begins with '");
    buffer_printable(out, (const char *)head, length < 16 ? length : 16, false);
    buffer_text(out, "'");
}

int catalog_check_raw_content(const char *path, enum boot_kind boot, struct error **err)
{
    _cleanup_free_ uint8_t *head = text_calloc(HEAD, 1);
    _cleanup_buffer_ struct buffer seen = {0};
    size_t length = 0;
    int code = catalog_read_disk_head(path, head, HEAD, &length, err);

    if (code < 0 || has_mark(head, length))
        return code;
    if (length < SECTOR)
        return error_set(err, -EINVAL,
                         "disk '%s' has %zu %s, less than one sector: give the disk image itself",
                         path, length, text_plural(length, "byte", "bytes"));
    if (boot == BOOT_KERNEL && is_empty(head, length))
        return 0;
    describe(head, length, &seen);
    return error_set(
        err, -EINVAL,
        "disk '%s' contains neither a partition table nor a known file system (%s): give the disk "
        "image itself; for an archive or a compressed file, unpack it first",
        path, seen.data);
}
