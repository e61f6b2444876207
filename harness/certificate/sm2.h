/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The same with the algorithms of the Chinese standards, for those who demand them: SM3SUMS has the
 * SM3 digest of every file that SHA256SUMS has too, SM3SUMS.sig is its SM2 signature (DER), and
 * sm2.pub.pem the public key. All three are listed in SHA256SUMS.
 */
#ifndef TS_CERTIFICATE_SM2_H
#define TS_CERTIFICATE_SM2_H

#include <stdbool.h>

#include "certificate/problems.h"

struct buffer;
struct error;
struct folder;
struct key;

#define SM2_SUMS "SM3SUMS"
#define SM2_SIGNATURE "SM3SUMS.sig"
#define SM2_KEY "sm2.pub.pem"

/* What was found. */
struct sm2_report {
    bool present;
    bool good;         /* whole, and signed with the key in the folder */
    char *fingerprint; /* SHA-256 of sm2.pub.pem; NULL: there is none */
    bool allowed;      /* the key is one of the reader's */
};
void sm2_report_done(struct sm2_report *report);

/* The text of SM3SUMS for the files of the folder. */
int sm2_sums(const struct folder *folder, struct buffer *ret_text, struct error **err);

/* Checks the three files, if one of them is there. signers: a PEM file of public keys, one of which
 * must have signed; NULL: whose the key is is not checked. Negative only if the host fails, or the
 * file of keys cannot be read. */
int sm2_check(struct folder *folder, const char *signers, struct sm2_report *ret_report,
              struct problems *problems, struct error **err);

#endif
