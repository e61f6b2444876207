/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the archive of a run: its files must come exactly in the order of run.json, each once. */
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/copy.h"
#include "base/error.h"
#include "base/json.h"
#include "base/path.h"
#include "exchange/exchange.h"
#include "exchange/manifest.h"
#include "run/folder.h"
#include "store/evidence.h"
#include "store/runs.h"
#include "store/store.h"

/* Bytes of all inputs together. */
#define INPUTS_MAX ((uint64_t)16 << 30)
enum { CHUNK = 256 << 10, ENTRIES_MAX = 1000000 };

struct reading {
    struct store *store;
    const char *path;
    struct archive *tar;
    struct archive_entry *entry; /* the current one; NULL: the end */
    char *staging;               /* a folder of our own; removed at the end */
    struct exchange_manifest manifest;
    uint64_t inputs; /* bytes of them so far */
    size_t entries;
    char *chunk; /* CHUNK bytes */
};

void exchanged_run_done(struct exchanged_run *run)
{
    free(run->id);
    free(run->host);
}

static const char *said(const struct reading *in)
{
    const char *text = archive_error_string(in->tar);

    return text != NULL ? text : "libarchive gives no reason";
}

static int damaged(const struct reading *in, struct error **err)
{
    return error_set(err, -EBADMSG,
                     "'%s' is not the archive of a run, or is damaged (for a report of another "
                     "system, give --from FORMAT): %s",
                     in->path, said(in));
}

static int next(struct reading *in, struct error **err)
{
    int got = archive_read_next_header(in->tar, &in->entry);

    if (got == ARCHIVE_EOF) {
        in->entry = NULL;
        return 0;
    }
    if (got < ARCHIVE_WARN)
        return damaged(in, err);
    return ++in->entries <= ENTRIES_MAX
               ? 0
               : error_set(err, -EFBIG, "'%s' contains more than %d files", in->path, ENTRIES_MAX);
}

static const char *name_of(const struct reading *in)
{
    const char *name = in->entry != NULL ? archive_entry_pathname(in->entry) : NULL;

    return name != NULL ? name : "";
}

/* The current entry must be this regular file of this size. */
static int expect(const struct reading *in, const char *name, uint64_t size, struct error **err)
{
    if (in->entry == NULL || strcmp(name_of(in), name) != 0)
        return error_set(err, -EBADMSG, "'%s': '%s' is missing: '%s' comes in its place", in->path,
                         name, in->entry != NULL ? name_of(in) : "the end");
    if (archive_entry_filetype(in->entry) != AE_IFREG || archive_entry_hardlink(in->entry) != NULL)
        return error_set(err, -EBADMSG, "'%s': '%s' is not a regular file", in->path, name);
    if ((uint64_t)archive_entry_size(in->entry) != size)
        return error_set(err, -EBADMSG, "'%s': '%s' has %lld bytes, not %llu", in->path, name,
                         (long long)archive_entry_size(in->entry), (unsigned long long)size);
    return 0;
}

/* Copies the content of the current entry, and measures its digest. */
static int extract(struct reading *in, const char *to, char ret_sha256[DIGEST_TEXT_SIZE],
                   struct error **err)
{
    _cleanup_(digest_free_cleanup) struct digest *digest = digest_new();
    _cleanup_close_ int fd = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);
    la_ssize_t got;

    if (fd < 0)
        return error_set_errno(err, -errno, "cannot write '%s'", to);
    while ((got = archive_read_data(in->tar, in->chunk, CHUNK)) > 0) {
        int code = copy_write(fd, in->chunk, (size_t)got);

        if (code < 0)
            return error_set_errno(err, code, "cannot write '%s'", to);
        digest_add(digest, in->chunk, (size_t)got);
    }
    digest_text(digest, ret_sha256);
    return got < 0 ? damaged(in, err) : 0;
}

static int read_manifest(struct reading *in, struct error **err)
{
    _cleanup_buffer_ struct buffer text = {0};
    _cleanup_json_ json_t *json = NULL;
    la_ssize_t got;
    int code = next(in, err);

    if (code == 0 && strcmp(name_of(in), "run.json") != 0)
        code = error_set(err, -EBADMSG,
                         "'%s' does not begin with run.json: give a file of 'touchstone export'",
                         in->path);
    if (code < 0)
        return code;
    while ((got = archive_read_data(in->tar, in->chunk, CHUNK)) > 0) {
        if (text.length + (size_t)got > EXCHANGE_MANIFEST_MAX)
            return error_set(err, -EFBIG, "'%s': run.json has more than %d MiB", in->path,
                             EXCHANGE_MANIFEST_MAX >> 20);
        buffer_add(&text, in->chunk, (size_t)got);
    }
    if (got < 0)
        return damaged(in, err);
    code = json_parse(text.data != NULL ? text.data : "", text.length, "run.json", &json, err);
    if (code == 0)
        code = exchange_manifest_from_json(json, &in->manifest, err);
    return code < 0 ? error_prefix(err, "'%s'", in->path) : next(in, err);
}

static int read_records(struct reading *in, struct error **err)
{
    _cleanup_free_ char *folder = path_join(in->staging, "records");
    char measured[DIGEST_TEXT_SIZE]; /* compared when it is added */
    int code = path_make_folders(folder, true, err);

    for (size_t i = 0; code == 0 && i < in->manifest.run.records.count; i++) {
        _cleanup_free_ char *name = exchange_record_name(i);
        _cleanup_free_ char *to = path_join(folder, in->manifest.run.records.items[i].sha256);

        code = expect(in, name, in->manifest.run.records.items[i].size, err);
        if (code == 0 && path_exists(to))
            code = error_set(err, -EBADMSG, "'%s': '%s' has the digest of another record", in->path,
                             name);
        if (code == 0)
            code = extract(in, to, measured, err);
        if (code == 0)
            code = next(in, err);
    }
    return code;
}

/* inputs/SHA256/NAME and what is below it, without "..": nothing else. */
static bool is_input(const char *name)
{
    _cleanup_strv_ struct strv parts = {0};

    strv_split(&parts, name, "/");
    for (size_t i = 0; i < parts.count; i++)
        if (strcmp(parts.items[i], "..") == 0 || strcmp(parts.items[i], ".") == 0)
            return false;
    return name[0] != '/' && parts.count >= 3 && strcmp(parts.items[0], "inputs") == 0 &&
           digest_is_text(parts.items[1]) && parts.items[2][0] != '.';
}

/* Files, folders and symbolic links. libarchive refuses to write through a link; where links lead
 * is checked when the input is compared with its digest. */
static int write_input(struct reading *in, struct archive *disk, struct error **err)
{
    static const char what[] = "'%s': '%s' cannot be an input of a run";
    _cleanup_free_ char *name = text_dup(name_of(in)), *to = path_join(in->staging, name);
    unsigned type = archive_entry_filetype(in->entry);

    if (!is_input(name) || archive_entry_hardlink(in->entry) != NULL ||
        (type != AE_IFREG && type != AE_IFDIR && type != AE_IFLNK))
        return error_set(err, -EBADMSG, what, in->path, name);
    in->inputs += type == AE_IFREG ? (uint64_t)archive_entry_size(in->entry) : 0;
    if (archive_entry_size(in->entry) < 0 || in->inputs > INPUTS_MAX)
        return error_set(err, -EFBIG, "'%s': its inputs have more than %llu GiB", in->path,
                         (unsigned long long)(INPUTS_MAX >> 30));
    archive_entry_set_pathname(in->entry, to);
    archive_entry_set_perm(in->entry,
                           type == AE_IFDIR || archive_entry_perm(in->entry) & 0100 ? 0755 : 0644);
    if (archive_read_extract2(in->tar, in->entry, disk) != ARCHIVE_OK)
        return error_set(err, -EBADMSG, "'%s': '%s' cannot be unpacked: %s", in->path, name,
                         said(in));
    return next(in, err);
}

static int read_inputs(struct reading *in, struct error **err)
{
    struct archive *disk = archive_write_disk_new();
    int code = 0;

    if (disk == NULL)
        text_out_of_memory();
    archive_write_disk_set_options(disk, ARCHIVE_EXTRACT_SECURE_SYMLINKS |
                                             ARCHIVE_EXTRACT_SECURE_NODOTDOT |
                                             ARCHIVE_EXTRACT_NO_OVERWRITE);
    while (code == 0 && in->entry != NULL && text_starts(name_of(in), "inputs/"))
        code = write_input(in, disk, err);
    archive_write_free(disk);
    return code;
}

static int read_blob(struct reading *in, const struct exchange_blob *blob, const char *folder,
                     struct error **err)
{
    _cleanup_free_ char *name = exchange_evidence_name(blob->sha256);
    _cleanup_free_ char *to = path_join(folder, blob->sha256);
    char measured[DIGEST_TEXT_SIZE];
    int code = expect(in, name, blob->size, err);

    if (code == 0 && path_exists(to))
        code = error_set(err, -EBADMSG, "'%s': '%s' is listed twice", in->path, name);
    if (code == 0)
        code = evidence_check_space(store_home(in->store), blob->size, err);
    if (code == 0)
        code = extract(in, to, measured, err);
    if (code == 0 && strcmp(measured, blob->sha256) != 0)
        code = error_set(err, -EBADMSG, "'%s': '%s' does not match its digest", in->path, name);
    return code == 0 ? next(in, err) : code;
}

/* Verified while it is unpacked, and synced at once. It takes the place of a blob that is there,
 * which may be damaged. */
static int read_evidence(struct reading *in, struct error **err)
{
    _cleanup_free_ char *folder = path_join(in->staging, "evidence");
    _cleanup_strv_ struct strv names = {0};
    const char *home = store_home(in->store);
    int code = path_make_folders(folder, true, err);

    for (size_t i = 0; code == 0 && i < in->manifest.evidence.count; i++)
        code = read_blob(in, &in->manifest.evidence.items[i], folder, err);
    if (code == 0 && in->entry != NULL)
        code =
            error_set(err, -EBADMSG, "'%s': '%s' is not listed in run.json", in->path, name_of(in));
    if (code == 0)
        code = path_list(folder, &names, err);
    if (code == 0)
        code = evidence_sync(home, err);
    for (size_t i = 0; code == 0 && i < names.count; i++) {
        _cleanup_free_ char *path = path_join(folder, names.items[i]);

        code = evidence_adopt(home, path, names.items[i], err);
    }
    return code == 0 ? evidence_sync(home, err) : code;
}

/* --- adding ------------------------------------------------------------------------------- */

static int get_record(void *with, const struct sealed_record *record, struct buffer *ret_text,
                      struct error **err)
{
    const struct reading *in = with;
    _cleanup_free_ char *path = text_format("%s/records/%s", in->staging, record->sha256);

    return path_read(path, (size_t)record->size, ret_text, err);
}

/* Nothing but inputs of the run is below inputs/. */
static int check_listed(const struct reading *in, const struct run_record *run, struct error **err)
{
    _cleanup_free_ char *folder = path_join(in->staging, "inputs");
    _cleanup_strv_ struct strv digests = {0};
    int code = path_list(folder, &digests, err);

    for (size_t i = 0; code == 0 && i < digests.count; i++) {
        _cleanup_free_ char *below = path_join(folder, digests.items[i]);
        _cleanup_strv_ struct strv names = {0};

        code = path_list(below, &names, err);
        for (size_t j = 0; code == 0 && j < names.count; j++) {
            bool listed = false;

            vec_foreach (input, &run->inputs)
                listed = listed || (strcmp(input->sha256, digests.items[i]) == 0 &&
                                    strcmp(path_base(input->path), names.items[j]) == 0);
            if (!listed)
                code = error_set(err, -EBADMSG, "'%s': 'inputs/%s/%s' is not an input of the run",
                                 in->path, digests.items[i], names.items[j]);
        }
    }
    return code;
}

/* Inputs may be left out, but not differ. */
static int check_inputs(void *with, const struct run_record *run, struct error **err)
{
    const struct reading *in = with;
    int code = check_listed(in, run, err);

    if (code < 0)
        return code;
    vec_foreach (input, &run->inputs) {
        _cleanup_free_ char *name = exchange_input_name(input);
        _cleanup_free_ char *path = path_join(in->staging, name);
        char sha256[DIGEST_TEXT_SIZE];

        if (!path_exists(path))
            continue;
        code = run_folder_digest(path, sha256, err);
        if (code < 0)
            return code;
        if (strcmp(sha256, input->sha256) != 0)
            return error_set(err, -EBADMSG, "'%s': its copy of %s '%s' was modified", in->path,
                             input->kind, input->name);
    }
    return 0;
}

/* The folder of the run, with its inputs and a note of where it comes from. A run that was made
 * here has its folder and stays as it is. */
static int place_folder(const struct reading *in, bool known, struct error **err)
{
    _cleanup_free_ char *folder =
        text_format("%s/runs/%s", store_home(in->store), in->manifest.run.id);
    _cleanup_free_ char *from = path_join(in->staging, "inputs");
    _cleanup_free_ char *to = path_join(folder, "inputs"), *note = path_join(folder, RUN_IMPORTED);
    _cleanup_json_ json_t *body =
        json_pack("{s:s, s:s, s:I, s:I}", "host", in->manifest.host, "version",
                  in->manifest.version, "written_ms", (json_int_t)in->manifest.written_ms,
                  "imported_ms", (json_int_t)clock_wall_ms());
    _cleanup_json_ json_t *json = json_with_format("touchstone-imported", 1, body);
    bool there = known && path_is_folder(folder);
    int code = path_make_folders(folder, false, err);

    if (code == 0 && path_exists(from) && !path_exists(to))
        code = path_rename_new(from, to, err);
    return code == 0 && !there && !path_exists(note) ? json_write_file(json, note, err) : code;
}

static int read_all(struct reading *in, struct error **err)
{
    const struct sealed_source source = {get_record, check_inputs, in};
    int code = read_manifest(in, err), known;

    if (code == 0)
        code = read_records(in, err);
    if (code == 0)
        code = read_inputs(in, err);
    if (code == 0)
        code = read_evidence(in, err);
    if (code < 0)
        return code;
    known = store_add_sealed_run(in->store, &in->manifest.run, &source, err);
    if (known < 0)
        return error_prefix(err, "'%s'", in->path);
    /* Also if it is known: an earlier import may have been killed before it did this. */
    code = place_folder(in, known == 1, err);
    return code < 0 ? code : known;
}

static int make_staging(struct reading *in, struct error **err)
{
    _cleanup_free_ char *runs = path_join(store_home(in->store), "runs");
    int code = path_make_folders(runs, false, err);

    return code == 0 ? evidence_make_staging(store_home(in->store), &in->staging, err) : code;
}

int exchange_read(struct store *store, const char *path, struct exchanged_run *ret_run,
                  struct error **err)
{
    struct reading in = {.store = store, .path = path, .chunk = text_calloc(1, CHUNK)};
    int code = make_staging(&in, err);

    in.tar = archive_read_new();
    if (in.tar == NULL)
        text_out_of_memory();
    archive_read_support_format_tar(in.tar);
    archive_read_support_filter_zstd(in.tar);
    if (code == 0 && access(path, R_OK) < 0)
        code = error_set_errno(err, -errno, "cannot read '%s'", path);
    if (code == 0 && archive_read_open_filename(in.tar, path, CHUNK) != ARCHIVE_OK)
        code = damaged(&in, err);
    if (code == 0)
        code = read_all(&in, err);
    if (code >= 0)
        *ret_run = (struct exchanged_run){.id = text_dup(in.manifest.run.id),
                                          .attempts = in.manifest.run.records.count - 2,
                                          .evidence = in.manifest.evidence.count,
                                          .known = code == 1,
                                          .host = text_dup(in.manifest.host),
                                          .written_ms = in.manifest.written_ms};
    archive_read_free(in.tar);
    if (in.staging != NULL)
        path_remove_tree(in.staging, NULL);
    free(in.staging);
    free(in.chunk);
    exchange_manifest_done(&in.manifest);
    return code < 0 ? code : 0;
}
