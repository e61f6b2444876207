/* SPDX-License-Identifier: Apache-2.0 */
/* Writes the files of a product into a folder, under numbers: their names are untrusted. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "abi/package/listen.h"
#include "abi/package/package.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"
#include "base/translate.h"
#include "virus/parts.h"

struct unpacking {
    struct package_listener listener; /* first: it is what is passed around */
    struct unpacked *to;
    struct virus_report *report;
    char *input; /* path of the input, or NULL for a folder; see listen_path */
};

struct writing {
    struct unpacking *all;
    size_t index;
    uint64_t size;
    int fd, error; /* errno of the first failure, or 0 */
};

static void add_open(struct virus_report *report, const char *path, const char *reason)
{
    strv_take(&report->open, text_format("not examined: %s: %s", path, reason));
}

static char *file_path(const struct unpacked *unpacked, size_t index)
{
    return text_format("%s/%zu", unpacked->work, index);
}

static void *begin(struct package_listener *listener, const char *path, bool input)
{
    struct unpacking *all = (struct unpacking *)listener;
    struct writing *file = text_calloc(1, sizeof(*file));
    _cleanup_free_ char *host = file_path(all->to, all->to->paths.count);

    (void)input;
    file->all = all;
    file->index = all->to->paths.count;
    strv_take(&all->to->paths, listen_path(all->input, path));
    file->fd = open(host, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file->fd < 0)
        file->error = errno;
    return file;
}

static void take(void *context, const void *data, size_t size)
{
    struct writing *file = context;

    file->size += size;
    for (const char *at = data; file->error == 0 && size > 0;) {
        ssize_t got = write(file->fd, at, size);

        if (got < 0 && errno != EINTR)
            file->error = errno;
        at += got > 0 ? got : 0;
        size -= got > 0 ? (size_t)got : 0;
    }
}

static void end(struct package_listener *listener, void *context, bool whole)
{
    struct writing *file = context;
    struct unpacking *all = (struct unpacking *)listener;
    const char *path = all->to->paths.items[file->index];

    if (file->fd >= 0)
        close(file->fd);
    if (file->error != 0)
        add_open(all->report, path, english_error(file->error));
    else if (!whole)
        add_open(all->report, path, "not all of it could be read");
    all->to->empty += file->size == 0;
    free(file);
}

int virus_unpack(struct unpacked *unpacked, const char *input, const struct strv *without,
                 struct virus_report *report, struct error **err)
{
    _cleanup_free_ char *name = path_is_folder(input) ? NULL : text_format("/%s", path_base(input));
    struct unpacking unpacking = {{begin, take, end}, unpacked, report, name};
    _cleanup_(package_free_cleanup) struct package *package = NULL;
    int code = package_read_listened(input, without, NULL, &unpacking.listener, &package, err);

    if (code < 0)
        return code;
    vec_foreach (finding, &package->findings.rows) {
        _cleanup_free_ char *path = listen_path(name, finding->file != NULL ? finding->file : "");

        add_open(report, path, finding->found != NULL ? finding->found : finding_name(finding));
    }
    if (package->findings.cut)
        add_open(report, path_base(input), "there is more that cannot be read");
    return 0;
}
