/* SPDX-License-Identifier: Apache-2.0 */
/* Makes the folder of a certificate. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/copy.h"
#include "base/error.h"
#include "base/path.h"
#include "base/tree.h"
#include "certificate/attest.h"
#include "certificate/certificate.h"
#include "certificate/chain.h"
#include "certificate/folder.h"
#include "certificate/key.h"
#include "certificate/sums.h"
#include "model/bounds.h"
#include "model/result.h"
#include "store/evidence.h"
#include "store/sealed_run.h"

struct making {
    const struct certificate_request *request;
    char *folder;          /* where it is written; removed unless it is renamed */
    struct buffer records; /* the text of run.jsonl */
    struct chain chain;
    struct text_map copied; /* evidence by its digest */
    struct strv digests;
    char *run_folder;
};

static void making_done(struct making *out)
{
    if (out->folder != NULL)
        path_remove_tree(out->folder, NULL);
    free(out->folder);
    buffer_done(&out->records);
    text_map_done(&out->copied);
    strv_done(&out->digests);
    free(out->run_folder);
}

static int write_file(void *with, const char *name, const struct buffer *text, struct error **err)
{
    const struct making *out = with;
    _cleanup_free_ char *path = path_join(out->folder, name);
    _cleanup_close_ int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    int code = fd < 0 ? -errno : copy_write(fd, text->data != NULL ? text->data : "", text->length);

    return code < 0 ? error_set_errno(err, code, "cannot write '%s'", path) : 0;
}

/* Copies a file that exists; -ENOENT without a message: it does not. */
static int copy_file(const struct making *out, const char *from, const char *name,
                     struct error **err)
{
    _cleanup_close_ int source = open(from, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    _cleanup_free_ char *path = path_join(out->folder, name);
    _cleanup_close_ int fd = -1;
    int code;

    if (source < 0)
        return errno == ENOENT ? -ENOENT : error_set_errno(err, -errno, "cannot open '%s'", from);
    fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    code = fd < 0 ? -errno : copy_content(source, fd);
    return code < 0 ? error_set_errno(err, code, "cannot copy '%s' to '%s'", from, path) : 0;
}

/* --- records and evidence ----------------------------------------------------------------- */

static bool is_in_scope(const struct making *out, const struct result *result)
{
    const struct programme_status *status = out->request->status;

    return result->kind == JOB_CELL && text_equal(result->suite, status->suite) &&
           strv_has(&out->request->statement->scope.images, result->image) &&
           programme_has_platform(status->programme, result->platform);
}

/* What is not there was not there when it was judged: the item that needs it is not measured. */
static int copy_evidence(struct making *out, const struct result *result, struct error **err)
{
    vec_foreach (blob, &result->evidence) {
        _cleanup_free_ char *name = NULL, *from = NULL;
        int code;

        if (text_map_get(&out->copied, blob->sha256) != TEXT_MAP_NONE)
            continue;
        if (out->digests.count >= FOLDER_FILES_MAX / 2 || blob->size > BUNDLE_BLOB_LIMIT)
            return error_set(err, -EFBIG,
                             "the run has more evidence than a certificate can have: certify fewer "
                             "images with --image");
        strv_add(&out->digests, blob->sha256);
        text_map_put(&out->copied, out->digests.items[out->digests.count - 1], 0);
        name = text_format("evidence/%s", blob->sha256);
        from = evidence_path(out->request->home, blob->sha256);
        code = copy_file(out, from, name, err);
        if (code < 0 && code != -ENOENT)
            return code;
    }
    return 0;
}

static int add_record(struct making *out, const struct sealed_record *record, size_t place,
                      struct error **err)
{
    _cleanup_(result_free_cleanup) struct result *result = NULL;
    _cleanup_buffer_ struct buffer text = {0};
    int code = store_read_record(out->request->store, record->sha256, &text, err);

    if (code == 0 && place >= CHAIN_ATTEMPT)
        code = store_parse_attempt(&text, &result, err);
    if (code < 0 || (result != NULL && !is_in_scope(out, result)))
        return code;
    chain_add(&out->chain, place < CHAIN_ATTEMPT ? (enum chain_kind)place : CHAIN_ATTEMPT, &text,
              &out->records);
    return result != NULL ? copy_evidence(out, result, err) : 0;
}

/* The plan and the cells of the run, and the attempts of the cells that it is about. */
static int add_records(struct making *out, struct error **err)
{
    _cleanup_(sealed_run_done) struct sealed_run run = {.id = NULL};
    int code = store_read_sealed_run(out->request->store, out->request->run->id, &run, err);

    chain_begin(&out->chain);
    for (size_t place = 0; code == 0 && place < run.records.count; place++)
        code = add_record(out, &run.records.items[place], place, err);
    return code == 0 ? write_file(out, CHAIN_FILE, &out->records, err) : code;
}

/* --- what the run was planned with -------------------------------------------------------- */

static char *input_path(const struct making *out, const struct run_input *input)
{
    return input != NULL ? run_input_place(out->run_folder, input->path) : NULL;
}

/* An image whose file is not there any more is known by its name only, as in every report. */
static int add_images(const struct making *out, struct error **err)
{
    const struct strv *images = &out->request->statement->scope.images;

    for (size_t i = 0; i < images->count; i++) {
        _cleanup_free_ char *name = text_format("images/%s.xml", images->items[i]);
        _cleanup_free_ char *path =
            input_path(out, run_find_input(out->request->run, "image", images->items[i]));
        int code = path != NULL ? copy_file(out, path, name, err) : 0;

        if (code < 0 && code != -ENOENT)
            return code;
    }
    return 0;
}

static int add_suite(const struct making *out, struct error **err)
{
    _cleanup_free_ char *path =
        input_path(out, run_find_input(out->request->run, "suite", out->request->status->suite));
    _cleanup_buffer_ struct buffer lines = {0};
    int code = path != NULL && path_is_folder(path) ? tree_lines(path, &lines, err) : 0;

    return code == 0 && lines.length > 0 ? write_file((void *)out, JUDGED_SUITE, &lines, err)
                                         : code;
}

static int add_inputs(const struct making *out, struct error **err)
{
    int code = copy_file(out, out->request->programme_path, JUDGED_PROGRAMME, err);

    if (code == -ENOENT)
        return error_set(err, -ENOENT, "'%s' does not exist any more",
                         out->request->programme_path);
    if (code == 0)
        code = add_images(out, err);
    return code == 0 ? add_suite(out, err) : code;
}

/* --- what follows ------------------------------------------------------------------------- */

/* The store and the folder must agree on every state. */
static bool is_same(const struct programme_status *a, const struct programme_status *b)
{
    if (a->reached != b->reached || a->items.count != b->items.count ||
        a->columns.count != b->columns.count)
        return false;
    for (size_t i = 0; i < a->columns.count; i++)
        for (size_t item = 0; item < a->items.count; item++)
            if (a->columns.items[i].marks.items[item].state !=
                b->columns.items[i].marks.items[item].state)
                return false;
    return true;
}

static int judge(const struct making *out, struct judged *ret_judged, struct error **err)
{
    _cleanup_(folder_done) struct folder folder = {.path = NULL};
    _cleanup_(problems_done) struct problems problems = {.count = {0}};
    bool whole = false;
    int code = folder_open(out->folder, &folder, &problems, err);

    if (code == 0)
        code = judged_load(&folder, &out->request->statement->scope, ret_judged, &whole, &problems,
                           err);
    if (code < 0)
        return code;
    if (problems.rows.count > 0)
        return error_set(err, -EBADMSG,
                         "run '%s' cannot be certified: %s%s%s ('touchstone doctor --full' checks "
                         "all evidence)",
                         out->request->run->id,
                         problems.rows.items[0].file != NULL ? problems.rows.items[0].file : "",
                         problems.rows.items[0].file != NULL ? ": " : "",
                         problems.rows.items[0].text);
    return whole && is_same(&ret_judged->status, out->request->status)
               ? 0
               : error_set(err, -EBADMSG, "run '%s' was modified while it was certified: try again",
                           out->request->run->id);
}

/* SM3SUMS with its signature and key, which SHA256SUMS lists. */
static int add_sm2(const struct making *out, struct error **err)
{
    _cleanup_(folder_done) struct folder folder = {.path = NULL};
    _cleanup_(problems_done) struct problems problems = {.count = {0}};
    _cleanup_buffer_ struct buffer sums = {0}, signature = {0}, pem = {0};
    const struct key *key = out->request->sm2_key;
    int code = key_write_sm2(key, &pem, err);

    if (code == 0)
        code = write_file((void *)out, SM2_KEY, &pem, err);
    if (code == 0)
        code = folder_open(out->folder, &folder, &problems, err);
    if (code == 0)
        code = sm2_sums(&folder, &sums, err);
    if (code == 0)
        code = key_sign(key, sums.data, sums.length, &signature, err);
    if (code == 0)
        code = write_file((void *)out, SM2_SUMS, &sums, err);
    return code == 0 ? write_file((void *)out, SM2_SIGNATURE, &signature, err) : code;
}

/* After the signature, whose key it names. */
static int add_attestation(const struct making *out, const struct judged *judged,
                           const struct buffer *sums, const struct buffer *signature,
                           struct error **err)
{
    _cleanup_(sshsig_done) struct sshsig made = {NULL};
    _cleanup_(key_free_cleanup) struct key *signer = NULL;
    _cleanup_buffer_ struct buffer text = {0};
    char sha256[DIGEST_TEXT_SIZE];
    const struct attested attested = {judged, out->request->statement, sha256};
    int code = sshsig_parse(signature->data, signature->length, &made, err);

    if (code < 0)
        return code;
    digest_of_memory(sums->data, sums->length, sha256);
    signer = key_from_ssh(made.key.data, made.key.length);
    if (signer == NULL || !key_is_same(signer, out->request->attest_key))
        return error_set(err, -EINVAL,
                         "ssh-keygen signed with another key than the one in '%s': its agent may "
                         "have one of the same name",
                         out->request->key);
    code = attest_write(&attested, out->request->attest_key, made.fingerprint, &text, err);
    return code == 0 ? write_file((void *)out, ATTEST_FILE, &text, err) : code;
}

static int add_sums(const struct making *out, struct buffer *ret_sums, struct error **err)
{
    _cleanup_(folder_done) struct folder folder = {.path = NULL};
    _cleanup_(problems_done) struct problems problems = {.count = {0}};
    int code = folder_open(out->folder, &folder, &problems, err);

    if (code == 0 && problems.rows.count > 0)
        return error_set(err, -EBADMSG, "'%s': %s", problems.rows.items[0].file,
                         problems.rows.items[0].text);
    if (code == 0)
        code = sums_write(&folder, ret_sums, err);
    return code == 0 ? write_file((void *)out, SUMS_FILE, ret_sums, err) : code;
}

/* A power cut after this leaves all of it. */
static int sync_all(const struct making *out, struct error **err)
{
    _cleanup_close_ int fd = open(out->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    return fd < 0 || fchmod(fd, 0755) < 0 || syncfs(fd) < 0
               ? error_set_errno(err, -errno, "cannot write '%s'", out->folder)
               : 0;
}

/* --- all of it ---------------------------------------------------------------------------- */

static int begin(struct making *out, struct error **err)
{
    _cleanup_free_ char *parent = text_dup(out->request->folder), *pattern = NULL;
    const char *base;
    size_t length = strlen(parent);
    struct stat st;

    while (length > 1 && parent[length - 1] == '/')
        parent[--length] = '\0';
    if (lstat(parent, &st) == 0)
        return error_set(err, -EEXIST,
                         "'%s' exists: name a new folder (one without " SUMS_FILE
                         ".sig was left by a process that was killed; remove it)",
                         parent);
    base = path_base(parent);
    pattern = text_format("%.*s.%s.XXXXXX", (int)(base - parent), parent, base);
    if (mkdtemp(pattern) == NULL)
        return error_set_errno(err, -errno, "cannot create a folder beside '%s'", parent);
    out->folder = steal_ptr(pattern);
    out->run_folder = text_format("%s/runs/%s", out->request->home, out->request->run->id);
    for (int i = 1; i < FOLDER_PLACES; i++) {
        _cleanup_free_ char *path = path_join(out->folder, folder_places[i]);

        if (mkdir(path, 0755) < 0)
            return error_set_errno(err, -errno, "cannot create '%s'", path);
    }
    return 0;
}

static int fill(struct making *out, struct judged *ret_judged, struct buffer *ret_sums,
                struct error **err)
{
    _cleanup_free_ char *reports = path_join(out->folder, "reports");
    int code = add_inputs(out, err);

    if (code == 0)
        code = add_records(out, err);
    if (code == 0)
        code = judge(out, ret_judged, err);
    if (code == 0)
        code = content_derive(ret_judged, out->request->statement, write_file, out, err);
    if (code == 0 && out->request->add_reports != NULL)
        code = out->request->add_reports(out->request->with, reports, err);
    if (code == 0 && out->request->sm2_key != NULL)
        code = add_sm2(out, err);
    return code == 0 ? add_sums(out, ret_sums, err) : code;
}

int certificate_make(const struct certificate_request *request, struct error **err)
{
    _cleanup_(making_done) struct making out = {.request = request};
    _cleanup_(judged_done) struct judged judged = {.programme = NULL};
    _cleanup_buffer_ struct buffer sums = {0}, signature = {0};
    _cleanup_free_ char *path = path_join(request->folder, SUMS_FILE ".sig");
    int code = begin(&out, err);

    if (code == 0)
        code = fill(&out, &judged, &sums, err);
    if (code == 0)
        code = sshsig_sign(request->key, SSHSIG_NAMESPACE, sums.data, sums.length, &signature, err);
    if (code == 0 && request->attest_key != NULL)
        code = add_attestation(&out, &judged, &sums, &signature, err);
    if (code == 0)
        code = sync_all(&out, err);
    if (code == 0)
        code = path_rename_new(out.folder, request->folder, err);
    if (code < 0)
        return code;
    free(steal_ptr(out.folder));
    /* Without its signature, what a killed process left verifies nowhere. */
    code = path_write_atomic(path, signature.data, signature.length, err);
    if (code < 0)
        path_remove_tree(request->folder, NULL);
    return code;
}
