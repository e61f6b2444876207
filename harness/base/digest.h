/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 (FIPS 180-4, by OpenSSL's EVP), which names every piece of evidence. */
#ifndef TS_BASE_DIGEST_H
#define TS_BASE_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"

#define DIGEST_TEXT_SIZE 65 /* 64 lower-case hex digits and NUL */

struct error;
struct digest; /* an incremental digest */

struct digest *digest_new(void);
struct digest *digest_new_sm3(void); /* SM3 (GB/T 32905), which is as long */
void digest_add(struct digest *digest, const void *data, size_t length);
void digest_text(struct digest *digest, char hex[DIGEST_TEXT_SIZE]); /* finishes the digest */
struct digest *digest_copy(const struct digest *digest);             /* of an unfinished one */
void digest_free(struct digest *digest);
DEFINE_CLEANUP(struct digest *, digest_free)

void digest_of_memory(const void *data, size_t length, char hex[DIGEST_TEXT_SIZE]);

/* Reads the whole file as a stream; ret_size (bytes) may be NULL. */
int digest_of_file(const char *path, char hex[DIGEST_TEXT_SIZE], uint64_t *ret_size,
                   struct error **err);

/* True for exactly 64 lower-case hex digits. */
bool digest_is_text(const char *text);

#endif
