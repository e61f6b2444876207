/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/show_artifacts.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/log.h"
#include "base/path.h"
#include "base/translate.h"
#include "cli/output.h"
#include "judge/matrix.h"
#include "reports/case_files.h"
#include "store/evidence.h"

static int check_empty(const char *folder, struct error **err)
{
    DIR *list = opendir(folder);
    const struct dirent *entry;
    bool empty = true;

    if (list == NULL)
        return error_set(err, -errno, "cannot read the folder '%s': %s", folder,
                         english_error(errno));
    while ((entry = readdir(list)) != NULL)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            empty = false;
    closedir(list);
    return empty ? 0
                 : error_set(err, -EEXIST,
                             "--artifacts '%s': the folder is not empty; name a new one", folder);
}

/* Creates FOLDER/CASE/NAME, or NAME-2, NAME-3 …, which does not exist yet. */
static int create(const char *folder, const char *name, char **ret_path, struct error **err)
{
    for (unsigned count = 1; count < 10000; count++) {
        _cleanup_free_ char *path = count == 1 ? text_format("%s/%s", folder, name)
                                               : text_format("%s/%s-%u", folder, name, count);
        int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);

        if (fd >= 0) {
            *ret_path = steal_ptr(path);
            return fd;
        }
        if (errno != EEXIST)
            return error_set(err, -errno, "cannot create '%s': %s", path, english_error(errno));
    }
    return error_set(err, -EEXIST, "'%s' has too many files named '%s'", folder, name);
}

static int write_file(const char *home, const struct evidence *blob, const char *folder,
                      unsigned *unread, struct error **err)
{
    _cleanup_free_ char *name = case_file_name(blob), *path = NULL;
    _cleanup_free_ char *place = text_format("%s/%s", folder, blob->case_id);
    _cleanup_buffer_ struct buffer data = {0}, line = {0};
    _cleanup_error_ struct error *why = NULL;
    _cleanup_close_ int fd = -1;
    size_t done = 0;
    int code;

    if (evidence_read_tail(home, blob->sha256, blob->size, SIZE_MAX, &data, NULL, &why) < 0) {
        log_warning("'%s' of case '%s' cannot be written: %s", blob->name, blob->case_id,
                    error_said(why));
        (*unread)++;
        return 0;
    }
    code = path_make_folders(place, false, err);
    if (code < 0)
        return code;
    fd = create(place, name, &path, err);
    if (fd < 0)
        return fd;
    while (done < data.length) {
        ssize_t put = write(fd, data.data + done, data.length - done);

        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return error_set(err, -errno, "cannot write '%s': %s", path, english_error(errno));
        done += (size_t)put;
    }
    buffer_printable(&line, path, strlen(path), false);
    buffer_format(&line, "  %llu bytes  ", (unsigned long long)blob->size);
    buffer_printable(&line, blob->name, strlen(blob->name), false);
    buffer_text(&line, "\n");
    output_write(line.data, line.length);
    return 0;
}

int show_artifacts(const char *home, const struct matrix_cell *cell, const char *case_id,
                   const char *folder, unsigned *ret_unread, struct error **err)
{
    const struct result *latest = matrix_cell_latest(cell);
    size_t count = 0;
    int code = path_make_folders(folder, false, err);

    if (code == 0)
        code = check_empty(folder, err);
    if (code < 0 || latest == NULL)
        return code;
    vec_foreach (blob, &latest->evidence) {
        if (!case_file_is(blob) || (case_id != NULL && !text_equal(blob->case_id, case_id)))
            continue;
        code = write_file(home, blob, folder, ret_unread, err);
        if (code < 0)
            return code;
        count++;
    }
    if (count == 0)
        log_line(LOG_INFO, "no case of the cell left a report or an artifact");
    return 0;
}
