/* SPDX-License-Identifier: Apache-2.0 */
/* Writes and checks SM3SUMS. */
#include "certificate/sm2.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"
#include "certificate/folder.h"
#include "certificate/key.h"
#include "certificate/sums.h"

#define PEM_END "-----END PUBLIC KEY-----"
enum { PEM_MAX = 64 << 10, SIGNATURE_MAX = 1 << 10 };

void sm2_report_done(struct sm2_report *report)
{
    free(report->fingerprint);
}

static bool is_covered(const char *name)
{
    return sums_is_listed(name) && strcmp(name, SM2_SUMS) != 0 && strcmp(name, SM2_SIGNATURE) != 0;
}

int sm2_sums(const struct folder *folder, struct buffer *ret_text, struct error **err)
{
    vec_foreach (file, &folder->files) {
        char sm3[DIGEST_TEXT_SIZE];
        int code;

        if (!is_covered(file->name))
            continue;
        code = folder_sm3(folder, file, sm3, err);
        if (code < 0)
            return code;
        buffer_format(ret_text, "%s  %s\n", sm3, file->name);
    }
    return 0;
}

/* 1: it is not there, or too large. */
static int read_file(struct folder *folder, const char *name, size_t limit, struct buffer *ret_text,
                     struct problems *problems, struct error **err)
{
    struct folder_file *file = folder_find(folder, name);
    _cleanup_error_ struct error *why = NULL;
    int code;

    if (file == NULL) {
        problems_add(problems, PROBLEM_MISSING, name,
                     "a certificate that is signed with SM2 has this file");
        return 1;
    }
    code = folder_read(folder, file, limit, ret_text, problems, &why);
    if (code == -EFBIG)
        return 1;
    if (code < 0)
        *err = steal_ptr(why);
    return code;
}

/* Each public key of the file, one after the other. */
static int find_signer(const char *signers, const struct key *key, bool *ret_found,
                       struct error **err)
{
    _cleanup_buffer_ struct buffer text = {0};
    int code = path_read(signers, PEM_MAX, &text, err);

    if (code < 0)
        return error_prefix(err, "--sm2-signers");
    for (const char *at = text.data, *end; (end = strstr(at, PEM_END)) != NULL;
         at = end + strlen(PEM_END)) {
        size_t length = (size_t)(end - at) + strlen(PEM_END);
        _cleanup_(key_free_cleanup) struct key *allowed = key_parse_sm2(at, length);

        *ret_found = *ret_found || (allowed != NULL && key_is_same(allowed, key));
    }
    return 0;
}

/* The files as they were read; the sums as they should be. */
static int check(struct folder *folder, const char *signers, struct sm2_report *to,
                 struct problems *problems, struct error **err)
{
    _cleanup_buffer_ struct buffer sums = {0}, signature = {0}, pem = {0}, should = {0};
    _cleanup_(key_free_cleanup) struct key *key = NULL;
    char sha256[DIGEST_TEXT_SIZE];
    int code = read_file(folder, SM2_SUMS, SUMS_MAX, &sums, problems, err);

    if (code == 0)
        code = read_file(folder, SM2_SIGNATURE, SIGNATURE_MAX, &signature, problems, err);
    if (code == 0)
        code = read_file(folder, SM2_KEY, PEM_MAX, &pem, problems, err);
    if (code == 0)
        code = sm2_sums(folder, &should, err);
    if (code != 0)
        return code < 0 ? code : 0;
    key = pem.length > 0 ? key_parse_sm2(pem.data, pem.length) : NULL;
    if (sums.length != should.length || memcmp(sums.data, should.data, should.length) != 0)
        problems_add(problems, PROBLEM_SUMS, SM2_SUMS,
                     "it does not have the SM3 digests of the files that are there");
    else if (key == NULL || !key_check(key, sums.data, sums.length, &signature))
        problems_add(problems, PROBLEM_SIGNATURE, SM2_SIGNATURE,
                     "it is not an SM2 signature of this " SM2_SUMS " with the key in " SM2_KEY);
    else
        to->good = true;
    digest_of_memory(pem.data, pem.length, sha256);
    to->fingerprint = text_dup(sha256);
    return to->good && signers != NULL ? find_signer(signers, key, &to->allowed, err) : 0;
}

int sm2_check(struct folder *folder, const char *signers, struct sm2_report *ret_report,
              struct problems *problems, struct error **err)
{
    static const char *const names[] = {SM2_SUMS, SM2_SIGNATURE, SM2_KEY};
    int code = 0;

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        ret_report->present |= folder_find(folder, names[i]) != NULL;
    if (ret_report->present)
        code = check(folder, signers, ret_report, problems, err);
    if (code == 0 && signers != NULL && !ret_report->allowed)
        problems_add(problems, PROBLEM_SIGNER, SM2_SIGNATURE,
                     ret_report->present ? "its SM2 key is not one of --sm2-signers"
                                         : "it is not signed with SM2");
    return code;
}
