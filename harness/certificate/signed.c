/* SPDX-License-Identifier: Apache-2.0 */
/* Checks a signature of a file. */
#include "certificate/signed.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "certificate/key.h"

void certificate_signature_done(struct certificate_signature *signature)
{
    free(signature->file);
    free(signature->fingerprint);
    free(signature->signer);
    key_free(signature->key);
}

int signed_check(const struct signed_file *file, const struct sshsig_trust *trust,
                 struct certificate_signature *row, struct problems *problems, struct error **err)
{
    const struct buffer *text = file->signature;
    _cleanup_(sshsig_done) struct sshsig signature = {NULL};
    _cleanup_error_ struct error *why = NULL;
    bool good = false;
    int code;

    text_replace(&row->file, file->signature_name);
    if (sshsig_parse(text->data != NULL ? text->data : "", text->length, &signature, &why) < 0) {
        problems_add(problems, PROBLEM_SIGNATURE, file->signature_name, "%s", error_message(why));
        return 0;
    }
    row->fingerprint = text_dup(signature.fingerprint);
    if (strcmp(signature.namespace, file->namespace) != 0) {
        problems_add(problems, PROBLEM_NAMESPACE, file->signature_name,
                     "it was made for the namespace '%s', not for '%s'", signature.namespace,
                     file->namespace);
        return 0;
    }
    code = sshsig_check(text, file->namespace, file->data->data, file->data->length, trust, &good,
                        &row->signer, err);
    if (code == 0 && !good)
        problems_add(problems, PROBLEM_SIGNATURE, file->signature_name,
                     "it is not a signature of this %s, which was modified", file->name);
    if (code == 0 && good)
        row->key = key_from_ssh(signature.key.data, signature.key.length);
    return code;
}
