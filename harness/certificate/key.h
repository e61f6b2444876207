/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys for signatures that OpenSSL makes and checks: those of OpenSSH of the types Ed25519, ECDSA
 * and RSA, and SM2. How each signs:
 *
 *     Ed25519   pure (RFC 8032)
 *     ECDSA     with SHA-256, SHA-384 or SHA-512, by the size of the curve; DER
 *     RSA       PKCS #1 v1.5 with SHA-256
 *     SM2       with SM3 and the distinguishing identifier 1234567812345678 (GM/T 0009); DER
 */
#ifndef TS_CERTIFICATE_KEY_H
#define TS_CERTIFICATE_KEY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/cleanup.h"

struct buffer;
struct error;

#define KEY_SM2_ID "1234567812345678"

struct key; /* one for signing has both parts, one for checking the public part */
void key_free(struct key *key);
DEFINE_CLEANUP(struct key *, key_free)

/* Reads the private key of a file: one of OpenSSH, or PEM. NULL: it cannot be read here (it has a
 * passphrase, is only in an agent or on a token, or is of another type); *ret_why (caller frees)
 * says so. */
struct key *key_load(const char *path, char **ret_why);

/* The public part of an SSH key, as a signature carries it. NULL: of another type, or malformed. */
struct key *key_from_ssh(const void *blob, size_t length);

/* SM2 keys, PEM: a private one of a file; a public one in memory; and the text of a public part. */
struct key *key_load_sm2(const char *path, struct error **err);
struct key *key_parse_sm2(const char *pem, size_t length);
int key_write_sm2(const struct key *key, struct buffer *ret_pem, struct error **err);

/* True if their public parts are the same. */
bool key_is_same(const struct key *a, const struct key *b);

int key_sign(const struct key *key, const void *data, size_t length, struct buffer *ret_signature,
             struct error **err);
bool key_check(const struct key *key, const void *data, size_t length,
               const struct buffer *signature);

#endif
