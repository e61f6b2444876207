/* SPDX-License-Identifier: Apache-2.0 */
/* The binary form in which OpenSSH writes keys and signatures (RFC 4251, section 5): numbers of
 * four bytes, and strings after their length. */
#ifndef TS_CERTIFICATE_SSH_WIRE_H
#define TS_CERTIFICATE_SSH_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes not read yet. Borrowed. */
struct ssh_bytes {
    const unsigned char *at;
    size_t length;
};

/* Take the next part; false: there are fewer bytes. */
bool ssh_take_number(struct ssh_bytes *left, uint32_t *ret_number);
bool ssh_take_string(struct ssh_bytes *left, struct ssh_bytes *ret_string);

/* True if the string is this text. */
bool ssh_is_text(const struct ssh_bytes *string, const char *text);

/* "SHA256:…" of a public key, as ssh-keygen -l prints it. Caller frees. */
char *ssh_fingerprint(const void *key, size_t length);

#endif
