/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the files of a report, within bounds. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"
#include "base/tree.h"
#include "reported/report.h"

struct reading {
    struct reported *report;
    size_t bytes, links;
};

static int add_file(struct reading *in, const char *name, const char *path, struct error **err)
{
    struct reported *report = in->report;
    struct reported_file *file;
    struct stat status;
    int code;

    if (stat(path, &status) < 0)
        return error_set_errno(err, -errno, "cannot read '%s'", path);
    if (!S_ISREG(status.st_mode))
        return error_set(err, -EINVAL, "'%s' is not a regular file", path);
    if (report->files.count >= REPORTED_FILES)
        return error_set(err, -EFBIG, "the report has more than %d files (last: '%s')",
                         REPORTED_FILES, name);
    file = vec_add(&report->files);
    file->name = text_dup(name);
    code = path_read(path, REPORTED_BYTES - in->bytes, &file->data, err);
    if (code == -EFBIG)
        return error_prefix(err, "the report has more than %d MiB", REPORTED_BYTES >> 20);
    if (code < 0)
        return code;
    in->bytes += file->data.length;
    digest_of_memory(file->data.data != NULL ? file->data.data : "", file->data.length,
                     file->sha256);
    if ((int64_t)status.st_mtim.tv_sec * 1000 > report->file_ms)
        report->file_ms = (int64_t)status.st_mtim.tv_sec * 1000;
    return 0;
}

static int visit(void *context, const struct tree_entry *entry, struct error **err)
{
    struct reading *in = context;

    if (entry->kind == TREE_FILE)
        return add_file(in, entry->name, entry->path, err);
    in->links += entry->kind != TREE_FOLDER;
    return 0;
}

int reported_read_files(const char *path, struct reported *report, struct error **err)
{
    struct reading in = {.report = report};
    int code;

    code = report->folder ? tree_walk(path, true, visit, &in, err)
                          : add_file(&in, path_base(path), path, err);
    if (code == 0 && report->files.count == 0)
        code = error_set(err, -EBADMSG, "'%s' contains no file", path);
    if (in.links > 0)
        reported_add_gap(report, "%zu links and special files of it were not read", in.links);
    return code;
}
