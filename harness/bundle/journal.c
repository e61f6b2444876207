/* SPDX-License-Identifier: Apache-2.0 */
/* The journal of an unfinished bundle: "SHA256 of the rest
 *
 * ", then the result's text. */
#include "bundle/bundle.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/json.h"
#include "base/path.h"
#include "base/text.h"
#include "bundle/result_json.h"
#include "bundle/writer.h"
#include "model/result.h"

enum { HEAD_BYTES = DIGEST_TEXT_SIZE }; /* the digest and a newline */

static int sync_before_note(struct bundle_writer *writer, struct error **err)
{
    int code = writer_sync_evidence(writer, err);

    return code == 0 && !writer->noted_durably ? path_sync(writer->partial, err) : code;
}

int bundle_note_result(struct bundle_writer *writer, const struct result *result, bool durable,
                       struct error **err)
{
    _cleanup_buffer_ struct buffer text = {0}, all = {0};
    _cleanup_free_ char *fresh = text_format("%s.new", writer->journal);
    _cleanup_free_ char *parent = path_join(writer->partial, "..");
    char sha256[DIGEST_TEXT_SIZE];
    int code = durable ? sync_before_note(writer, err) : 0;

    if (code < 0)
        return code;
    result_to_text(result, &text);
    digest_of_memory(text.data, text.length, sha256);
    buffer_format(&all, "%s\n", sha256);
    buffer_add(&all, text.data, text.length);
    code = writer_write_file(fresh, &all, durable, err);
    if (code < 0)
        return code;
    if (rename(fresh, writer->journal) < 0)
        return error_set_errno(err, -errno, "cannot write '%s'", writer->journal);
    writer->noted = true;
    if (!durable)
        return 0;
    writer->noted_durably = true;
    return path_sync(parent, err);
}

int bundle_note_running(struct bundle_writer *writer, const char *case_id, struct error **err)
{
    int fd;

    if (case_id == NULL)
        return unlink(writer->running) < 0 && errno != ENOENT
                   ? error_set_errno(err, -errno, "cannot remove '%s'", writer->running)
                   : 0;
    fd = open(writer->running, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (fd < 0 || write(fd, case_id, strlen(case_id)) != (ssize_t)strlen(case_id)) {
        int code = errno != 0 ? -errno : -EIO;

        if (fd >= 0)
            close(fd);
        return error_set_errno(err, code, "cannot write '%s'", writer->running);
    }
    close(fd);
    return 0;
}

static int bad(const char *path, const char *what, struct error **err)
{
    return error_set(err, -EBADMSG, "journal of bundle '%s' rejected: %s", path, what);
}

int bundle_read_journal(const char *path, struct result **ret_result, struct error **err)
{
    _cleanup_free_ char *journal = text_format("%s.journal", path);
    _cleanup_buffer_ struct buffer text = {0};
    _cleanup_json_ json_t *json = NULL;
    char sha256[DIGEST_TEXT_SIZE];
    int code = path_read(journal, HEAD_BYTES + BUNDLE_RESULT_LIMIT, &text, err);

    if (code < 0)
        return code;
    if (text.length <= HEAD_BYTES || text.data[HEAD_BYTES - 1] != '\n')
        return bad(path, "it is truncated", err);
    digest_of_memory(text.data + HEAD_BYTES, text.length - HEAD_BYTES, sha256);
    if (memcmp(text.data, sha256, HEAD_BYTES - 1) != 0)
        return bad(path, "its digest does not match", err);
    code = json_parse(text.data + HEAD_BYTES, text.length - HEAD_BYTES, journal, &json, err);
    return code < 0 ? code : result_from_json(json, journal, ret_result, err);
}

static bool is_known(const struct bundle_writer *writer, const char *sha256)
{
    vec_foreach (blob, &writer->blobs)
        if (strcmp(blob->sha256, sha256) == 0)
            return true;
    return false;
}

/* The blobs that the result refers to must be there with their sizes; whoever merges the bundle
 * hashes them. */
static int take_blobs(struct bundle_writer *writer, const struct result *result, struct error **err)
{
    vec_foreach (row, &result->evidence) {
        _cleanup_free_ char *path = bundle_evidence_path(writer->partial, row->sha256);
        struct stat st;
        struct blob *blob;

        if (is_known(writer, row->sha256))
            continue;
        if (lstat(path, &st) < 0 || !S_ISREG(st.st_mode) || (uint64_t)st.st_size != row->size)
            return bad(writer->path, "a piece of its evidence is missing or has another size", err);
        blob = vec_add(&writer->blobs);
        memcpy(blob->sha256, row->sha256, DIGEST_TEXT_SIZE);
        blob->size = row->size;
        writer->total += row->size;
    }
    return 0;
}

/* Removes blobs that were incomplete when the job died, which have no row. */
static int drop_unknown(const struct bundle_writer *writer, struct error **err)
{
    _cleanup_free_ char *folder = path_join(writer->partial, "evidence");
    _cleanup_free_ char *text = path_join(writer->partial, "result.json");
    _cleanup_free_ char *list = path_join(writer->partial, "digests");
    _cleanup_strv_ struct strv names = {0};
    int code = path_list(folder, &names, err);

    for (size_t i = 0; code == 0 && i < names.count; i++) {
        _cleanup_free_ char *path = path_join(folder, names.items[i]);

        if (!is_known(writer, names.items[i]))
            code = path_remove_tree(path, err);
    }
    if (code == 0)
        code = path_remove_tree(text, err);
    return code == 0 ? path_remove_tree(list, err) : code;
}

static char *read_running(const struct bundle_writer *writer, struct result *result)
{
    _cleanup_buffer_ struct buffer text = {0};

    if (path_read(writer->running, BOUND_LABEL, &text, NULL) < 0 || text.length == 0 ||
        result_find_case(result, text.data) == NULL)
        return NULL;
    return text_dup(text.data);
}

int bundle_take_over(const char *path, struct bundle_writer **ret_writer,
                     struct result **ret_result, char **ret_running, struct error **err)
{
    _cleanup_(bundle_writer_free_cleanup) struct bundle_writer *writer =
        text_calloc(1, sizeof(*writer));
    _cleanup_(result_free_cleanup) struct result *result = NULL;
    int code;

    writer_name_parts(writer, path);
    writer->noted = true; /* after a failure, nothing is removed */
    code = bundle_read_journal(path, &result, err);
    if (code == 0)
        code = take_blobs(writer, result, err);
    if (code == 0)
        code = drop_unknown(writer, err);
    if (code < 0)
        return code;
    *ret_running = read_running(writer, result);
    *ret_result = steal_ptr(result);
    *ret_writer = steal_ptr(writer);
    return 0;
}
