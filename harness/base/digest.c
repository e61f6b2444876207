/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 of memory, streams and files. */
#include "base/digest.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <string.h>
#include <threads.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"

struct digest {
    EVP_MD_CTX *context;
};

static struct digest *new_of(const EVP_MD *algorithm)
{
    struct digest *digest = text_calloc(1, sizeof(*digest));

    digest->context = EVP_MD_CTX_new();
    if (digest->context == NULL || EVP_DigestInit_ex(digest->context, algorithm, NULL) != 1)
        text_out_of_memory();
    return digest;
}

struct digest *digest_new(void)
{
    return new_of(EVP_sha256());
}

struct digest *digest_new_sm3(void)
{
    return new_of(EVP_sm3());
}

void digest_add(struct digest *digest, const void *data, size_t length)
{
    EVP_DigestUpdate(digest->context, data, length);
}

static void to_hex(const unsigned char *raw, size_t length, char *hex)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < length; i++) {
        hex[2 * i] = digits[raw[i] >> 4];
        hex[2 * i + 1] = digits[raw[i] & 15];
    }
    hex[2 * length] = '\0';
}

void digest_text(struct digest *digest, char hex[DIGEST_TEXT_SIZE])
{
    unsigned char raw[EVP_MAX_MD_SIZE];
    unsigned length = 0;

    EVP_DigestFinal_ex(digest->context, raw, &length);
    to_hex(raw, length, hex);
}

struct digest *digest_copy(const struct digest *digest)
{
    struct digest *copy = digest_new();

    if (EVP_MD_CTX_copy_ex(copy->context, digest->context) != 1)
        text_out_of_memory();
    return copy;
}

void digest_free(struct digest *digest)
{
    if (digest == NULL)
        return;
    EVP_MD_CTX_free(digest->context);
    free(digest);
}

/* Fetched once: OpenSSL otherwise looks the algorithm up by name for every digest, which takes
 * longer than hashing a row. */
static EVP_MD *sha256;
static once_flag sha256_once = ONCE_FLAG_INIT;

static void fetch_sha256(void)
{
    sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    if (sha256 == NULL)
        text_out_of_memory();
}

void digest_of_memory(const void *data, size_t length, char hex[DIGEST_TEXT_SIZE])
{
    unsigned char raw[SHA256_DIGEST_LENGTH];

    call_once(&sha256_once, fetch_sha256);
    if (EVP_Digest(length > 0 ? data : "", length, raw, NULL, sha256, NULL) != 1)
        text_out_of_memory();
    to_hex(raw, sizeof(raw), hex);
}

int digest_of_file(const char *path, char hex[DIGEST_TEXT_SIZE], uint64_t *ret_size,
                   struct error **err)
{
    static const size_t chunk = 1 << 20;
    _cleanup_(digest_free_cleanup) struct digest *digest = digest_new();
    _cleanup_free_ char *data = text_calloc(1, chunk);
    _cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
    uint64_t size = 0;

    if (fd < 0)
        return error_set_errno(err, -errno, "cannot open '%s' to compute its SHA-256", path);
    posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
    for (;;) {
        ssize_t got = read(fd, data, chunk);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return error_set_errno(err, -errno, "cannot read '%s' to compute its SHA-256", path);
        if (got == 0)
            break;
        digest_add(digest, data, (size_t)got);
        size += (uint64_t)got;
    }
    digest_text(digest, hex);
    if (ret_size != NULL)
        *ret_size = size;
    return 0;
}

bool digest_is_text(const char *text)
{
    size_t length = 0;

    while (text != NULL && length < DIGEST_TEXT_SIZE - 1 &&
           ((text[length] >= '0' && text[length] <= '9') ||
            (text[length] >= 'a' && text[length] <= 'f')))
        length++;
    return length == DIGEST_TEXT_SIZE - 1 && text[length] == '\0';
}
