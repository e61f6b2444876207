/* SPDX-License-Identifier: Apache-2.0 */
/* Parts of key.c: keys of OpenSSH as keys of OpenSSL. */
#ifndef TS_CERTIFICATE_KEY_PARTS_H
#define TS_CERTIFICATE_KEY_PARTS_H

#include <openssl/evp.h>

#include "base/text.h"
#include "certificate/key.h"

struct key {
    EVP_PKEY *pkey; /* owned */
};

/* Takes ownership. */
struct key *key_new(EVP_PKEY *pkey);

/* The text begins as a file of OpenSSH's own format. */
bool key_is_openssh(const char *text, size_t length);
struct key *key_parse_openssh(const char *text, size_t length, char **ret_why);

#endif
