/* SPDX-License-Identifier: Apache-2.0 */
/* Reads keys of OpenSSH (PROTOCOL.key of its sources; RFC 4253, 5656 and 8709). */
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/param_build.h>
#include <string.h>

#include "base/base64.h"
#include "certificate/key_parts.h"
#include "certificate/ssh_wire.h"

#define BEGIN "-----BEGIN OPENSSH PRIVATE KEY-----\n"
#define END "-----END OPENSSH PRIVATE KEY-----"
#define MAGIC "openssh-key-v1"
enum { ED25519_BYTES = 32 };

DEFINE_CLEANUP(OSSL_PARAM_BLD *, OSSL_PARAM_BLD_free)
DEFINE_CLEANUP(OSSL_PARAM *, OSSL_PARAM_free)
DEFINE_CLEANUP(EVP_PKEY_CTX *, EVP_PKEY_CTX_free)
DEFINE_CLEANUP(BIGNUM *, BN_clear_free)

static const struct {
    const char *type, *curve, *group;
} curves[] = {{"ecdsa-sha2-nistp256", "nistp256", "prime256v1"},
              {"ecdsa-sha2-nistp384", "nistp384", "secp384r1"},
              {"ecdsa-sha2-nistp521", "nistp521", "secp521r1"}};

static const char *group_of(const struct ssh_bytes *type)
{
    for (size_t i = 0; i < sizeof(curves) / sizeof(curves[0]); i++)
        if (ssh_is_text(type, curves[i].type))
            return curves[i].group;
    return NULL;
}

/* --- keys of OpenSSL ------------------------------------------------------------------------ */

static BIGNUM *number_of(const struct ssh_bytes *bytes)
{
    return BN_bin2bn(bytes->at, (int)bytes->length, NULL);
}

static EVP_PKEY *build(const char *algorithm, OSSL_PARAM_BLD *from, bool private)
{
    _cleanup_(OSSL_PARAM_free_cleanup) OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(from);
    _cleanup_(EVP_PKEY_CTX_free_cleanup) EVP_PKEY_CTX *context =
        EVP_PKEY_CTX_new_from_name(NULL, algorithm, NULL);
    EVP_PKEY *pkey = NULL;

    if (params == NULL || context == NULL || EVP_PKEY_fromdata_init(context) != 1 ||
        EVP_PKEY_fromdata(context, &pkey, private ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY,
                          params) != 1)
        return NULL;
    return pkey;
}

/* secret: NULL for a public key. */
static EVP_PKEY *make_ec(const char *group, const struct ssh_bytes *point,
                         const struct ssh_bytes *secret)
{
    _cleanup_(OSSL_PARAM_BLD_free_cleanup) OSSL_PARAM_BLD *from = OSSL_PARAM_BLD_new();
    _cleanup_(BN_clear_free_cleanup) BIGNUM *number = secret != NULL ? number_of(secret) : NULL;

    if (from == NULL ||
        OSSL_PARAM_BLD_push_utf8_string(from, OSSL_PKEY_PARAM_GROUP_NAME, group, 0) != 1 ||
        OSSL_PARAM_BLD_push_octet_string(from, OSSL_PKEY_PARAM_PUB_KEY, point->at, point->length) !=
            1 ||
        (number != NULL && OSSL_PARAM_BLD_push_BN(from, OSSL_PKEY_PARAM_PRIV_KEY, number) != 1))
        return NULL;
    return build("EC", from, number != NULL);
}

static EVP_PKEY *make_rsa(const struct ssh_bytes *n, const struct ssh_bytes *e,
                          const struct ssh_bytes *d)
{
    _cleanup_(OSSL_PARAM_BLD_free_cleanup) OSSL_PARAM_BLD *from = OSSL_PARAM_BLD_new();
    _cleanup_(BN_clear_free_cleanup) BIGNUM *modulus = number_of(n), *exponent = number_of(e);
    _cleanup_(BN_clear_free_cleanup) BIGNUM *secret = d != NULL ? number_of(d) : NULL;

    if (from == NULL || OSSL_PARAM_BLD_push_BN(from, OSSL_PKEY_PARAM_RSA_N, modulus) != 1 ||
        OSSL_PARAM_BLD_push_BN(from, OSSL_PKEY_PARAM_RSA_E, exponent) != 1 ||
        (secret != NULL && OSSL_PARAM_BLD_push_BN(from, OSSL_PKEY_PARAM_RSA_D, secret) != 1))
        return NULL;
    return build("RSA", from, secret != NULL);
}

/* --- public keys ---------------------------------------------------------------------------- */

struct key *key_from_ssh(const void *blob, size_t length)
{
    struct ssh_bytes left = {blob, length}, type, a, b;
    EVP_PKEY *pkey = NULL;

    if (!ssh_take_string(&left, &type) || !ssh_take_string(&left, &a))
        return NULL;
    if (ssh_is_text(&type, "ssh-ed25519") && a.length == ED25519_BYTES)
        pkey = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, a.at, a.length);
    else if (group_of(&type) != NULL && ssh_take_string(&left, &b))
        pkey = make_ec(group_of(&type), &b, NULL);
    else if (ssh_is_text(&type, "ssh-rsa") && ssh_take_string(&left, &b))
        pkey = make_rsa(&b, &a, NULL);
    if (pkey == NULL || left.length > 0) {
        EVP_PKEY_free(pkey);
        return NULL;
    }
    return key_new(pkey);
}

/* --- private keys --------------------------------------------------------------------------- */

bool key_is_openssh(const char *text, size_t length)
{
    return length > strlen(BEGIN) && strncmp(text, BEGIN, strlen(BEGIN)) == 0;
}

static bool take_text(const char *text, size_t length, struct buffer *ret_data)
{
    _cleanup_buffer_ struct buffer body = {0};
    const char *end = memmem(text, length, END, strlen(END));
    bool good;

    if (end == NULL)
        return false;
    for (const char *at = text + strlen(BEGIN); at < end; at++)
        if (*at != '\n' && *at != '\r')
            buffer_add(&body, at, 1);
    good = body.length > 0 && base64_decode(body.data, body.length, ret_data);
    if (body.length > 0)
        explicit_bzero(body.data, body.length);
    return good;
}

static EVP_PKEY *take_private(struct ssh_bytes *left)
{
    struct ssh_bytes type, parts[6];
    uint32_t first, second;
    const char *group;

    if (!ssh_take_number(left, &first) || !ssh_take_number(left, &second) || first != second ||
        !ssh_take_string(left, &type) || !ssh_take_string(left, &parts[0]) ||
        !ssh_take_string(left, &parts[1]))
        return NULL;
    if (ssh_is_text(&type, "ssh-ed25519") && parts[1].length == 2 * ED25519_BYTES)
        return EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, parts[1].at, ED25519_BYTES);
    group = group_of(&type);
    if (group != NULL && ssh_take_string(left, &parts[2]))
        return make_ec(group, &parts[1], &parts[2]);
    if (ssh_is_text(&type, "ssh-rsa") && ssh_take_string(left, &parts[2]))
        return make_rsa(&parts[0], &parts[1], &parts[2]);
    return NULL;
}

struct key *key_parse_openssh(const char *text, size_t length, char **ret_why)
{
    _cleanup_buffer_ struct buffer data = {0};
    struct ssh_bytes left, cipher, kdf, options, blob, secret;
    uint32_t count = 0;
    EVP_PKEY *pkey = NULL;
    struct key *key = NULL;
    bool whole = take_text(text, length, &data) && data.length > sizeof(MAGIC) &&
                 memcmp(data.data, MAGIC, sizeof(MAGIC)) == 0;

    left = (struct ssh_bytes){(const unsigned char *)data.data + sizeof(MAGIC),
                              whole ? data.length - sizeof(MAGIC) : 0};
    whole = whole && ssh_take_string(&left, &cipher) && ssh_take_string(&left, &kdf) &&
            ssh_take_string(&left, &options) && ssh_take_number(&left, &count) && count == 1 &&
            ssh_take_string(&left, &blob) && ssh_take_string(&left, &secret);
    if (!whole)
        *ret_why = text_dup("its file is not well-formed");
    else if (!ssh_is_text(&cipher, "none"))
        *ret_why = text_dup("it has a passphrase");
    else if ((pkey = take_private(&secret)) == NULL)
        *ret_why = text_dup("it is not of the type Ed25519, ECDSA or RSA");
    else
        key = key_new(pkey);
    if (data.length > 0)
        explicit_bzero(data.data, data.length);
    return key;
}
