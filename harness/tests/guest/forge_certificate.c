/* SPDX-License-Identifier: Apache-2.0 */
/* forge_certificate FOLDER CASE KEY: does what a dishonest laboratory can do. The case becomes
 * passed in every record of the certificate, the chain is sealed again, everything that follows is
 * judged and written again, and all of it is signed with the key. 'touchstone verify' finds nothing
 * wrong with it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "base/path.h"
#include "certificate/attest.h"
#include "certificate/chain.h"
#include "certificate/content.h"
#include "certificate/folder.h"
#include "certificate/key.h"
#include "certificate/sshsig.h"
#include "certificate/sums.h"

struct forging {
    const char *folder, *case_id;
    struct chain chain;
    struct buffer text;
    unsigned changed;
};

static void fail(const struct error *err)
{
    fprintf(stderr, "forge_certificate: %s\n", err != NULL ? error_message(err) : "failed");
    exit(1);
}

static int write_file(void *with, const char *name, const struct buffer *text, struct error **err)
{
    const struct forging *in = with;
    _cleanup_free_ char *path = path_join(in->folder, name);

    return path_write_atomic(path, text->data, text->length, err);
}

static int forge_record(void *with, size_t line, enum chain_kind kind, const struct buffer *record,
                        const char *sha256, struct error **err)
{
    struct forging *in = with;
    _cleanup_json_ json_t *json = NULL;
    _cleanup_free_ char *text = NULL;
    struct buffer forged = *record;
    json_t *row;
    size_t at;

    (void)line;
    (void)sha256;
    if (kind == CHAIN_ATTEMPT) {
        if (json_parse(record->data, record->length, "record", &json, err) < 0)
            return -1;
        json_array_foreach(json_object_get(json, "cases"), at, row)
        {
            if (!text_equal(json_string_value(json_object_get(row, "id")), in->case_id))
                continue;
            json_object_set_new(row, "status", json_string("PASS"));
            json_object_set_new(row, "blame", json_string("none"));
            json_object_set_new(row, "reason", json_null());
            json_object_set_new(row, "exit_code", json_integer(0));
            in->changed++;
        }
        text = json_dumps(json, JSON_SORT_KEYS | JSON_INDENT(2));
        forged = (struct buffer){.data = text, .length = strlen(text)};
    }
    chain_add(&in->chain, kind, &forged, &in->text);
    return 0;
}

static void forge_chain(struct forging *in, struct problems *problems)
{
    _cleanup_free_ char *path = path_join(in->folder, CHAIN_FILE);
    _cleanup_buffer_ struct buffer old = {0};
    struct error *err = NULL;
    struct chain before;

    chain_begin(&in->chain);
    if (path_read(path, CHAIN_MAX, &old, &err) < 0 ||
        chain_read(old.data, old.length, forge_record, in, &before, problems, &err) != 0 ||
        write_file(in, CHAIN_FILE, &in->text, &err) < 0)
        fail(err);
    if (in->changed == 0) {
        fprintf(stderr, "forge_certificate: no record has case '%s'\n", in->case_id);
        exit(1);
    }
}

static void read_statement(const struct forging *in, struct certificate_statement *to)
{
    _cleanup_free_ char *path = path_join(in->folder, CONTENT_FILE);
    _cleanup_json_ json_t *json = NULL;
    struct error *err = NULL;

    if (json_read_file(path, CONTENT_MAX, &json, &err) < 0 || content_read(json, to, &err) < 0)
        fail(err);
}

static void derive(struct forging *in, struct problems *problems)
{
    _cleanup_(certificate_statement_done) struct certificate_statement statement = {.version =
                                                                                        NULL};
    _cleanup_(folder_done) struct folder folder = {.path = NULL};
    _cleanup_(judged_done) struct judged judged = {.programme = NULL};
    struct error *err = NULL;
    bool whole = false;

    read_statement(in, &statement);
    if (folder_open(in->folder, &folder, problems, &err) < 0 ||
        judged_load(&folder, &statement.scope, &judged, &whole, problems, &err) < 0 || !whole ||
        content_derive(&judged, &statement, write_file, in, &err) < 0)
        fail(err);
}

/* The attestation of the forged sums, too. */
static void attest(struct forging *in, const char *path, const struct buffer *sums,
                   const struct buffer *signature, struct problems *problems)
{
    _cleanup_(certificate_statement_done) struct certificate_statement statement = {.version =
                                                                                        NULL};
    _cleanup_(folder_done) struct folder folder = {.path = NULL};
    _cleanup_(judged_done) struct judged judged = {.programme = NULL};
    _cleanup_(sshsig_done) struct sshsig made = {NULL};
    _cleanup_free_ char *why = NULL;
    _cleanup_(key_free_cleanup) struct key *key = key_load(path, &why);
    _cleanup_buffer_ struct buffer text = {0};
    char sha256[DIGEST_TEXT_SIZE];
    const struct attested attested = {&judged, &statement, sha256};
    struct error *err = NULL;
    bool whole = false;

    read_statement(in, &statement);
    digest_of_memory(sums->data, sums->length, sha256);
    if (folder_open(in->folder, &folder, problems, &err) < 0 ||
        judged_load(&folder, &statement.scope, &judged, &whole, problems, &err) < 0 ||
        sshsig_parse(signature->data, signature->length, &made, &err) < 0 ||
        attest_write(&attested, key, made.fingerprint, &text, &err) < 0 ||
        write_file(in, ATTEST_FILE, &text, &err) < 0)
        fail(err);
}

static void sign(struct forging *in, const char *key, struct problems *problems)
{
    _cleanup_(folder_done) struct folder folder = {.path = NULL};
    _cleanup_buffer_ struct buffer sums = {0}, signature = {0};
    struct error *err = NULL;

    if (folder_open(in->folder, &folder, problems, &err) < 0 ||
        sums_write(&folder, &sums, &err) < 0 || write_file(in, SUMS_FILE, &sums, &err) < 0 ||
        sshsig_sign(key, SSHSIG_NAMESPACE, sums.data, sums.length, &signature, &err) < 0 ||
        write_file(in, SUMS_FILE ".sig", &signature, &err) < 0)
        fail(err);
    attest(in, key, &sums, &signature, problems);
}

int main(int argc, char **argv)
{
    struct forging in = {.folder = argc == 4 ? argv[1] : NULL, .case_id = argc == 4 ? argv[2] : ""};
    _cleanup_(problems_done) struct problems problems = {.count = {0}};

    if (argc != 4) {
        fprintf(stderr, "usage: forge_certificate FOLDER CASE KEY\n");
        return 64;
    }
    forge_chain(&in, &problems);
    derive(&in, &problems);
    sign(&in, argv[3], &problems);
    buffer_done(&in.text);
    vec_foreach (row, &problems.rows)
        fprintf(stderr, "forge_certificate: %s: %s\n", row->file, row->text);
    return problems.rows.count > 0;
}
