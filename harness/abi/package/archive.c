/* SPDX-License-Identifier: Apache-2.0 */
/* Reads one archive or compressed file with libarchive. Sizes are counted while reading; stated
 * sizes are not trusted. */
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <string.h>

#include "abi/archive/blob.h"
#include "abi/archive/cursor.h"
#include "abi/archive/unpack.h"
#include "abi/archive/unxz.h"
#include "abi/package/capabilities.h"
#include "abi/package/contents.h"
#include "abi/package/package.h"
#include "abi/package/rpm.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"

#define TAIL (66 << 10)     /* large enough for a zip's end record and comment */
#define RPM_HEAD (16 << 20) /* bytes that contain an rpm's headers */

#define MEMBERS_MAX 4096 /* number of files in a container image */

struct reading {
    struct package *package;
    struct archive *archive;
    struct unxz *unxz;         /* decompresses it; NULL: libarchive does */
    const struct place *place; /* location of the archive itself */
    const char *name;          /* its name in messages */
    const char *prefix;        /* prefix of each path: "" or the archive's own path with "!" */
    bool rooted; /* an rpm or deb package: its paths are also those in the installed system */
    char *raw;   /* name for a single compressed file */
    bool first;  /* no entry has been read yet */
    bool image;  /* may be a container image: its files are collected first */
    struct image_members members;
    bool debian, data; /* debian: a deb's first member was found; data: its files were found */
    struct buffer deb; /* names of a deb's archives, with a space between them */
};

static ssize_t read_entry(struct source *source, void *to, size_t size)
{
    struct reading *reading = source->context;

    return archive_read_data(reading->archive, to, size);
}

/* A zip's directory is read first, and then reading jumps back. */
static uint64_t entry_packed(struct source *source)
{
    struct reading *reading = source->context;
    la_int64_t bytes = archive_filter_bytes(reading->archive, -1);

    if (reading->unxz != NULL)
        return unxz_packed(reading->unxz);
    return bytes > 0 ? (uint64_t)bytes : 0;
}

static const char *entry_said(struct source *source)
{
    struct reading *reading = source->context;

    return unpack_error_text(reading->archive);
}

static bool is_format(struct archive *archive, int format)
{
    return (archive_format(archive) & ARCHIVE_FORMAT_BASE_MASK) == format;
}

/* A zip ends with a record that locates its directory; without it, the archive is truncated,
 * although the beginning can be read. */
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

/* libarchive does not report an archive that is truncated between two entries. */
static void check_end(struct reading *reading, const struct blob *blob)
{
    struct package *package = reading->package;
    _cleanup_free_ char *tail = text_alloc(TAIL);
    ssize_t got = blob_read(blob, blob->size > TAIL ? blob->size - TAIL : 0, tail, TAIL);
    size_t length = got > 0 ? (size_t)got : 0;

    if (package->full)
        return;
    if (is_format(reading->archive, ARCHIVE_FORMAT_ZIP) && !has_zip_end(tail, length))
        package_unknown(package, reading->name,
                        "truncated: the zip's end of central directory is missing");
    if (is_format(reading->archive, ARCHIVE_FORMAT_TAR) && reading->unxz == NULL &&
        archive_filter_count(reading->archive) == 1 &&
        (length < 512 || tail[length - 512] != '\0' ||
         memcmp(tail + length - 512, tail + length - 511, 511) != 0))
        package_unknown(package, reading->name, "truncated: the tar's last block is missing");
    if (reading->debian && !reading->data)
        package_unknown(package, reading->name, "truncated: the deb's data.tar is missing");
}

/* The path in an installed system of a path in a package. */
static const char *path_in_root(const struct reading *reading, const char *path)
{
    return reading->rooted && *reading->prefix != '\0' ? path + strlen(reading->prefix) : NULL;
}

static void alias(struct reading *reading, const char *path)
{
    struct surface_builder *builder = reading->package->builder;
    const char *installed = path_in_root(reading, path);
    const struct surface_path *found;
    uint32_t row;

    if (installed == NULL || *installed != '/' ||
        surface_builder_find_path(builder, installed, strlen(installed)) != SURFACE_NONE)
        return;
    row = surface_builder_find_path(builder, path, strlen(path));
    if (row == SURFACE_NONE)
        return;
    found = surface_builder_at(builder, TABLE_PATHS, row);
    surface_builder_path(builder, installed, found->kind, found->value);
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

static void take_capabilities(struct package *package, struct archive_entry *entry,
                              const char *path)
{
    const char *name;
    const void *value;
    size_t size;

    archive_entry_xattr_reset(entry);
    while (archive_entry_xattr_next(entry, &name, &value, &size) == ARCHIVE_OK)
        if (text_equal(name, CAPABILITIES_ATTRIBUTE))
            capabilities_take(package, path, value, size);
}

static void take_file(struct reading *reading, struct archive_entry *entry, const char *path)
{
    struct place place = {.path = path,
                          .mode = archive_entry_perm(entry),
                          .depth = reading->place->depth + 1,
                          .density = reading->place->density};
    struct source source = {
        .read = read_entry, .packed = entry_packed, .said = entry_said, .context = reading};

    take_capabilities(reading->package, entry, path);
    reading->package->handlers->take(reading->package, &place, &source);
}

/* dpkg reads every format 2.x; another one is noted as "debian-binary=3.0". */
static void take_deb_version(struct reading *reading, const char *path)
{
    _cleanup_(spool_done) struct spool spool = SPOOL_INIT;
    struct place place = {.path = path, .depth = reading->place->depth + 1};
    char text[256] = "";
    la_ssize_t got = archive_read_data(reading->archive, text, sizeof(text) - 1);
    struct blob blob;

    if (got <= 0 || spool_add(&spool, text, (size_t)got, NULL) < 0)
        return;
    blob = spool_blob(&spool);
    reading->package->handlers->take_blob(reading->package, &place, &blob);
    if (strncmp(text, "2.", 2) != 0)
        buffer_format(&reading->deb, "debian-binary=%.*s ", (int)strcspn(text, " \n"), text);
}

/* What dpkg finds before the two archives; it skips names that begin with "_", and stops reading at
 * the data. */
static void note_deb_member(struct reading *reading, const char *name)
{
    if (name[0] != '_' && !reading->data)
        buffer_format(&reading->deb, "%s ", name);
}

/* The two archives in a deb: their files are those of the deb. */
static void take_deb_member(struct reading *reading, const char *member)
{
    _cleanup_(spool_done) struct spool spool = SPOOL_INIT;
    _cleanup_error_ struct error *problem = NULL;
    _cleanup_free_ char *chunk = text_alloc(65536);
    struct place place = *reading->place;
    struct blob blob;
    la_ssize_t got;
    int code = 0;

    while (code == 0 && (got = archive_read_data(reading->archive, chunk, 65536)) > 0) {
        if (!contents_count(reading->package, (uint64_t)got))
            return;
        code = spool_add(&spool, chunk, (size_t)got, &problem);
    }
    if (code < 0)
        package_unknown(reading->package, reading->name, "it was not read: %s",
                        error_message(problem));
    else if (got < 0)
        package_unknown(reading->package, member, "truncated or damaged: %s",
                        unpack_error_text(reading->archive));
    if (code < 0)
        return;
    place.deb = text_starts(path_base(member), "control.tar") ? "/DEBIAN" : "";
    blob = spool_blob(&spool);
    archive_take(reading->package, &place, &blob, false);
}

/* "app.gz" contains "app"; a ".tgz" that is not a tar contains its name without the suffix. */
static const char *raw_name(struct reading *reading)
{
    const char *base = path_base(reading->place->path), *dot = strrchr(base, '.');

    free(reading->raw);
    reading->raw = text_ndup(base, dot != NULL && dot > base ? (size_t)(dot - base) : strlen(base));
    return reading->raw;
}

/* ar and cpio store a mode whose type may be missing: a file, as for the tools. */
static bool is_regular(const struct reading *reading, struct archive_entry *entry)
{
    unsigned type = archive_entry_filetype(entry);

    return type == AE_IFREG || type == 0 || is_format(reading->archive, ARCHIVE_FORMAT_RAW);
}

/* A container image is recognised by its manifest, which may come last. */
static bool take_member(struct reading *reading, struct archive_entry *entry, const char *path)
{
    struct image_member *member;
    _cleanup_error_ struct error *problem = NULL;
    _cleanup_free_ char *chunk = NULL;
    la_ssize_t got = 0;
    int code = 0;

    if (archive_entry_filetype(entry) != AE_IFREG && archive_entry_filetype(entry) != AE_IFLNK)
        return false;
    member = vec_add(&reading->members);
    member->name = text_dup(path + strlen(reading->prefix) + 1);
    member->link = text_dup(archive_entry_symlink(entry));
    member->mode = archive_entry_perm(entry);
    member->spool = (struct spool)SPOOL_INIT;
    chunk = text_alloc(65536);
    while (code == 0 && member->link == NULL &&
           (got = archive_read_data(reading->archive, chunk, 65536)) > 0 &&
           contents_count(reading->package, (uint64_t)got))
        code = spool_add(&member->spool, chunk, (size_t)got, &problem);
    if (code < 0)
        package_unknown(reading->package, path, "it was not read: %s", error_message(problem));
    else if (got < 0)
        package_unknown(reading->package, path, "truncated or damaged: %s",
                        unpack_error_text(reading->archive));
    return true;
}

static void take_members(struct reading *reading)
{
    struct package *package = reading->package;

    if (package->full || image_take(package, reading->place, &reading->members))
        return;
    vec_foreach (member, &reading->members) {
        _cleanup_free_ char *path = text_format("%s/%s", reading->prefix, member->name);
        struct place place = {.path = path,
                              .mode = member->mode,
                              .depth = reading->place->depth + 1,
                              .density = reading->place->density};
        struct blob blob = spool_blob(&member->spool);

        if (member->link != NULL)
            package_take_link(package, path, member->link);
        else
            package->handlers->take_blob(package, &place, &blob);
    }
}

static void take_entry(struct reading *reading, struct archive_entry *entry)
{
    struct package *package = reading->package;
    const char *name = archive_entry_pathname(entry), *hard = archive_entry_hardlink(entry);
    const char *link = archive_entry_symlink(entry);
    bool debian = is_format(reading->archive, ARCHIVE_FORMAT_AR);
    char path[4096];

    /* A single compressed file has no name of its own. */
    if (is_format(reading->archive, ARCHIVE_FORMAT_RAW))
        name = raw_name(reading);
    if (name == NULL || !unpack_path(reading->prefix, name, path)) {
        if (name == NULL || strcmp(name, ".") != 0)
            if (name == NULL || strspn(name, "./") != strlen(name) || strstr(name, "..") != NULL)
                package_unknown(package, name != NULL ? name : package->name,
                                "a name that is too long or outside the archive's root; the entry "
                                "was not read");
        return;
    }
    if (reading->first && strcmp(name, "./") != 0) {
        reading->first = false;
        reading->image = is_format(reading->archive, ARCHIVE_FORMAT_TAR) && image_may_begin(name);
    }
    if (reading->image && hard == NULL && reading->members.count < MEMBERS_MAX &&
        take_member(reading, entry, path))
        return;
    if (hard != NULL) {
        take_hard_link(package, path, reading->prefix, hard);
    } else if (archive_entry_filetype(entry) == AE_IFLNK && link != NULL) {
        package_take_link(package, path, link);
    } else if (archive_entry_filetype(entry) == AE_IFDIR) {
        package_take_folder(package, path);
    } else if (is_regular(reading, entry)) {
        if (debian && strcmp(name, "debian-binary") == 0) {
            reading->debian = true;
            take_deb_version(reading, path);
            return;
        }
        if (reading->debian)
            note_deb_member(reading, name);
        reading->data |= debian && text_starts(name, "data.tar");
        if (debian && (text_starts(name, "data.tar") || text_starts(name, "control.tar"))) {
            take_deb_member(reading, path);
            return;
        }
        take_file(reading, entry, path);
    }
    alias(reading, path);
}

static void read_all(struct reading *reading)
{
    struct package *package = reading->package;
    struct archive_entry *entry;
    size_t here = 0;
    int got;

    while (!package->full &&
           (got = archive_read_next_header(reading->archive, &entry)) != ARCHIVE_EOF) {
        const char *name;

        if (got < ARCHIVE_WARN) {
            if (here == 0)
                package_unknown(package, reading->name, "not a readable package: %s",
                                unpack_error_text(reading->archive));
            else
                package_unknown(package, reading->name, "truncated or damaged after entry %zu: %s",
                                here, unpack_error_text(reading->archive));
            return;
        }
        here++;
        name = archive_entry_pathname(entry);
        if (!package_count(package, name != NULL ? name : "", archive_entry_symlink(entry))) {
            package->full = true;
            return;
        }
        if (archive_entry_is_encrypted(entry) > 0) {
            package_unknown(package, reading->name,
                            "encrypted: unpack it with its password and check the folder");
            return;
        }
        take_entry(reading, entry);
    }
}

/* dpkg chooses the decompressor by these names. */
static void note_deb_members(struct reading *reading, uint32_t before)
{
    struct surface_builder *builder = reading->package->builder;
    uint32_t count = (uint32_t)surface_builder_count(builder, TABLE_PACKAGES);
    struct surface_package *row;

    if (count == before || reading->deb.length == 0)
        return;
    row = (struct surface_package *)surface_builder_at(builder, TABLE_PACKAGES, count - 1);
    row->payload = surface_builder_string(builder, reading->deb.data);
}

/* Scripts and relations of an rpm are in its header, not in its files. */
static void take_rpm_header(struct package *package, const struct blob *blob, const char *prefix)
{
    uint64_t size = blob->size < RPM_HEAD ? blob->size : RPM_HEAD;
    _cleanup_free_ char *head = text_calloc(size + 1, 1);
    ssize_t got = blob_read(blob, 0, head, size);

    if (got > 0)
        package_take_rpm(package, prefix, head, (size_t)got);
}

static void support(struct archive *archive, bool packed)
{
    archive_read_support_filter_all(archive);
    archive_read_support_format_tar(archive);
    archive_read_support_format_cpio(archive);
    archive_read_support_format_zip(archive);
    archive_read_support_format_ar(archive);
    archive_read_support_format_7zip(archive);
    archive_read_support_format_iso9660(archive);
    archive_read_support_format_cab(archive);
    archive_read_support_format_xar(archive);
    if (packed)
        archive_read_support_format_raw(archive);
}

static bool begins_with(const struct blob *blob, const char *magic)
{
    char head[24] = "";

    return blob_read(blob, 0, head, strlen(magic)) == (ssize_t)strlen(magic) &&
           memcmp(head, magic, strlen(magic)) == 0;
}

void archive_take(struct package *package, const struct place *place, const struct blob *blob,
                  bool packed)
{
    _cleanup_free_ struct blob_cursor *cursor = text_calloc(1, sizeof(*cursor));
    bool rpm = begins_with(blob, "\xed\xab\xee\xdb"),
         rooted = rpm || begins_with(blob, "!<arch>\n");
    const char *given = !rooted && package->prefix != NULL ? package->prefix : "";
    _cleanup_free_ char *prefix = place->input ? text_dup(given) : text_format("%s!", place->path);
    struct reading reading = {
        .package = package, .place = place, .archive = unpack_new(), .prefix = prefix};
    uint32_t packages = (uint32_t)surface_builder_count(package->builder, TABLE_PACKAGES);

    reading.first = true;
    reading.name = place->input ? package->name : place->path;
    reading.rooted = rooted;
    if (place->deb != NULL) {
        char *below = text_format("%s%s", prefix, place->deb);

        free(prefix);
        reading.prefix = prefix = below;
        reading.rooted = *place->deb == '\0';
    }
    package->census.archives++;
    support(reading.archive, packed);
    if (!package->unxz_runs)
        reading.unxz = cursor->unxz = unxz_open(blob);
    package->unxz_runs |= reading.unxz != NULL;
    if (blob_open_archive(reading.archive, blob, cursor) != ARCHIVE_OK)
        package_unknown(package, reading.name, "not a readable package: %s",
                        unpack_error_text(reading.archive));
    else
        read_all(&reading);
    if (reading.image)
        take_members(&reading);
    image_members_done(&reading.members);
    check_end(&reading, blob);
    archive_read_free(reading.archive);
    if (reading.unxz != NULL) {
        unxz_close(reading.unxz);
        package->unxz_runs = false;
    }
    note_deb_members(&reading, packages);
    buffer_done(&reading.deb);
    free(reading.raw);
    if (rpm)
        take_rpm_header(package, blob, prefix);
}
