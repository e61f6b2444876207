/* SPDX-License-Identifier: Apache-2.0 */
/* Checks a disk's first bytes. If the format were detected from the content, a guest that writes a
 * header to its raw disk could read any file of the host; therefore the format must be stated and
 * is only verified here. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "catalog/image_check.h"

/* QEMU docs/interop/qcow2.txt, "Header": big-endian fields at these offsets. */
#define QCOW2_MAGIC 0x514649fbU
#define QCOW2_VERSION 4
#define QCOW2_BACKING_OFFSET 8
#define QCOW2_BACKING_SIZE 16
#define QCOW2_CLUSTER_BITS 20
#define QCOW2_SIZE 24
#define QCOW2_CRYPT 32
#define QCOW2_INCOMPATIBLE 72 /* version 3 */
#define QCOW2_V2_LENGTH 72
#define QCOW2_V3_LENGTH 104
#define QCOW2_INCOMPATIBLE_DIRTY (1U << 0)
#define QCOW2_INCOMPATIBLE_CORRUPT (1U << 1)
#define QCOW2_INCOMPATIBLE_DATA_FILE (1U << 2)
#define QCOW2_INCOMPATIBLE_KNOWN 0x1fU /* …, compression type, extended L2 entries */

#define HEAD_SIZE 1024

/* First bytes of formats that are not raw. */
static const struct {
    const char *name;
    size_t offset, length;
    const char *bytes;
} others[] = {
    {"qcow2 or qcow", 0, 4, "QFI\xfb"},
    {"vmdk", 0, 4, "KDMV"},
    {"vmdk", 0, 4, "COWD"},
    {"vmdk description", 0, 21, "# Disk DescriptorFile"},
    {"vdi", 64, 4, "\x7f\x10\xda\xbe"},
    {"vhdx", 0, 8, "vhdxfile"},
    {"vhd", 0, 8, "conectix"},
    {"qed", 0, 4, "QED\0"},
    {"parallels", 0, 16, "WithoutFreeSpace"},
    {"parallels", 0, 16, "WithouFreSpacExt"},
    {"luks", 0, 6, "LUKS\xba\xbe"},
    {"gzip", 0, 2, "\x1f\x8b"},
    {"xz", 0, 6,
     "\xfd"
     "7zXZ\0"},
    {"zstd", 0, 4, "\x28\xb5\x2f\xfd"},
};

static uint32_t be32(const uint8_t *data)
{
    return (uint32_t)data[0] << 24 | (uint32_t)data[1] << 16 | (uint32_t)data[2] << 8 | data[3];
}

static uint64_t be64(const uint8_t *data)
{
    return (uint64_t)be32(data) << 32 | be32(data + 4);
}

/* The other format whose magic number is present, or NULL. */
static const char *other_format(const uint8_t *head, size_t length)
{
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        if (others[i].offset + others[i].length <= length &&
            memcmp(head + others[i].offset, others[i].bytes, others[i].length) == 0)
            return others[i].name;
    return NULL;
}

static int check_raw(const char *path, const uint8_t *head, size_t length, struct error **err)
{
    const char *other = other_format(head, length);

    if (other == NULL)
        return 0;
    return error_set(err, -EINVAL, "disk '%s' was declared as raw, but begins like %s: %s", path,
                     other,
                     strncmp(other, "qcow2", 5) == 0
                         ? "give --format qcow2"
                         : "convert it with 'qemu-img convert -O qcow2' (or unpack it) first");
}

/* Appends the backing file's name, quoted, as far as the bytes read contain it. */
static void add_backing_name(struct buffer *text, const uint8_t *head, size_t length)
{
    uint64_t offset = be64(head + QCOW2_BACKING_OFFSET);
    uint32_t size = be32(head + QCOW2_BACKING_SIZE);

    if (offset >= length || size == 0 || size > length - offset)
        return;
    buffer_text(text, " '");
    buffer_printable(text, (const char *)head + offset, size, false);
    buffer_text(text, "'");
}

static int check_features(const char *path, const uint8_t *head, struct error **err)
{
    uint64_t bits = be64(head + QCOW2_INCOMPATIBLE);

    if (bits & QCOW2_INCOMPATIBLE_DATA_FILE)
        return error_set(err, -EINVAL,
                         "disk '%s' has an external data file: images that depend on other files "
                         "are refused; flatten it with 'qemu-img convert -O qcow2'",
                         path);
    if (bits & QCOW2_INCOMPATIBLE_CORRUPT)
        return error_set(
            err, -EINVAL,
            "disk '%s' is marked corrupt: repair it with 'qemu-img check -r all', or replace it",
            path);
    if (bits & QCOW2_INCOMPATIBLE_DIRTY)
        return error_set(err, -EINVAL,
                         "disk '%s' was not closed cleanly (dirty refcounts): is a guest using it? "
                         "If not, repair it with 'qemu-img check -r all'",
                         path);
    if (bits & ~(uint64_t)QCOW2_INCOMPATIBLE_KNOWN)
        return error_set(err, -EINVAL,
                         "disk '%s' uses unknown qcow2 features (0x%llx): convert it with "
                         "'qemu-img convert -O qcow2'",
                         path, (unsigned long long)bits);
    return 0;
}

static int check_qcow2(const char *path, const uint8_t *head, size_t length, struct error **err)
{
    const char *other = other_format(head, length);
    uint32_t version, cluster_bits;

    if (length < 4 || be32(head) != QCOW2_MAGIC)
        return error_set(err, -EINVAL, "disk '%s' was declared as qcow2, but begins like %s: %s",
                         path, other != NULL ? other : "a raw disk",
                         other != NULL ? "convert it with 'qemu-img convert -O qcow2' first"
                                       : "give --format raw if it is one");
    version = length >= QCOW2_V2_LENGTH ? be32(head + QCOW2_VERSION) : 0;
    if (length < QCOW2_V2_LENGTH || (version == 3 && length < QCOW2_V3_LENGTH))
        return error_set(err, -EINVAL,
                         "disk '%s' ends inside its qcow2 header (%zu bytes): copy it again", path,
                         length);
    if (version != 2 && version != 3)
        return error_set(err, -EINVAL,
                         "disk '%s' is qcow version %u, only 2 and 3 are known: convert it with "
                         "'qemu-img convert -O qcow2'",
                         path, version);
    if (be64(head + QCOW2_BACKING_OFFSET) != 0) {
        _cleanup_buffer_ struct buffer name = {0};

        add_backing_name(&name, head, length);
        return error_set(err, -EINVAL,
                         "disk '%s' has a backing file%s: images that depend on other files are "
                         "refused; flatten it with 'qemu-img convert -O qcow2'",
                         path, name.length > 0 ? name.data : "");
    }
    if (be32(head + QCOW2_CRYPT) != 0)
        return error_set(err, -EINVAL,
                         "disk '%s' is encrypted, so a guest could not read it; decrypt it with "
                         "'qemu-img convert'",
                         path);
    cluster_bits = be32(head + QCOW2_CLUSTER_BITS);
    if (cluster_bits < 9 || cluster_bits > 21 || be64(head + QCOW2_SIZE) == 0)
        return error_set(
            err, -EINVAL,
            "disk '%s' has an invalid qcow2 header (cluster bits %u, size %llu): copy it again",
            path, cluster_bits, (unsigned long long)be64(head + QCOW2_SIZE));
    return version == 3 ? check_features(path, head, err) : 0;
}

int catalog_read_disk_head(const char *path, uint8_t *head, size_t size, size_t *ret_length,
                           struct error **err)
{
    _cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    size_t length = 0;

    if (fd < 0)
        return error_set_errno(err, -errno, "cannot open disk '%s'", path);
    while (length < size) {
        ssize_t got = read(fd, head + length, size - length);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return error_set_errno(err, -errno, "cannot read disk '%s'", path);
        if (got == 0)
            break;
        length += (size_t)got;
    }
    *ret_length = length;
    return 0;
}

int catalog_check_disk(const char *path, enum disk_format format, struct error **err)
{
    uint8_t head[HEAD_SIZE];
    size_t length = 0;
    int code = catalog_read_disk_head(path, head, sizeof(head), &length, err);

    if (code < 0)
        return code;
    return format == DISK_QCOW2 ? check_qcow2(path, head, length, err)
                                : check_raw(path, head, length, err);
}
