/* SPDX-License-Identifier: Apache-2.0 */
/* The statement and its envelope. */
#include "certificate/attest.h"

#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "base/json_write.h"
#include "certificate/content.h"
#include "certificate/key.h"
#include "model/image.h"

/* --- statement ---------------------------------------------------------------------------- */

/* "SHA256 NAME" of the product's files and packages, and the disks that it was tested on. */
static void write_subject(const struct judged *judged, struct json_writer *to)
{
    json_write_array(to, "subject");
    for (size_t i = 0; i < judged->product.count; i++) {
        const char *row = judged->product.items[i];
        char sha256[DIGEST_TEXT_SIZE];

        memcpy(sha256, row, DIGEST_TEXT_SIZE - 1);
        sha256[DIGEST_TEXT_SIZE - 1] = '\0';
        content_write_resource(to, row + DIGEST_TEXT_SIZE, sha256);
    }
    vec_foreach (image, &judged->images)
        if ((*image)->disk.path != NULL)
            content_write_resource(to, (*image)->name, (*image)->disk.sha256);
    json_write_end(to);
}

static void write_predicate(const struct attested *of, struct json_writer *to)
{
    const struct judged *judged = of->judged;
    const char *until = of->statement->valid_until;

    json_write_object(to, "predicate");
    json_write_text(to, "certificate_sha256", of->sums_sha256);
    json_write_text(to, "kind", content_is_certificate(judged) ? "certificate" : "record");
    json_write_text(to, "programme", judged->programme->name);
    json_write_text(to, "programme_sha256", judged->programme->file_sha256);
    json_write_text(to, "level",
                    content_is_certificate(judged)
                        ? judged->programme->levels.items[judged->status.reached].id
                        : NULL);
    json_write_text(to, "suite", judged->status.suite);
    json_write_text(to, "system", judged->status.system);
    json_write_text(to, "run", judged->about->run.id);
    json_write_integer(to, "created_ms", of->statement->created_ms);
    json_write_text(to, "valid_until", until[0] != '\0' ? until : NULL);
    content_write_cells(judged, to);
    json_write_end(to);
}

static void write_statement(const struct attested *of, struct json_writer *to)
{
    json_write_object(to, NULL);
    json_write_text(to, "_type", "https://in-toto.io/Statement/v1");
    write_subject(of->judged, to);
    json_write_text(to, "predicateType", ATTEST_PREDICATE);
    write_predicate(of, to);
    json_write_end(to);
}

/* --- envelope ------------------------------------------------------------------------------- */

/* What is signed: the pre-authentication encoding of DSSE version 1. */
static void encode(const void *payload, size_t length, struct buffer *ret_text)
{
    buffer_format(ret_text, "DSSEv1 %zu " ATTEST_PAYLOAD " %zu ", strlen(ATTEST_PAYLOAD), length);
    buffer_add(ret_text, payload, length);
}

/* There is one text for the same content. */
static void write_envelope(const struct buffer *payload, const char *keyid,
                           const struct buffer *signature, struct buffer *ret_text)
{
    _cleanup_(json_writer_done) struct json_writer to = {.sink = NULL};
    _cleanup_buffer_ struct buffer body = {0}, sig = {0};

    base64_encode(payload->data, payload->length, &body);
    base64_encode(signature->data, signature->length, &sig);
    json_write_object(&to, NULL);
    json_write_text(&to, "payload", body.data);
    json_write_text(&to, "payloadType", ATTEST_PAYLOAD);
    json_write_array(&to, "signatures");
    json_write_object(&to, NULL);
    json_write_text(&to, "keyid", keyid);
    json_write_text(&to, "sig", sig.data);
    json_write_end(&to);
    json_write_end(&to);
    json_write_end(&to);
    buffer_add(ret_text, to.text.data, to.text.length);
}

int attest_write(const struct attested *attested, const struct key *key, const char *keyid,
                 struct buffer *ret_text, struct error **err)
{
    _cleanup_(json_writer_done) struct json_writer to = {.sink = NULL};
    _cleanup_buffer_ struct buffer encoded = {0}, signature = {0};
    int code;

    write_statement(attested, &to);
    encode(to.text.data, to.text.length, &encoded);
    code = key_sign(key, encoded.data, encoded.length, &signature, err);
    if (code == 0)
        write_envelope(&to.text, keyid, &signature, ret_text);
    return code;
}

/* --- verification --------------------------------------------------------------------------- */

struct envelope {
    struct buffer payload, signature;
    char *keyid;
};

static void envelope_done(struct envelope *envelope)
{
    buffer_done(&envelope->payload);
    buffer_done(&envelope->signature);
    free(envelope->keyid);
}

static bool take_bytes(const json_t *object, const char *key, struct buffer *ret_data)
{
    const char *text = json_string_value(json_object_get(object, key));

    return text != NULL && base64_decode(text, strlen(text), ret_data) && ret_data->length > 0;
}

/* False: it is not an envelope that this program writes. */
static bool parse(const struct buffer *text, struct envelope *to)
{
    _cleanup_json_ json_t *json = NULL;
    _cleanup_buffer_ struct buffer again = {0};
    const json_t *row;

    if (text->length == 0 || json_parse(text->data, text->length, ATTEST_FILE, &json, NULL) < 0)
        return false;
    row = json_array_get(json_object_get(json, "signatures"), 0);
    to->keyid = text_dup(json_string_value(json_object_get(row, "keyid")));
    if (to->keyid == NULL || !take_bytes(json, "payload", &to->payload) ||
        !take_bytes(row, "sig", &to->signature))
        return false;
    write_envelope(&to->payload, to->keyid, &to->signature, &again);
    return again.length == text->length && memcmp(again.data, text->data, text->length) == 0;
}

static bool is_signed(const struct envelope *envelope, const struct attest_key *keys, size_t count)
{
    _cleanup_buffer_ struct buffer encoded = {0};

    encode(envelope->payload.data, envelope->payload.length, &encoded);
    for (size_t i = 0; i < count; i++)
        if (keys[i].key != NULL && strcmp(keys[i].fingerprint, envelope->keyid) == 0 &&
            key_check(keys[i].key, encoded.data, encoded.length, &envelope->signature))
            return true;
    return false;
}

static void compare(const struct attested *attested, bool exact, const struct buffer *payload,
                    struct problems *problems)
{
    _cleanup_(json_writer_done) struct json_writer to = {.sink = NULL};
    _cleanup_json_ json_t *should = NULL, *is = NULL;

    write_statement(attested, &to);
    if (to.text.length == payload->length &&
        memcmp(to.text.data, payload->data, payload->length) == 0)
        return;
    if (exact || json_parse(payload->data, payload->length, ATTEST_FILE, &is, NULL) < 0 ||
        json_parse(to.text.data, to.text.length, ATTEST_FILE, &should, NULL) < 0) {
        problems_add(problems, PROBLEM_CONTENT, ATTEST_FILE,
                     "its statement is not what follows from the records");
        return;
    }
    content_compare(should, is, exact, PROBLEM_CONTENT, problems);
}

void attest_check(const struct attested *attested, bool exact, const struct buffer *text,
                  const struct attest_key *keys, size_t count, struct problems *problems)
{
    _cleanup_(envelope_done) struct envelope envelope = {.keyid = NULL};

    if (!parse(text, &envelope)) {
        problems_add(problems, PROBLEM_SIGNATURE, ATTEST_FILE,
                     "it is not a DSSE envelope as this program writes it");
        return;
    }
    if (!is_signed(&envelope, keys, count))
        problems_add(problems, PROBLEM_SIGNATURE, ATTEST_FILE,
                     "it is not signed with a key that signed " SUMS_FILE);
    compare(attested, exact, &envelope.payload, problems);
}
