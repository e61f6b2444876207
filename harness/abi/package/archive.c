/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Archives, read as a stream by libarchive with nothing written to disk. An archive inside is read
 * through the one around it. Sizes are counted while they come, never believed.
 */
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "abi/archive/unpack.h"
#include "abi/package/intake.h"
#include "abi/package/package.h"
#include "abi/package/rpm.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"

#define TAIL (66 << 10)     /* a zip's end record and its comment fit into it */
#define RPM_HEAD (16 << 20) /* bytes within which an rpm's headers end */

struct reading {
    struct package *package;
    struct archive *archive;
    struct archive *root; /* the file itself: how much of it was read */
    const char *name;     /* said of it */
    const char *prefix;   /* before each path: "" or the path of the archive inside */
    int depth;            /* 0: the package itself */
    bool stop;            /* a bound was passed; said already */
    bool debian, data;    /* a deb's first member was seen, its files were seen */
    char chunk[65536];    /* for whoever reads through this one */
};

/* An archive inside another, and the last bytes that were read of it. */
struct through {
    struct reading *outer;
    char tail[TAIL];
    size_t length;
};

static void read_all(struct reading *reading);

static bool is_archive_name(const char *path)
{
    static const char *const endings[] = {".tar",     ".tar.gz", ".tgz", ".tar.xz", ".tar.bz2",
                                          ".tar.zst", ".zip",    ".whl", ".rpm",    ".deb"};

    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
        if (text_ends(path, endings[i]))
            return true;
    return false;
}

/* Counts what came out; false when it is too much. */
static bool within_bounds(struct reading *reading, size_t more)
{
    struct package *package = reading->package;

    package->bytes += more;
    if (package->bytes <= PACKAGE_TOTAL_MAX &&
        (package->bytes <= UINT64_C(1) << 30 ||
         package->bytes / PACKAGE_RATIO_MAX <= package->input_bytes))
        return true;
    if (!reading->stop)
        package_unknown(
            package, package->name, "unpacks to more than %llu bytes from %llu: the rest is unread",
            (unsigned long long)package->bytes, (unsigned long long)package->input_bytes);
    reading->stop = true;
    return false;
}

/* Bytes of the file that were read so far; a zip's directory is read first, and then jumped back.
 */
static uint64_t bytes_read(const struct reading *reading)
{
    la_int64_t bytes = archive_filter_bytes(reading->root, -1);

    return bytes > 0 ? (uint64_t)bytes : 0;
}

static void take_file(struct reading *reading, struct archive_entry *entry, const char *path)
{
    _cleanup_(package_intake_done) struct package_intake file = {0};
    uint64_t before = bytes_read(reading), now;
    la_ssize_t got;

    package_intake_begin(&file, reading->package, path);
    while ((got = archive_read_data(reading->archive, reading->chunk, sizeof(reading->chunk))) >
           0) {
        if (!within_bounds(reading, (size_t)got))
            return;
        now = bytes_read(reading);
        package_intake_add(&file, reading->chunk, (size_t)got, now > before ? now - before : 0);
    }
    if (got < 0)
        package_unknown(reading->package, path, "cut off or damaged: %s",
                        unpack_said(reading->archive));
    else
        package_intake_end(&file, archive_entry_perm(entry));
}

static void keep_tail(struct through *through, const char *data, size_t size)
{
    size_t kept = size < TAIL ? TAIL - size : 0;

    if (through->length < kept)
        kept = through->length;
    memmove(through->tail, through->tail + through->length - kept, kept);
    if (size > TAIL)
        data += size - TAIL;
    memcpy(through->tail + kept, data, size < TAIL ? size : TAIL);
    through->length = kept + (size < TAIL ? size : TAIL);
}

static la_ssize_t read_through(struct archive *inner, void *context, const void **ret)
{
    struct through *through = context;
    struct reading *outer = through->outer;
    la_ssize_t got = archive_read_data(outer->archive, outer->chunk, sizeof(outer->chunk));

    if (got < 0)
        archive_set_error(inner, EIO, "%s", unpack_said(outer->archive));
    if (got > 0)
        keep_tail(through, outer->chunk, (size_t)got);
    *ret = outer->chunk;
    return got;
}

static bool is_format(struct archive *archive, int format)
{
    return (archive_format(archive) & ARCHIVE_FORMAT_BASE_MASK) == format;
}

/* A zip ends with a record that says where its directory is; without it the rest is missing, though
 * what is there can be read from the front. */
static bool has_zip_end(const char *tail, size_t length)
{
    for (size_t at = length; at-- > 0;) {
        size_t comment;

        if (length - at < 22 || memcmp(tail + at, "PK\5\6", 4) != 0)
            continue;
        comment = (unsigned char)tail[at + 20] + (size_t)(unsigned char)tail[at + 21] * 256;
        if (length - at - 22 >= comment)
            return true;
    }
    return false;
}

/* libarchive takes an archive that stops between two entries for one that ends there. */
static void check_end(struct reading *reading, const char *tail, size_t length)
{
    struct package *package = reading->package;

    if (reading->stop)
        return;
    if (is_format(reading->archive, ARCHIVE_FORMAT_ZIP) && !has_zip_end(tail, length))
        package_unknown(package, reading->name, "cut off: a zip without the end of its directory");
    if (is_format(reading->archive, ARCHIVE_FORMAT_TAR) &&
        archive_filter_count(reading->archive) == 1 &&
        (length < 512 || tail[length - 512] != '\0' ||
         memcmp(tail + length - 512, tail + length - 511, 511) != 0))
        package_unknown(package, reading->name, "cut off: a tar without its last block");
    if (reading->debian && !reading->data)
        package_unknown(package, reading->name, "cut off: a deb without its data.tar");
}

static void support(struct archive *archive)
{
    archive_read_support_filter_all(archive);
    archive_read_support_format_tar(archive);
    archive_read_support_format_cpio(archive);
    archive_read_support_format_zip(archive);
    archive_read_support_format_ar(archive);
}

static void take_archive(struct reading *outer, const char *path, const char *prefix, int depth)
{
    struct reading *inner = text_calloc(1, sizeof(*inner));
    struct through *through = text_calloc(1, sizeof(*through));
    la_ssize_t got;

    through->outer = outer;
    inner->package = outer->package;
    inner->root = outer->root;
    inner->name = path;
    inner->prefix = prefix;
    inner->depth = depth;
    inner->archive = unpack_new();
    support(inner->archive);
    if (archive_read_open(inner->archive, through, NULL, read_through, NULL) != ARCHIVE_OK) {
        package_unknown(outer->package, path, "an archive inside that cannot be read: %s",
                        unpack_said(inner->archive));
    } else {
        read_all(inner);
        while (!inner->stop &&
               (got = archive_read_data(outer->archive, outer->chunk, sizeof(outer->chunk))) > 0 &&
               within_bounds(inner, (size_t)got))
            keep_tail(through, outer->chunk, (size_t)got);
        check_end(inner, through->tail, through->length);
    }
    outer->stop |= inner->stop;
    archive_read_free(inner->archive);
    free(through);
    free(inner);
}

static void take_hard_link(struct package *package, const char *path, const char *prefix,
                           const char *target)
{
    char other[4096];
    uint32_t row = unpack_path(prefix, target, other)
                       ? surface_builder_find_path(package->builder, other, strlen(other))
                       : SURFACE_NONE;
    const struct surface_path *found;

    if (row == SURFACE_NONE) {
        package_unknown(package, path, "a hard link to '%s', which is not in the package", target);
        return;
    }
    found = surface_builder_at(package->builder, TABLE_PATHS, row);
    surface_builder_path(package->builder, path, found->kind, found->value);
}

static void take_entry(struct reading *reading, struct archive_entry *entry)
{
    struct package *package = reading->package;
    const char *name = archive_entry_pathname(entry), *hard = archive_entry_hardlink(entry);
    const char *link = archive_entry_symlink(entry);
    bool debian = is_format(reading->archive, ARCHIVE_FORMAT_AR);
    char path[4096];

    if (name == NULL || !unpack_path(reading->prefix, name, path)) {
        if (name == NULL || strcmp(name, ".") != 0)
            if (name == NULL || strspn(name, "./") != strlen(name) || strstr(name, "..") != NULL)
                package_unknown(
                    package, name != NULL ? name : package->name,
                    "a name that leaves the archive's own root, or is too long: unread");
        return;
    }
    if (hard != NULL)
        take_hard_link(package, path, reading->prefix, hard);
    else if (archive_entry_filetype(entry) == AE_IFLNK && link != NULL)
        package_take_link(package, path, link);
    else if (archive_entry_filetype(entry) == AE_IFREG) {
        reading->debian |= debian && text_starts(name, "debian-binary");
        reading->data |= debian && text_starts(name, "data.tar");
        if (debian && text_starts(name, "data.tar"))
            take_archive(reading, path, "", reading->depth);
        else if (debian && text_starts(name, "control.tar"))
            take_archive(reading, path, "/DEBIAN", reading->depth);
        else if (is_archive_name(path) && reading->depth == 0)
            take_archive(reading, path, path, 1);
        else if (is_archive_name(path))
            package_unknown(package, path, "an archive in an archive in an archive: unread");
        else
            take_file(reading, entry, path);
    }
}

static void read_all(struct reading *reading)
{
    struct package *package = reading->package;
    struct archive_entry *entry;
    size_t here = 0;
    int got;

    while (!reading->stop &&
           (got = archive_read_next_header(reading->archive, &entry)) != ARCHIVE_EOF) {
        const char *name;

        if (got < ARCHIVE_WARN) {
            if (here == 0)
                package_unknown(package, reading->name, "it is not a package that can be read: %s",
                                unpack_said(reading->archive));
            else
                package_unknown(package, reading->name, "cut off or damaged after entry %zu: %s",
                                here, unpack_said(reading->archive));
            return;
        }
        here++;
        name = archive_entry_pathname(entry);
        if (!package_count(package, name != NULL ? name : "", archive_entry_symlink(entry))) {
            reading->stop = true;
            return;
        }
        take_entry(reading, entry);
    }
}

/* Scripts and relations of an rpm stand in its header, not in its files. */
static void take_rpm_header(struct package *package, const char *path)
{
    _cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
    _cleanup_free_ char *head = text_calloc(RPM_HEAD, 1);
    ssize_t got = fd >= 0 ? pread(fd, head, RPM_HEAD, 0) : -1;

    if (got > 0)
        package_take_rpm(package, head, (size_t)got);
}

static void check_file_end(struct reading *reading, int fd)
{
    _cleanup_free_ char *tail = text_calloc(TAIL, 1);
    off_t size = lseek(fd, 0, SEEK_END);
    ssize_t got = size < 0 ? -1 : pread(fd, tail, TAIL, size > TAIL ? size - TAIL : 0);

    check_end(reading, tail, got > 0 ? (size_t)got : 0);
}

int package_read_archive(struct package *package, const char *path, struct error **err)
{
    _cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct reading *reading;
    size_t before = package->entries;

    if (fd < 0)
        return error_set_errno(err, -errno, "cannot open '%s'", path);
    reading = text_calloc(1, sizeof(*reading));
    reading->package = package;
    reading->name = path_base(path);
    reading->prefix = "";
    reading->root = reading->archive = unpack_new();
    support(reading->archive);
    if (archive_read_open_filename(reading->archive, path, 1 << 16) != ARCHIVE_OK)
        package_unknown(package, reading->name, "it is not a package that can be read: %s",
                        unpack_said(reading->archive));
    else
        read_all(reading);
    if (package->entries > before)
        check_file_end(reading, fd);
    archive_read_free(reading->archive);
    free(reading);
    take_rpm_header(package, path);
    return 0;
}
