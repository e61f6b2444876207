/* SPDX-License-Identifier: Apache-2.0 */
/* Folders of rpm files, and package lists of Debian archives, as a surface that holds packages. */
#include "abi/surface/repository.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <string.h>
#include <unistd.h>

#include "abi/archive/rpm_header.h"
#include "abi/archive/unpack.h"
#include "abi/surface/build.h"
#include "abi/surface/packages.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"
#include "base/text.h"

#define HEADER_FIRST (1 << 20) /* bytes of an rpm that nearly always hold its header */
#define HEADER_MAX (64 << 20)
#define LIST_MAX (512 << 20)

struct reading {
    struct surface_builder *builder;
    size_t packages;
};

static int read_rpm(struct reading *reading, const char *path, struct error **err)
{
    struct rpm_header header;

    for (size_t size = HEADER_FIRST; size <= HEADER_MAX; size *= 8) {
        _cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
        _cleanup_free_ char *head = text_calloc(size, 1);
        ssize_t got = fd < 0 ? -1 : pread(fd, head, size, 0);

        if (got < 0)
            return error_set_errno(err, -errno, "cannot read '%s'", path);
        if (rpm_header_open_package(&header, head, (size_t)got) == 0) {
            reading->packages += packages_add_rpm(reading->builder, &header) != SURFACE_NONE;
            return 0;
        }
        if ((size_t)got < size)
            break;
    }
    return error_set(err, -EBADMSG, "'%s' is not an rpm, or is truncated", path);
}

/* "Packages", as dpkg-scanpackages and apt-ftparchive write it, plain or compressed. */
static int read_list(struct reading *reading, const char *path, struct error **err)
{
    _cleanup_buffer_ struct buffer packed = {0}, text = {0};
    int code = path_read(path, LIST_MAX, &packed, err);

    if (code == 0)
        code = unpack_text(packed.data, packed.length, LIST_MAX, path, &text, err);
    if (code < 0)
        return code;
    buffer_add(&text, "", 0);
    reading->packages += packages_add_deb(reading->builder, text.data);
    return 0;
}

static bool is_list(const char *name)
{
    return text_equal(name, "Packages") || text_equal(name, "Packages.gz") ||
           text_equal(name, "Packages.xz") || text_equal(name, "Packages.zst") ||
           text_equal(name, "Packages.bz2");
}

static int read_folder(struct reading *reading, const char *folder, struct error **err)
{
    char *roots[] = {(char *)folder, NULL};
    FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    size_t before = reading->packages;
    FTSENT *entry;
    int code = 0;

    if (tree == NULL)
        return error_set_errno(err, -errno, "cannot open folder '%s'", folder);
    while (code == 0 && (entry = fts_read(tree)) != NULL) {
        if (entry->fts_info == FTS_DNR || entry->fts_info == FTS_NS || entry->fts_info == FTS_ERR)
            code = error_set_errno(err, -entry->fts_errno, "cannot read '%s'", entry->fts_path);
        else if (entry->fts_info == FTS_F && text_ends(entry->fts_name, ".rpm"))
            code = read_rpm(reading, entry->fts_path, err);
        else if (entry->fts_info == FTS_F && is_list(entry->fts_name))
            code = read_list(reading, entry->fts_path, err);
    }
    fts_close(tree);
    if (code == 0 && reading->packages == before)
        code = error_set(err, -ENOENT,
                         "'%s' contains no .rpm file and no Packages index; create one with "
                         "'dpkg-scanpackages'",
                         folder);
    return code;
}

int repository_open(const struct strv *folders, struct surface **ret_surface, struct error **err)
{
    struct reading reading = {surface_builder_new(), 0};
    int code = 0;

    for (size_t i = 0; code == 0 && i < folders->count; i++)
        code = read_folder(&reading, folders->items[i], err);
    if (code == 0)
        code = surface_builder_open(reading.builder, "repositories", ret_surface, err);
    surface_builder_free(reading.builder);
    return code;
}
