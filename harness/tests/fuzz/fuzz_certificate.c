/* SPDX-License-Identifier: Apache-2.0 */
/* The files of a certificate that are parsed: the chain of records, the sums, a signature, and
 * certificate.json. */
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "certificate/chain.h"
#include "certificate/content.h"
#include "certificate/folder.h"
#include "certificate/key.h"
#include "certificate/sshsig.h"
#include "certificate/sums.h"
#include "fuzz.h"

static int visit(void *with, size_t line, enum chain_kind kind, const struct buffer *record,
                 const char *sha256, struct error **err)
{
    size_t *lines = with;

    (void)record;
    (void)err;
    /* Lines come in order, the plan first, each with a digest. */
    if (line != ++*lines || (line == 1) != (kind == CHAIN_PLAN) || !digest_is_text(sha256))
        abort();
    return 0;
}

static void fuzz_chain(const char *text, size_t size)
{
    _cleanup_(problems_done) struct problems problems = {.count = {0}};
    struct chain chain;
    size_t lines = 0;
    int code = chain_read(text, size, visit, &lines, &chain, &problems, NULL);

    if (code < 0 || (code == 1) != (problems.rows.count == 1) || chain.lines != lines)
        abort();
}

/* Nothing is in the folder, so that every list of files is wrong. */
static void fuzz_sums(const char *text, size_t size)
{
    _cleanup_(problems_done) struct problems problems = {.count = {0}};
    struct folder folder = {.path = NULL};

    if (sums_check(&folder, text, size, &problems, NULL) < 0 ||
        (size > 0) != (problems.count[PROBLEM_TAMPERED] > 0))
        abort();
}

static void fuzz_content(const char *text, size_t size)
{
    _cleanup_(certificate_statement_done) struct certificate_statement statement = {.version =
                                                                                        NULL};
    _cleanup_(problems_done) struct problems problems = {.count = {0}};
    _cleanup_json_ json_t *json = NULL;

    if (json_parse(text, size, "certificate.json", &json, NULL) < 0)
        return;
    content_compare(json, json, true, PROBLEM_CONTENT, &problems);
    if (problems.rows.count > 0)
        abort();
    if (content_read(json, &statement, NULL) == 0 && !text_is_name(statement.scope.suite))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_(sshsig_done) struct sshsig signature = {NULL};
    const char *text = (const char *)data;

    fuzz_chain(text, size);
    fuzz_sums(text, size);
    fuzz_content(text, size);
    if (sshsig_parse(text, size, &signature, NULL) == 0) {
        if (!text_starts(signature.fingerprint, "SHA256:"))
            abort();
        key_free(key_from_ssh(signature.key.data, signature.key.length));
    }
    key_free(key_from_ssh(data, size));
    key_free(key_parse_sm2(text, size));
    return 0;
}
