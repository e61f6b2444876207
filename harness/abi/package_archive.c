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

#include "abi/package.h"
#include "abi/rpm_header.h"
#include "abi/unpack.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"

#define HEAD 4096
#define RPM_HEAD (16 << 20) /* bytes within which an rpm's headers end */

struct reading {
    struct package *package;
    struct archive *archive;
    const char *prefix; /* before each path: "" or the path of the archive inside */
    int depth;          /* 0: the package itself */
    bool stop;          /* a bound was passed; said already */
    char chunk[65536];  /* for whoever reads through this one */
};

static int read_all(struct reading *reading);

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

static void take_file(struct reading *reading, struct archive_entry *entry, const char *path)
{
    _cleanup_buffer_ struct buffer data = {0};
    bool wanted = true;
    la_ssize_t got;

    buffer_add(&data, "", 0);
    while ((got = archive_read_data(reading->archive, reading->chunk, sizeof(reading->chunk))) >
           0) {
        if (!within_bounds(reading, (size_t)got))
            return;
        if (!wanted)
            continue;
        if (data.length + (size_t)got > PACKAGE_FILE_MAX) {
            package_unknown(reading->package, path, "longer than %llu bytes: unread",
                            (unsigned long long)PACKAGE_FILE_MAX);
            wanted = false;
            continue;
        }
        buffer_add(&data, reading->chunk, (size_t)got);
        if (data.length >= HEAD)
            wanted = package_wants(path, data.data, data.length);
    }
    if (got < 0) {
        package_unknown(reading->package, path, "cut off or damaged: %s",
                        unpack_said(reading->archive));
        return;
    }
    package_take(reading->package, path, archive_entry_perm(entry), data.data,
                 wanted ? data.length : 0);
}

static la_ssize_t read_through(struct archive *inner, void *context, const void **ret)
{
    struct reading *outer = context;
    la_ssize_t got = archive_read_data(outer->archive, outer->chunk, sizeof(outer->chunk));

    if (got < 0)
        archive_set_error(inner, EIO, "%s", unpack_said(outer->archive));
    *ret = outer->chunk;
    return got;
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

    inner->package = outer->package;
    inner->prefix = prefix;
    inner->depth = depth;
    inner->archive = archive_read_new();
    support(inner->archive);
    if (archive_read_open(inner->archive, outer, NULL, read_through, NULL) != ARCHIVE_OK)
        package_unknown(outer->package, path, "an archive inside that cannot be read: %s",
                        unpack_said(inner->archive));
    else
        read_all(inner);
    outer->stop |= inner->stop;
    archive_read_free(inner->archive);
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
    bool debian = archive_format(reading->archive) >= ARCHIVE_FORMAT_AR &&
                  archive_format(reading->archive) < ARCHIVE_FORMAT_AR + 16;
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

static int read_all(struct reading *reading)
{
    struct package *package = reading->package;
    struct archive_entry *entry;
    size_t here = 0;
    int got;

    while (!reading->stop &&
           (got = archive_read_next_header(reading->archive, &entry)) != ARCHIVE_EOF) {
        if (got < ARCHIVE_WARN) {
            if (here == 0 && reading->depth == 0 && reading->prefix[0] == '\0')
                return -EBADMSG;
            package_unknown(package, package->name, "cut off or damaged after entry %zu: %s", here,
                            unpack_said(reading->archive));
            return 0;
        }
        here++;
        if (++package->entries > PACKAGE_ENTRIES_MAX) {
            package_unknown(package, package->name, "more than %d entries: the rest is unread",
                            PACKAGE_ENTRIES_MAX);
            reading->stop = true;
            break;
        }
        take_entry(reading, entry);
    }
    return 0;
}

/* The scripts of an rpm stand in its header, not in its files. */
static void take_rpm_scripts(struct package *package, const char *path)
{
    static const struct {
        uint32_t tag;
        const char *name;
    } scripts[] = {{RPM_TAG_PREIN, "/RPM/prein"},
                   {RPM_TAG_POSTIN, "/RPM/postin"},
                   {RPM_TAG_PREUN, "/RPM/preun"},
                   {RPM_TAG_POSTUN, "/RPM/postun"}};
    _cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
    _cleanup_free_ char *head = text_calloc(RPM_HEAD, 1);
    struct rpm_header header;
    ssize_t got = fd >= 0 ? pread(fd, head, RPM_HEAD, 0) : -1;

    if (got <= 0 || rpm_header_open_package(&header, head, (size_t)got) < 0)
        return;
    for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++) {
        const char *text = rpm_header_text(&header, scripts[i].tag);
        struct package_text *row;

        if (text == NULL)
            continue;
        row = vec_add(&package->scripts);
        row->path = text_dup(scripts[i].name);
        row->text = text_dup(text);
    }
}

int package_read_archive(struct package *package, const char *path, struct error **err)
{
    struct reading *reading = text_calloc(1, sizeof(*reading));
    int code = 0;

    reading->package = package;
    reading->prefix = "";
    reading->archive = archive_read_new();
    support(reading->archive);
    if (archive_read_open_filename(reading->archive, path, 1 << 16) != ARCHIVE_OK ||
        read_all(reading) < 0)
        code = error_set(err, -EBADMSG,
                         "'%s' is no package that can be read (%s): give an rpm, deb, tar, zip, "
                         "wheel, ELF file or folder",
                         path, unpack_said(reading->archive));
    else if (package->entries == 0)
        code = error_set(err, -EBADMSG, "'%s' is an archive with nothing in it", path);
    archive_read_free(reading->archive);
    free(reading);
    if (code == 0)
        take_rpm_scripts(package, path);
    return code;
}
