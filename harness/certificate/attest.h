/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHA256SUMS.dsse.json: the certificate as an in-toto Statement (v1) in a DSSE envelope, for tools
 * that read those. Its subjects are the files of the product and the disks of the images, its
 * predicate (touchstone-certificate-format(5)) names the certificate by the SHA-256 of SHA256SUMS.
 * It is signed with the same key as SHA256SUMS.sig, so nobody has to trust another one. It is not
 * listed in SHA256SUMS, whose digest it has; certificate.json says that there is one.
 */
#ifndef TS_CERTIFICATE_ATTEST_H
#define TS_CERTIFICATE_ATTEST_H

#include "certificate/content.h"
#include "certificate/problems.h"
#include "certificate/sums.h"

struct error;
struct key;

#define ATTEST_FILE SUMS_ATTESTATION
#define ATTEST_PAYLOAD "application/vnd.in-toto+json"
#define ATTEST_PREDICATE "urn:touchstone:certificate:v1"
enum { ATTEST_MAX = 64 << 20 };

/* What an attestation states. Borrowed. */
struct attested {
    const struct judged *judged;
    const struct certificate_statement *statement;
    const char *sums_sha256;
};

/* Writes the envelope. keyid: the fingerprint of the key. */
int attest_write(const struct attested *attested, const struct key *key, const char *keyid,
                 struct buffer *ret_text, struct error **err);

/* A public key that may have signed it, with its fingerprint. Borrowed. */
struct attest_key {
    const char *fingerprint;
    const struct key *key;
};

/* Checks that the text is the one envelope of this content, signed with one of the keys. Of another
 * version of this program (not `exact`), the wording may differ. What is wrong is a problem. */
void attest_check(const struct attested *attested, bool exact, const struct buffer *text,
                  const struct attest_key *keys, size_t count, struct problems *problems);

#endif
