/* SPDX-License-Identifier: Apache-2.0 */
/* SHA256SUMS: every file of a certificate but itself, its signatures and its attestation, as
 * sha256sum(1) writes and checks it. */
#ifndef TS_CERTIFICATE_SUMS_H
#define TS_CERTIFICATE_SUMS_H

#include <stdbool.h>
#include <stddef.h>

struct buffer;
struct error;
struct folder;
struct problems;

#define SUMS_FILE "SHA256SUMS"
#define SUMS_ATTESTATION "SHA256SUMS.dsse.json"
enum { SUMS_MAX = 256 << 20, SUMS_SIGNATURES = 9 };

/* "SHA256SUMS.sig", "SHA256SUMS.2.sig" … "SHA256SUMS.9.sig"; caller frees. */
char *sums_signature_name(unsigned number);
/* 0: the name is not that of a signature. */
unsigned sums_signature_number(const char *name);

/* False for SHA256SUMS itself, its signatures and its attestation. */
bool sums_is_listed(const char *name);

/* Writes the sums of all files that are listed in the folder, whose digests are computed. */
int sums_write(struct folder *folder, struct buffer *ret_text, struct error **err);

/* Checks that the text lists exactly the files of the folder, sorted, with their digests, which are
 * computed. Negative only if the host fails. */
int sums_check(struct folder *folder, const char *text, size_t length, struct problems *problems,
               struct error **err);

#endif
