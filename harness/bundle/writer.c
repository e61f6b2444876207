/* SPDX-License-Identifier: Apache-2.0 */
/* Writes a bundle: blobs by digest into PATH.partial, then the list of digests, then one rename. */
#include "bundle/bundle.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/path.h"
#include "bundle/result_json.h"
#include "bundle/writer.h"
#include "model/result.h"

void writer_name_parts(struct bundle_writer *writer, const char *path)
{
    writer->path = text_dup(path);
    writer->partial = text_format("%s.partial", path);
    writer->fresh = path_join(writer->partial, "evidence/.new");
    writer->journal = text_format("%s.journal", path);
    writer->running = text_format("%s.running", path);
}

int bundle_remove_unfinished(const char *path, struct error **err)
{
    static const char *const endings[] = {".journal", ".journal.new", ".running", ".partial"};
    int code = 0;

    for (size_t i = 0; code == 0 && i < sizeof(endings) / sizeof(endings[0]); i++) {
        _cleanup_free_ char *part = text_format("%s%s", path, endings[i]);

        code = path_remove_tree(part, err);
    }
    return code;
}

int bundle_writer_new(const char *path, struct bundle_writer **ret_writer, struct error **err)
{
    _cleanup_(bundle_writer_free_cleanup) struct bundle_writer *writer =
        text_calloc(1, sizeof(*writer));
    _cleanup_free_ char *evidence = NULL;
    struct stat st;
    int code;

    if (lstat(path, &st) == 0) {
        writer->finished = true; /* nothing of ours to remove */
        return error_set(err, -EEXIST, "bundle '%s' already exists and is never overwritten", path);
    }
    writer_name_parts(writer, path);
    evidence = path_join(writer->partial, "evidence");
    code = bundle_remove_unfinished(path, err);
    if (code == 0)
        code = path_make_folders(evidence, false, err);
    if (code == 0)
        *ret_writer = steal_ptr(writer);
    return code;
}

void bundle_writer_free(struct bundle_writer *writer)
{
    if (writer == NULL)
        return;
    if (!writer->finished && !writer->noted && writer->path != NULL)
        bundle_remove_unfinished(writer->path, NULL);
    vec_done(&writer->blobs);
    free(writer->fresh);
    free(writer->journal);
    free(writer->running);
    free(writer->partial);
    free(writer->path);
    free(writer);
}

static int write_all(int fd, const char *data, size_t length, const char *path, struct error **err)
{
    while (length > 0) {
        ssize_t put = write(fd, data, length);

        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return error_set_errno(err, -errno, "cannot write '%s'", path);
        data += put;
        length -= (size_t)put;
    }
    return 0;
}

static struct blob *find_blob(const struct bundle_writer *writer, const char *sha256)
{
    vec_foreach (blob, &writer->blobs) {
        if (strcmp(blob->sha256, sha256) == 0)
            return blob;
    }
    return NULL;
}

/* Renames the new blob to its digest, or removes it if the same bytes are already stored. */
static int commit_blob(struct bundle_writer *writer, const char *sha256, uint64_t size,
                       struct error **err)
{
    _cleanup_free_ char *path = bundle_evidence_path(writer->partial, sha256);
    struct blob *blob;

    if (find_blob(writer, sha256) != NULL) {
        unlink(writer->fresh);
        return 0;
    }
    if (rename(writer->fresh, path) < 0)
        return error_set_errno(err, -errno, "cannot write '%s'", path);
    blob = vec_add(&writer->blobs);
    memcpy(blob->sha256, sha256, DIGEST_TEXT_SIZE);
    blob->size = size;
    writer->total += size;
    return 0;
}

/* The source of a blob's bytes: memory, or a file descriptor. */
struct source {
    const char *data;
    size_t length;
    int fd; /* used when data is NULL */
    const char *name;
    const char *sha256; /* of all the data; NULL: unknown */
};

static int next_bytes(struct source *from, char *chunk, size_t size, size_t *ret_got,
                      struct error **err)
{
    ssize_t got;

    if (from->data != NULL) {
        *ret_got = from->length < size ? from->length : size;
        memcpy(chunk, from->data, *ret_got);
        from->data += *ret_got;
        from->length -= *ret_got;
        return 0;
    }
    do
        got = read(from->fd, chunk, size);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return error_set_errno(err, -errno, "cannot read '%s'", from->name);
    *ret_got = (size_t)got;
    return 0;
}

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* Bytes available for another piece of evidence; evidence of the whole job has a reserve. */
static uint64_t room_for(const struct bundle_writer *writer, const char *case_id)
{
    uint64_t all = BUNDLE_EVIDENCE_LIMIT - (case_id != NULL ? BOUND_JOB_EVIDENCE_BYTES : 0);

    return writer->total < all ? all - writer->total : 0;
}

static size_t pieces_for(const char *case_id)
{
    return BUNDLE_EVIDENCE_COUNT - (case_id != NULL ? BOUND_JOB_EVIDENCE_COUNT : 0);
}

static int add_evidence(struct bundle_writer *writer, struct result *result, const char *case_id,
                        const char *name, struct source *from, uint64_t limit, struct error **err)
{
    _cleanup_close_ int fd = open(writer->fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    _cleanup_(digest_free_cleanup) struct digest *digest = digest_new();
    char chunk[BUNDLE_CHUNK];
    char sha256[DIGEST_TEXT_SIZE];
    bool truncated = false, short_of, known;
    struct evidence *row;
    uint64_t size = 0, room = room_for(writer, case_id);
    int code;

    if (fd < 0)
        return error_set_errno(err, -errno, "cannot write '%s'", writer->fresh);
    if (result->evidence.count >= pieces_for(case_id)) {
        result->use.cut_evidence++;
        return error_set(err, -EFBIG, "bundle '%s' has reached its limit of %zu pieces of evidence",
                         writer->path, result->evidence.count);
    }
    limit = least(limit, BUNDLE_BLOB_LIMIT);
    short_of = room < limit;
    limit = least(limit, room);
    known = from->sha256 != NULL && from->length <= limit;
    for (;;) {
        size_t got = 0, keep;

        code = next_bytes(from, chunk, sizeof(chunk), &got, err);
        if (code < 0)
            return code;
        keep = (size_t)least(got, limit - size);
        code = write_all(fd, chunk, keep, writer->fresh, err);
        if (code < 0)
            return code;
        if (!known)
            digest_add(digest, chunk, keep);
        size += keep;
        truncated = keep < got;
        if (got == 0 || truncated)
            break;
    }
    if (truncated && short_of)
        result->use.cut_evidence++;
    if (truncated && short_of && size == 0)
        return error_set(err, -EFBIG, "bundle '%s' has reached its size limit for evidence",
                         writer->path);
    if (known)
        memcpy(sha256, from->sha256, DIGEST_TEXT_SIZE);
    else
        digest_text(digest, sha256);
    code = commit_blob(writer, sha256, size, err);
    if (code < 0)
        return code;
    row = vec_add(&result->evidence);
    row->name = text_dup(name);
    row->case_id = text_dup(case_id);
    memcpy(row->sha256, sha256, DIGEST_TEXT_SIZE);
    row->size = size;
    row->truncated = truncated;
    return 0;
}

int bundle_add_evidence_memory(struct bundle_writer *writer, struct result *result,
                               const char *case_id, const char *name, const void *data,
                               size_t length, uint64_t limit, struct error **err)
{
    struct source from = {data != NULL ? data : "", data != NULL ? length : 0, -1, name, NULL};

    return add_evidence(writer, result, case_id, name, &from, limit, err);
}

int bundle_add_evidence_hashed(struct bundle_writer *writer, struct result *result,
                               const char *case_id, const char *name, const struct buffer *data,
                               const char *sha256, uint64_t limit, struct error **err)
{
    struct source from = {data->data != NULL ? data->data : "", data->length, -1, name, sha256};

    return add_evidence(writer, result, case_id, name, &from, limit, err);
}

int bundle_add_evidence_file(struct bundle_writer *writer, struct result *result,
                             const char *case_id, const char *name, const char *path,
                             uint64_t limit, struct error **err)
{
    /* O_NONBLOCK, so that a pipe without a writer does not block us. */
    _cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    struct source from = {NULL, 0, fd, path, NULL};
    struct stat st;

    if (fd < 0)
        return error_set_errno(err, -errno, "cannot open '%s' to add it as evidence", path);
    if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
        return error_set(err, -EINVAL, "'%s' is not a regular file: it is not added as evidence",
                         path);
    return add_evidence(writer, result, case_id, name, &from, limit, err);
}

/* Runs the reader's own checks, so that a finished bundle is accepted. */
static int check_result(const struct bundle_writer *writer, const struct result *result,
                        const struct buffer *text, struct error **err)
{
    _cleanup_json_ json_t *json = NULL;
    _cleanup_(result_free_cleanup) struct result *same = NULL;
    int code = text->length > BUNDLE_RESULT_LIMIT
                   ? error_set(err, -EINVAL, "the result has %zu bytes, at most %d are allowed",
                               text->length, BUNDLE_RESULT_LIMIT)
                   : json_parse(text->data, text->length, "result.json", &json, err);

    if (code == 0)
        code = result_from_json(json, "result.json", &same, err);
    if (code < 0 && err != NULL && *err != NULL)
        (*err)->code = -EINVAL;
    if (code < 0) {
        error_prefix(err, "bundle '%s' was not written", writer->path);
        return -EINVAL;
    }
    vec_foreach (row, &result->evidence) {
        const struct blob *blob = find_blob(writer, row->sha256);

        if (blob == NULL || blob->size != row->size)
            return error_set(
                err, -EINVAL,
                "bundle '%s' was not written: evidence '%s' (%s) was never added to it",
                writer->path, row->name, row->sha256);
    }
    return 0;
}

int writer_write_file(const char *path, const struct buffer *data, bool durable, struct error **err)
{
    _cleanup_close_ int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    int code;

    if (fd < 0)
        return error_set_errno(err, -errno, "cannot write '%s'", path);
    code = write_all(fd, data->data, data->length, path, err);
    if (code == 0 && durable && fsync(fd) < 0)
        code = error_set_errno(err, -errno, "cannot fsync '%s'", path);
    return code;
}

static int compare_blobs(const void *a, const void *b)
{
    return strcmp(((const struct blob *)a)->sha256, ((const struct blob *)b)->sha256);
}

static void list_digests(struct bundle_writer *writer, const struct buffer *text,
                         struct buffer *ret_list)
{
    char sha256[DIGEST_TEXT_SIZE];

    if (writer->blobs.count > 1)
        qsort(writer->blobs.items, writer->blobs.count, sizeof(struct blob), compare_blobs);
    vec_foreach (blob, &writer->blobs)
        buffer_format(ret_list, "%s %llu evidence/%s\n", blob->sha256,
                      (unsigned long long)blob->size, blob->sha256);
    digest_of_memory(text->data, text->length, sha256);
    buffer_format(ret_list, "%s %zu result.json\n", sha256, text->length);
}

/* Blobs that were synced before are skipped. */
int writer_sync_evidence(struct bundle_writer *writer, struct error **err)
{
    _cleanup_free_ char *folder = path_join(writer->partial, "evidence");
    int code;

    if (writer->synced == writer->blobs.count)
        return 0;
    for (size_t i = writer->synced; i < writer->blobs.count; i++) {
        _cleanup_free_ char *path =
            bundle_evidence_path(writer->partial, writer->blobs.items[i].sha256);

        code = path_sync(path, err);
        if (code < 0)
            return code;
    }
    code = path_sync(folder, err);
    if (code == 0)
        writer->synced = writer->blobs.count;
    return code;
}

int bundle_finish(struct bundle_writer *writer, const struct result *result, struct error **err)
{
    _cleanup_buffer_ struct buffer text = {0}, list = {0};
    _cleanup_free_ char *text_path = path_join(writer->partial, "result.json");
    _cleanup_free_ char *list_path = path_join(writer->partial, "digests");
    _cleanup_free_ char *parent = NULL;
    int code;

    result_to_text(result, &text);
    code = check_result(writer, result, &text, err);
    if (code < 0)
        return code;
    unlink(writer->fresh);
    code = writer_sync_evidence(writer, err); /* must precede the list, which sorts the blobs */
    if (code < 0)
        return code;
    list_digests(writer, &text, &list);
    code = writer_write_file(text_path, &text, true, err);
    if (code == 0)
        code = writer_write_file(list_path, &list, true, err);
    if (code == 0)
        code = path_sync(writer->partial, err);
    if (code < 0)
        return code;
    code = path_rename_new(writer->partial, writer->path, err);
    if (code < 0)
        return code;
    writer->finished = true;
    parent = path_join(writer->path, "..");
    code = path_sync(parent, err);
    unlink(writer->journal);
    unlink(writer->running);
    return code;
}
