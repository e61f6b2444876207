/* SPDX-License-Identifier: Apache-2.0 */
/* Signs and checks with OpenSSL. */
#include "certificate/key.h"

#include <errno.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/path.h"
#include "base/text.h"
#include "certificate/key_parts.h"

enum { KEY_FILE_MAX = 64 << 10 };

DEFINE_CLEANUP(EVP_MD_CTX *, EVP_MD_CTX_free)
DEFINE_CLEANUP(BIO *, BIO_free_all)

void key_free(struct key *key)
{
    if (key == NULL)
        return;
    EVP_PKEY_free(key->pkey);
    free(key);
}

struct key *key_new(EVP_PKEY *pkey)
{
    struct key *key = text_calloc(1, sizeof(*key));

    key->pkey = pkey;
    return key;
}

static bool is_sm2(const EVP_PKEY *pkey)
{
    return EVP_PKEY_is_a(pkey, "SM2") == 1;
}

/* NULL: the algorithm has its own. */
static const char *digest_name(const EVP_PKEY *pkey)
{
    int bits = EVP_PKEY_get_bits(pkey);

    if (EVP_PKEY_is_a(pkey, "ED25519"))
        return NULL;
    if (is_sm2(pkey))
        return "SM3";
    if (!EVP_PKEY_is_a(pkey, "EC"))
        return "SHA256";
    return bits > 384 ? "SHA512" : bits > 256 ? "SHA384" : "SHA256";
}

/* The identifier of SM2, which is set after the context was made: earlier, OpenSSL 3.0 refuses it.
 */
static bool set_identifier(const EVP_PKEY *pkey, EVP_PKEY_CTX *context)
{
    const OSSL_PARAM params[] = {
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_DIST_ID, (char *)KEY_SM2_ID,
                                          strlen(KEY_SM2_ID)),
        OSSL_PARAM_construct_end(),
    };

    return !is_sm2(pkey) || EVP_PKEY_CTX_set_params(context, params) == 1;
}

int key_sign(const struct key *key, const void *data, size_t length, struct buffer *ret_signature,
             struct error **err)
{
    _cleanup_(EVP_MD_CTX_free_cleanup) EVP_MD_CTX *context = EVP_MD_CTX_new();
    _cleanup_free_ unsigned char *signature = NULL;
    EVP_PKEY_CTX *parameters = NULL; /* owned by the context */
    size_t size = 0;

    if (context != NULL &&
        EVP_DigestSignInit_ex(context, &parameters, digest_name(key->pkey), NULL, NULL, key->pkey,
                              NULL) == 1 &&
        set_identifier(key->pkey, parameters) &&
        EVP_DigestSign(context, NULL, &size, data, length) == 1) {
        signature = text_calloc(1, size);
        if (EVP_DigestSign(context, signature, &size, data, length) == 1) {
            buffer_add(ret_signature, signature, size);
            return 0;
        }
    }
    return error_set(err, -EINVAL, "OpenSSL cannot sign with this key");
}

bool key_check(const struct key *key, const void *data, size_t length,
               const struct buffer *signature)
{
    _cleanup_(EVP_MD_CTX_free_cleanup) EVP_MD_CTX *context = EVP_MD_CTX_new();
    EVP_PKEY_CTX *parameters = NULL;

    return context != NULL && signature->length > 0 &&
           EVP_DigestVerifyInit_ex(context, &parameters, digest_name(key->pkey), NULL, NULL,
                                   key->pkey, NULL) == 1 &&
           set_identifier(key->pkey, parameters) &&
           EVP_DigestVerify(context, (const unsigned char *)signature->data, signature->length,
                            data, length) == 1;
}

bool key_is_same(const struct key *a, const struct key *b)
{
    return EVP_PKEY_eq(a->pkey, b->pkey) == 1;
}

/* --- files -------------------------------------------------------------------------------- */

/* Nobody is asked for a passphrase here. */
static int no_passphrase(char *to, int size, int writing, void *with)
{
    (void)to;
    (void)size;
    (void)writing;
    (void)with;
    return -1;
}

static EVP_PKEY *parse_pem(const char *text, size_t length, bool private)
{
    _cleanup_(BIO_free_all_cleanup) BIO *bio = BIO_new_mem_buf(text, (int)length);

    if (bio == NULL)
        return NULL;
    return private ? PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL)
                   : PEM_read_bio_PUBKEY(bio, NULL, no_passphrase, NULL);
}

struct key *key_load(const char *path, char **ret_why)
{
    _cleanup_buffer_ struct buffer text = {0};
    EVP_PKEY *pkey;
    struct key *key;

    if (path_read(path, KEY_FILE_MAX, &text, NULL) < 0) {
        *ret_why = text_dup("its file cannot be read");
        return NULL;
    }
    if (key_is_openssh(text.data, text.length)) {
        key = key_parse_openssh(text.data, text.length, ret_why);
    } else {
        pkey = parse_pem(text.data, text.length, true);
        key = pkey != NULL ? key_new(pkey) : NULL;
        if (key == NULL)
            *ret_why = text_dup("it has a passphrase, is only in an agent, or is of another type");
    }
    explicit_bzero(text.data, text.length);
    return key;
}

struct key *key_load_sm2(const char *path, struct error **err)
{
    _cleanup_buffer_ struct buffer text = {0};
    EVP_PKEY *pkey;
    int code = path_read(path, KEY_FILE_MAX, &text, err);

    if (code < 0)
        return NULL;
    pkey = parse_pem(text.data, text.length, true);
    explicit_bzero(text.data, text.length);
    if (pkey == NULL || !is_sm2(pkey)) {
        EVP_PKEY_free(pkey);
        error_set(err, -EINVAL,
                  "'%s' is not a private SM2 key (PEM, without a passphrase): 'openssl genpkey "
                  "-algorithm SM2 -out FILE' makes one",
                  path);
        return NULL;
    }
    return key_new(pkey);
}

struct key *key_parse_sm2(const char *pem, size_t length)
{
    EVP_PKEY *pkey = parse_pem(pem, length, false);

    if (pkey != NULL && is_sm2(pkey))
        return key_new(pkey);
    EVP_PKEY_free(pkey);
    return NULL;
}

int key_write_sm2(const struct key *key, struct buffer *ret_pem, struct error **err)
{
    _cleanup_(BIO_free_all_cleanup) BIO *bio = BIO_new(BIO_s_mem());
    char *data = NULL;
    long length;

    if (bio == NULL || PEM_write_bio_PUBKEY(bio, key->pkey) != 1)
        return error_set(err, -EINVAL, "OpenSSL cannot write this public key");
    length = BIO_get_mem_data(bio, &data);
    buffer_add(ret_pem, data, (size_t)length);
    return 0;
}
