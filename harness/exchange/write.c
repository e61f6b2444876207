/* SPDX-License-Identifier: Apache-2.0 */
/* Writes the archive of a run. */
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/json.h"
#include "base/log.h"
#include "base/path.h"
#include "base/text_map.h"
#include "base/tree.h"
#include "exchange/exchange.h"
#include "exchange/manifest.h"
#include "model/result.h"
#include "run/folder.h"
#include "store/evidence.h"
#include "store/store.h"

enum { CHUNK = 256 << 10 };

struct writing {
    struct store *store;
    const char *path; /* as the user named it */
    struct archive *tar;
    struct exchange_manifest manifest;
    char *folder;      /* of the run */
    const char *below; /* the input that is being written, as its name in the archive */
};

static int tar_failed(const struct writing *out, struct error **err)
{
    const char *said = archive_error_string(out->tar);

    return error_set(err, -EIO, "cannot write '%s': %s", out->path,
                     said != NULL ? said : "libarchive gives no reason");
}

/* Nothing about the host is in a header: a run gives the same bytes wherever it is written. */
static int begin_entry(const struct writing *out, const char *name, unsigned type, mode_t mode,
                       uint64_t size, const char *target, struct error **err)
{
    struct archive_entry *entry = archive_entry_new();
    int code;

    archive_entry_set_pathname(entry, name);
    archive_entry_set_filetype(entry, type);
    archive_entry_set_perm(entry, mode & 0100 ? 0755 : 0644);
    archive_entry_set_size(entry, (la_int64_t)size);
    archive_entry_set_mtime(entry, out->manifest.run.ended_ms / 1000, 0);
    if (target != NULL)
        archive_entry_set_symlink(entry, target);
    code = archive_write_header(out->tar, entry) < ARCHIVE_WARN ? tar_failed(out, err) : 0;
    archive_entry_free(entry);
    return code;
}

static int write_data(const struct writing *out, const void *data, size_t length,
                      struct error **err)
{
    return length > 0 && archive_write_data(out->tar, data, length) != (la_ssize_t)length
               ? tar_failed(out, err)
               : 0;
}

static int write_memory(const struct writing *out, const char *name, const void *data,
                        size_t length, struct error **err)
{
    int code = begin_entry(out, name, AE_IFREG, 0644, length, NULL, err);

    return code == 0 ? write_data(out, data, length, err) : code;
}

/* Writes exactly `size` bytes of a file; sha256 (may be NULL) is its digest. */
static int write_file(const struct writing *out, const char *name, const char *path, mode_t mode,
                      uint64_t size, const char *sha256, struct error **err)
{
    _cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    _cleanup_(digest_free_cleanup) struct digest *digest = digest_new();
    _cleanup_free_ char *chunk = text_calloc(1, CHUNK);
    char measured[DIGEST_TEXT_SIZE];
    uint64_t done = 0;
    int code = fd < 0 ? error_set_errno(err, -EBADMSG, "cannot read '%s'", path)
                      : begin_entry(out, name, AE_IFREG, mode, size, NULL, err);

    while (code == 0 && done < size) {
        ssize_t got = read(fd, chunk, size - done < CHUNK ? size - done : CHUNK);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return error_set(err, -EBADMSG, "'%s' is shorter than when it was stored", path);
        digest_add(digest, chunk, (size_t)got);
        code = write_data(out, chunk, (size_t)got, err);
        done += (uint64_t)got;
    }
    if (code < 0 || sha256 == NULL)
        return code;
    digest_text(digest, measured);
    return strcmp(measured, sha256) == 0
               ? 0
               : error_set(err, -EBADMSG,
                           "'%s' was modified: the run is not written ('touchstone doctor --full' "
                           "finds what else was)",
                           path);
}

/* --- the parts ---------------------------------------------------------------------------- */

static int collect_evidence(struct writing *out, struct text_map *seen, const struct buffer *text,
                            struct strv *keys, struct error **err)
{
    _cleanup_(result_free_cleanup) struct result *result = NULL;
    int code = store_parse_attempt(text, &result, err);

    if (code < 0)
        return code;
    vec_foreach (blob, &result->evidence) {
        struct exchange_blob *to;

        if (text_map_get(seen, blob->sha256) != TEXT_MAP_NONE)
            continue;
        strv_add(keys, blob->sha256);
        text_map_put(seen, keys->items[keys->count - 1], 0);
        to = vec_add(&out->manifest.evidence);
        memcpy(to->sha256, blob->sha256, DIGEST_TEXT_SIZE);
        to->size = blob->size;
    }
    return 0;
}

/* run.json comes first and lists the evidence, so all records are read before they are written. */
static int prepare(struct writing *out, const char *run_id, const char *version, struct error **err)
{
    _cleanup_(text_map_done) struct text_map seen = {0};
    _cleanup_strv_ struct strv keys = {0};
    char host[256] = "";
    int code = store_read_sealed_run(out->store, run_id, &out->manifest.run, err);

    if (code == 0 && out->manifest.run.state != RUN_ENDED)
        code = error_set(err, -EINVAL,
                         "run '%s' has not ended (%s): 'touchstone resume %s' continues it", run_id,
                         run_state_name(out->manifest.run.state), run_id);
    for (size_t i = 2; code == 0 && i < out->manifest.run.records.count; i++) {
        _cleanup_buffer_ struct buffer text = {0};

        code = store_read_record(out->store, out->manifest.run.records.items[i].sha256, &text, err);
        if (code == 0)
            code = collect_evidence(out, &seen, &text, &keys, err);
    }
    gethostname(host, sizeof(host) - 1);
    out->manifest.host = text_dup(host);
    out->manifest.version = text_dup(version);
    out->manifest.written_ms = clock_wall_ms();
    return code;
}

static int write_manifest(const struct writing *out, struct error **err)
{
    _cleanup_json_ json_t *json = exchange_manifest_to_json(&out->manifest);
    _cleanup_free_ char *text = json_dumps(json, JSON_INDENT(1));

    if (text == NULL)
        text_out_of_memory();
    return write_memory(out, "run.json", text, strlen(text), err);
}

static int write_records(const struct writing *out, struct error **err)
{
    int code = 0;

    for (size_t i = 0; code == 0 && i < out->manifest.run.records.count; i++) {
        _cleanup_free_ char *name = exchange_record_name(i);
        _cleanup_buffer_ struct buffer text = {0};

        code = store_read_record(out->store, out->manifest.run.records.items[i].sha256, &text, err);
        if (code == 0)
            code = write_memory(out, name, text.data, text.length, err);
    }
    return code;
}

static int visit(void *with, const struct tree_entry *entry, struct error **err)
{
    struct writing *out = with;
    _cleanup_free_ char *name = path_join(out->below, entry->name);

    switch (entry->kind) {
    case TREE_FOLDER:
        return begin_entry(out, name, AE_IFDIR, 0755, 0, NULL, err);
    case TREE_LINK:
        return begin_entry(out, name, AE_IFLNK, 0755, 0, entry->target, err);
    default:
        return write_file(out, name, entry->path, entry->mode, entry->size, NULL, err);
    }
}

static int write_tree(struct writing *out, const struct run_input *input, const char *path,
                      struct error **err)
{
    char measured[DIGEST_TEXT_SIZE];
    int code = run_folder_digest(path, measured, err);

    if (code == 0 && strcmp(measured, input->sha256) != 0)
        code = error_set(err, -EBADMSG, "'%s' was modified: the run is not written", path);
    return code == 0 ? tree_walk(path, false, visit, out, err) : code;
}

static int write_inputs(struct writing *out, struct error **err)
{
    _cleanup_(run_record_done) struct run_record run = {0};
    int code = store_read_run(out->store, out->manifest.run.id, &run, err);

    vec_foreach (input, &run.inputs) {
        _cleanup_free_ char *name = exchange_input_name(input);
        _cleanup_free_ char *path = path_join(out->folder, name);
        struct stat there;

        if (code < 0)
            return code;
        out->below = name;
        if (lstat(path, &there) < 0)
            log_warning("run '%s': its copy of %s '%s' is gone and is left out", run.id,
                        input->kind, input->name);
        else if (S_ISDIR(there.st_mode))
            code = write_tree(out, input, path, err);
        else
            code = write_file(out, name, path, 0644, (uint64_t)there.st_size, input->sha256, err);
    }
    return code;
}

static int write_evidence(const struct writing *out, struct error **err)
{
    int code = 0;

    for (size_t i = 0; code == 0 && i < out->manifest.evidence.count; i++) {
        const struct exchange_blob *blob = &out->manifest.evidence.items[i];
        _cleanup_free_ char *name = exchange_evidence_name(blob->sha256);
        _cleanup_free_ char *path = evidence_path(store_home(out->store), blob->sha256);

        code = evidence_check_present(store_home(out->store), blob->sha256, blob->size, err);
        if (code < 0)
            return error_prefix(err, "evidence of run '%s'", out->manifest.run.id);
        code = write_file(out, name, path, 0644, blob->size, blob->sha256, err);
    }
    return code;
}

static int write_all(struct writing *out, int fd, struct error **err)
{
    int code = 0;

    out->tar = archive_write_new();
    if (out->tar == NULL)
        text_out_of_memory();
    archive_write_set_format_pax_restricted(out->tar);
    archive_write_add_filter_zstd(out->tar);
    if (archive_write_open_fd(out->tar, fd) != ARCHIVE_OK)
        code = tar_failed(out, err);
    if (code == 0)
        code = write_manifest(out, err);
    if (code == 0)
        code = write_records(out, err);
    if (code == 0)
        code = write_inputs(out, err);
    if (code == 0)
        code = write_evidence(out, err);
    if (archive_write_close(out->tar) != ARCHIVE_OK && code == 0)
        code = tar_failed(out, err);
    archive_write_free(out->tar);
    return code;
}

/* A device or a file of the home is not replaced by an archive. */
static int check_place(const struct writing *out, struct error **err)
{
    _cleanup_free_ char *folder = text_dup(out->path), *real = NULL, *home = NULL;
    struct stat there;

    if (stat(out->path, &there) == 0 && !S_ISREG(there.st_mode))
        return error_set(err, -EINVAL, "'%s' is not a regular file: name another", out->path);
    real = realpath(dirname(folder), NULL);
    home = realpath(store_home(out->store), NULL);
    if (real == NULL)
        return error_set_errno(err, -errno, "cannot write '%s'", out->path);
    if (home != NULL && text_starts(real, home) &&
        (real[strlen(home)] == '/' || real[strlen(home)] == '\0'))
        return error_set(err, -EINVAL, "'%s' is in the home of the store: name another folder",
                         out->path);
    return 0;
}

int exchange_write(struct store *store, const char *run_id, const char *version, const char *path,
                   struct exchanged_run *ret_run, struct error **err)
{
    struct writing out = {.store = store, .path = path};
    _cleanup_free_ char *draft = text_format("%s.XXXXXX", path);
    _cleanup_close_ int fd = -1;
    int code = check_place(&out, err);

    if (code < 0)
        return code;
    fd = mkostemp(draft, O_CLOEXEC);
    if (fd < 0)
        return error_set_errno(err, -errno, "cannot write '%s'", path);

    out.folder = text_format("%s/runs/%s", store_home(store), run_id);
    code = prepare(&out, run_id, version, err);
    if (code == 0)
        code = write_all(&out, fd, err);
    if (code == 0 && (fchmod(fd, 0644) < 0 || fsync(fd) < 0 || rename(draft, path) < 0))
        code = error_set_errno(err, -errno, "cannot write '%s'", path);
    if (code < 0)
        unlink(draft);
    if (code == 0)
        *ret_run = (struct exchanged_run){.id = text_dup(run_id),
                                          .attempts = out.manifest.run.records.count - 2,
                                          .evidence = out.manifest.evidence.count};
    exchange_manifest_done(&out.manifest);
    free(out.folder);
    return code;
}
