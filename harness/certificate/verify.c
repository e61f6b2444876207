/* SPDX-License-Identifier: Apache-2.0 */
/* Verifies a certificate, and adds a signature to one. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/json.h"
#include "base/path.h"
#include "certificate/attest.h"
#include "certificate/certificate.h"
#include "certificate/folder.h"
#include "certificate/sums.h"
#include "judge/judge.h"
#include "model/image.h"

void certificate_report_done(struct certificate_report *report)
{
    problems_done(&report->problems);
    vec_foreach (row, &report->signatures)
        certificate_signature_done(row);
    vec_done(&report->signatures);
    sm2_report_done(&report->sm2);
    certificate_statement_done(&report->statement);
    judged_done(&report->judged_again);
}

struct verifying {
    const struct certificate_check *check;
    struct folder folder;
    struct buffer sums; /* the text of SHA256SUMS */
    struct certificate_report *report;
};

static void verifying_done(struct verifying *in)
{
    folder_done(&in->folder);
    buffer_done(&in->sums);
}

/* A file that must be there. 1: it is not, or is too large. */
static int read_file(struct verifying *in, const char *name, size_t limit, struct buffer *ret_text,
                     struct error **err)
{
    struct folder_file *file = folder_find(&in->folder, name);
    _cleanup_error_ struct error *why = NULL;
    int code;

    if (file == NULL) {
        problems_add(&in->report->problems, PROBLEM_MISSING, name, "a certificate has this file");
        return 1;
    }
    code = folder_read(&in->folder, file, limit, ret_text, &in->report->problems, &why);
    if (code == 0)
        return 0;
    if (code != -EFBIG && err != NULL)
        *err = steal_ptr(why);
    return code != -EFBIG ? code : 1;
}

/* --- signatures --------------------------------------------------------------------------- */

static int check_signature(struct verifying *in, const char *name,
                           struct certificate_signature *row, struct error **err)
{
    _cleanup_buffer_ struct buffer text = {0};
    const struct signed_file file = {SUMS_FILE, name, SSHSIG_NAMESPACE, &in->sums, &text};
    int code = read_file(in, name, SSHSIG_MAX, &text, err);

    row->file = text_dup(name);
    if (code != 0)
        return code < 0 ? code : 0;
    return signed_check(&file, &in->check->trust, row, &in->report->problems, err);
}

/* Every signature must be whole, and one of them of somebody who may sign. */
static int check_signatures(struct verifying *in, struct error **err)
{
    struct problems *problems = &in->report->problems;
    size_t tampered = problems->count[PROBLEM_TAMPERED];
    bool known = false;
    int code = 0;

    for (unsigned number = 1; code == 0 && number <= SUMS_SIGNATURES; number++) {
        _cleanup_free_ char *name = sums_signature_name(number);

        if (number == 1 || folder_find(&in->folder, name) != NULL)
            code = check_signature(in, name, vec_add(&in->report->signatures), err);
    }
    vec_foreach (row, &in->report->signatures)
        known |= row->signer != NULL;
    if (code == 0 && !known && problems->count[PROBLEM_TAMPERED] == tampered)
        problems_add(
            problems, PROBLEM_SIGNER, in->report->signatures.items[0].file,
            in->check->trust.signers == NULL
                ? "the signature is whole, but whose it is was not checked: name the "
                  "allowed signers with --signers"
                : "the signature is whole, but its key %s is not that of an allowed signer",
            in->report->signatures.items[0].fingerprint);
    return code;
}

/* --- content ------------------------------------------------------------------------------ */

static int compare_document(struct verifying *in, const struct buffer *is,
                            const struct buffer *should, struct error **err)
{
    _cleanup_json_ json_t *found = NULL, *expected = NULL;
    struct problems *problems = &in->report->problems;
    int code = json_parse(should->data, should->length, CONTENT_FILE, &expected, err);

    if (code == 0)
        code = json_parse(is->data, is->length, CONTENT_FILE, &found, err);
    if (code < 0)
        return code;
    content_compare(expected, found, in->report->exact,
                    in->report->statement.rules == JUDGE_RULES ? PROBLEM_CONTENT : PROBLEM_RULES,
                    problems);
    return 0;
}

/* Another version may have worded the pages otherwise: then only certificate.json is compared. */
static int compare_file(void *with, const char *name, const struct buffer *should,
                        struct error **err)
{
    struct verifying *in = with;
    bool document = strcmp(name, CONTENT_FILE) == 0;
    _cleanup_buffer_ struct buffer is = {0};
    int code;

    if (!in->report->exact && !document)
        return 0;
    code = read_file(in, name, CONTENT_MAX, &is, err);
    if (code != 0)
        return code < 0 ? code : 0;
    if (is.length == should->length && memcmp(is.data, should->data, is.length) == 0)
        return 0;
    if (document)
        return compare_document(in, &is, should, err);
    problems_add(&in->report->problems, PROBLEM_CONTENT, name,
                 "it is not what follows from the records");
    return 0;
}

/* 1: it cannot be read. */
static int read_statement(struct verifying *in, struct error **err)
{
    _cleanup_buffer_ struct buffer text = {0};
    _cleanup_error_ struct error *why = NULL;
    _cleanup_json_ json_t *json = NULL;
    int code = read_file(in, CONTENT_FILE, CONTENT_MAX, &text, err);

    if (code != 0)
        return code;
    code = json_parse(text.data != NULL ? text.data : "", text.length, CONTENT_FILE, &json, &why);
    if (code == 0)
        code = content_read(json, &in->report->statement, &why);
    if (code < 0) {
        problems_add(&in->report->problems, PROBLEM_CONTENT, CONTENT_FILE, "%s",
                     error_message(why));
        return 1;
    }
    in->report->read = true;
    in->report->exact = strcmp(in->report->statement.version, in->check->version) == 0 &&
                        in->report->statement.rules == JUDGE_RULES;
    return 0;
}

static void check_validity(struct verifying *in)
{
    const struct certificate_statement *statement = &in->report->statement;
    char today[WAIVER_DATE_SIZE], created[WAIVER_DATE_SIZE];

    waiver_date(in->check->trust.at_ms, today);
    waiver_date(statement->created_ms, created);
    if (statement->valid_until[0] != '\0' && strcmp(statement->valid_until, today) < 0)
        problems_add(&in->report->problems, PROBLEM_EXPIRED, CONTENT_FILE,
                     "it was valid until %s, and it is %s", statement->valid_until, today);
    if (strcmp(created, today) > 0)
        problems_add(&in->report->problems, PROBLEM_EARLY, CONTENT_FILE,
                     "it was created on %s, and it is %s", created, today);
}

/* The digests that were demanded are in it: a certificate of another build does not have them. */
static void check_demands(struct verifying *in)
{
    const struct judged *judged = &in->report->judged_again;

    for (size_t i = 0; i < in->check->images.count; i++) {
        bool found = false;

        vec_foreach (image, &judged->images)
            found |= (*image)->disk.path != NULL &&
                     strcmp((*image)->disk.sha256, in->check->images.items[i]) == 0;
        if (!found)
            problems_add(&in->report->problems, PROBLEM_IMAGE, NULL,
                         "it is not about the image with SHA-256 %s", in->check->images.items[i]);
    }
    for (size_t i = 0; i < in->check->products.count; i++) {
        bool found = false;

        for (size_t at = 0; !found && at < judged->product.count; at++)
            found = text_starts(judged->product.items[at], in->check->products.items[i]);
        if (!found)
            problems_add(&in->report->problems, PROBLEM_PRODUCT, NULL,
                         "no file of its suite and no package that was installed has SHA-256 %s",
                         in->check->products.items[i]);
    }
    if (!content_is_certificate(judged))
        problems_add(&in->report->problems, PROBLEM_LEVEL, CONTENT_FILE,
                     "it is a record of tests: no level of the programme is reached");
}

/* A certificate has an attestation if it says so. */
static int check_attestation(struct verifying *in, struct error **err)
{
    struct problems *problems = &in->report->problems;
    const struct attested attested = {&in->report->judged_again, &in->report->statement,
                                      in->report->sums_sha256};
    size_t tampered = problems->count[PROBLEM_TAMPERED];
    _cleanup_buffer_ struct buffer text = {0};
    VEC(struct attest_key) keys = {0};
    int code;

    if (!in->report->statement.attested) {
        if (folder_find(&in->folder, ATTEST_FILE) != NULL)
            problems_add(problems, PROBLEM_UNLISTED, ATTEST_FILE,
                         CONTENT_FILE " does not say that there is one");
        return 0;
    }
    code = read_file(in, ATTEST_FILE, ATTEST_MAX, &text, err);
    if (code != 0)
        return code < 0 ? code : 0;
    vec_foreach (row, &in->report->signatures)
        if (row->key != NULL)
            *vec_add(&keys) = (struct attest_key){row->fingerprint, row->key};
    attest_check(&attested, in->report->exact, &text, keys.items, keys.count, problems);
    vec_done(&keys);
    in->report->attested = problems->count[PROBLEM_TAMPERED] == tampered;
    return 0;
}

static int check_content(struct verifying *in, struct error **err)
{
    int code = read_statement(in, err);

    if (code != 0)
        return code < 0 ? code : 0;
    check_validity(in);
    code = judged_load(&in->folder, &in->report->statement.scope, &in->report->judged_again,
                       &in->report->judged, &in->report->problems, err);
    if (code < 0 || !in->report->judged)
        return code;
    check_demands(in);
    code = check_attestation(in, err);
    return code < 0 ? code
                    : content_derive(&in->report->judged_again, &in->report->statement,
                                     compare_file, in, err);
}

/* --- all of it ---------------------------------------------------------------------------- */

static int verify(struct verifying *in, struct error **err)
{
    int code = folder_open(in->check->folder, &in->folder, &in->report->problems, err);

    if (code < 0)
        return code;
    in->report->files = in->folder.files.count;
    code = read_file(in, SUMS_FILE, SUMS_MAX, &in->sums, err);
    if (code == 0)
        digest_of_memory(in->sums.data != NULL ? in->sums.data : "", in->sums.length,
                         in->report->sums_sha256);
    if (code == 0)
        code = sums_check(&in->folder, in->sums.data != NULL ? in->sums.data : "", in->sums.length,
                          &in->report->problems, err);
    if (code == 0)
        code = check_signatures(in, err);
    if (code >= 0) {
        int found = sm2_check(&in->folder, in->check->sm2_signers, &in->report->sm2,
                              &in->report->problems, err);

        code = found < 0 ? found : code;
    }
    return code >= 0 ? check_content(in, err) : code;
}

int certificate_verify(const struct certificate_check *check, struct certificate_report *ret_report,
                       struct error **err)
{
    _cleanup_(certificate_report_done) struct certificate_report report = {.files = 0};
    _cleanup_(verifying_done) struct verifying in = {.check = check, .report = &report};
    int code = verify(&in, err);

    if (code < 0)
        return code;
    *ret_report = report;
    memset(&report, 0, sizeof(report));
    return 0;
}

int certificate_add_signature(const struct certificate_check *check, const char *key,
                              char **ret_name, struct error **err)
{
    _cleanup_(certificate_report_done) struct certificate_report report = {.files = 0};
    _cleanup_(verifying_done) struct verifying in = {.check = check, .report = &report};
    _cleanup_buffer_ struct buffer signature = {0};
    int code = verify(&in, err);

    if (code == 0 && report.problems.count[PROBLEM_TAMPERED] > 0)
        return error_set(
            err, -EBADMSG, "'%s' is not signed: %s%s%s ('touchstone verify' lists everything)",
            check->folder,
            report.problems.rows.items[0].file != NULL ? report.problems.rows.items[0].file : "",
            report.problems.rows.items[0].file != NULL ? ": " : "",
            report.problems.rows.items[0].text);
    if (code == 0)
        code = sshsig_sign(key, SSHSIG_NAMESPACE, in.sums.data, in.sums.length, &signature, err);
    for (unsigned number = 2; code == 0 && number <= SUMS_SIGNATURES; number++) {
        _cleanup_free_ char *name = sums_signature_name(number), *path = NULL;

        if (folder_find(&in.folder, name) != NULL)
            continue;
        path = path_join(check->folder, name);
        code = path_write_atomic(path, signature.data, signature.length, err);
        if (code == 0)
            *ret_name = steal_ptr(name);
        return code;
    }
    return code < 0 ? code
                    : error_set(err, -EEXIST, "'%s' has %d signatures, which is the most",
                                check->folder, SUMS_SIGNATURES);
}
