/* SPDX-License-Identifier: Apache-2.0 */
/* One signature of a file, checked: what it is, and whose. */
#ifndef TS_CERTIFICATE_SIGNED_H
#define TS_CERTIFICATE_SIGNED_H

#include "certificate/problems.h"
#include "certificate/sshsig.h"

struct error;
struct key;

struct certificate_signature {
    char *file;        /* its name */
    char *fingerprint; /* of the key; NULL: it is no signature */
    char *signer;      /* the identity in the file of signers; NULL: nobody who may sign */
    struct key *key;   /* owned; set if it is whole; NULL: of a type that only OpenSSH checks */
};
void certificate_signature_done(struct certificate_signature *signature);

/* A file and its signature. Borrowed. */
struct signed_file {
    const char *name, *signature_name;
    const char *namespace; /* that it must be signed for */
    const struct buffer *data, *signature;
};

/* Sets the members of the row. What is wrong is a problem; a signature of somebody who may not sign
 * is none. Negative only if the host fails. */
int signed_check(const struct signed_file *file, const struct sshsig_trust *trust,
                 struct certificate_signature *row, struct problems *problems, struct error **err);

#endif
