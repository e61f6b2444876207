/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signatures of OpenSSH (SSHSIG, PROTOCOL.sshsig of its sources), made and checked by ssh-keygen
 * -Y. What is checked is passed to it in memory: it opens nothing in the folder of a certificate.
 */
#ifndef TS_CERTIFICATE_SSHSIG_H
#define TS_CERTIFICATE_SSHSIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

struct error;

/* What a signature of a certificate is made for; another one is refused. */
#define SSHSIG_NAMESPACE "touchstone-certificate@v1"
enum { SSHSIG_MAX = 64 << 10, SSHSIG_SIGN_SECONDS = 120, SSHSIG_CHECK_SECONDS = 30 };

/* What a signature says of itself. */
struct sshsig {
    char *namespace;
    char *fingerprint; /* of the public key: "SHA256:…", as ssh-keygen -l prints it */
    struct buffer key; /* the public key, as key_from_ssh takes it */
};
void sshsig_done(struct sshsig *signature);

/* -EBADMSG: it is not a signature. Free with sshsig_done. */
int sshsig_parse(const char *text, size_t length, struct sshsig *ret_signature, struct error **err);

/* Signs for a namespace with the private key of a file (or, with a public key, by the agent).
 * ssh-keygen may ask for a passphrase on the terminal. */
int sshsig_sign(const char *key, const char *namespace, const void *data, size_t length,
                struct buffer *ret_signature, struct error **err);

/* Who may sign, and when it is checked. */
struct sshsig_trust {
    const char *signers;  /* a file as in ALLOWED SIGNERS of ssh-keygen(1); NULL: nobody is known */
    const char *identity; /* who must have signed; NULL: anybody who may */
    const char *revoked;  /* a file as in KEY REVOCATION LISTS of ssh-keygen(1); NULL: none */
    int64_t at_ms;        /* wall clock */
};

/* Checks a signature of the data. *ret_good: it is whole, and is of this namespace. *ret_signer
 * (caller frees): the identity in the file of signers; NULL: nobody who may sign, or a key that was
 * revoked. Negative only if ssh-keygen cannot be run or a file of the trust cannot be read. */
int sshsig_check(const struct buffer *signature, const char *namespace, const void *data,
                 size_t length, const struct sshsig_trust *trust, bool *ret_good, char **ret_signer,
                 struct error **err);

#endif
