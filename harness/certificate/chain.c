/* SPDX-License-Identifier: Apache-2.0 */
/* Writes and reads the chain of records. */
#include "certificate/chain.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "certificate/problems.h"

static const char *const kinds[CHAIN_KIND_COUNT] = {"plan", "cells", "attempt"};

void chain_begin(struct chain *chain)
{
    memset(chain->last, '0', DIGEST_TEXT_SIZE - 1);
    chain->last[DIGEST_TEXT_SIZE - 1] = '\0';
    chain->lines = 0;
}

static void add_link(struct chain *chain, const char *line, size_t length)
{
    digest_of_memory(line, length, chain->last);
    chain->lines++;
}

void chain_add(struct chain *chain, enum chain_kind kind, const struct buffer *record,
               struct buffer *text)
{
    _cleanup_json_ json_t *row = json_object();
    _cleanup_free_ char *line = NULL;
    char sha256[DIGEST_TEXT_SIZE];

    digest_of_memory(record->data, record->length, sha256);
    json_object_set_new(row, "before", json_string(chain->last));
    json_object_set_new(row, "kind", json_string(kinds[kind]));
    json_object_set_new(row, "record", json_stringn(record->data, record->length));
    json_object_set_new(row, "sha256", json_string(sha256));
    line = json_dumps(row, JSON_SORT_KEYS | JSON_COMPACT);
    if (line == NULL)
        text_out_of_memory();
    add_link(chain, line, strlen(line));
    buffer_text(text, line);
    buffer_text(text, "\n");
}

/* The kinds in their order. */
static enum chain_kind kind_of(size_t line)
{
    return line < CHAIN_ATTEMPT ? (enum chain_kind)line : CHAIN_ATTEMPT;
}

/* Reads one line, without its end. NULL: it is right; else what is wrong with it. */
static const char *read_line(const struct chain *chain, const char *line, size_t length,
                             struct buffer *ret_record, char ret_sha256[DIGEST_TEXT_SIZE])
{
    _cleanup_json_ json_t *row = NULL;
    const json_t *record;
    const char *before, *kind, *sha256;

    if (length > CHAIN_LINE_MAX || json_parse(line, length, CHAIN_FILE, &row, NULL) < 0)
        return "it is not JSON";
    before = json_string_value(json_object_get(row, "before"));
    kind = json_string_value(json_object_get(row, "kind"));
    sha256 = json_string_value(json_object_get(row, "sha256"));
    record = json_object_get(row, "record");
    if (before == NULL || kind == NULL || sha256 == NULL || !json_is_string(record) ||
        json_object_size(row) != 4)
        return "it has not the members of a line";
    if (strcmp(before, chain->last) != 0)
        return "it does not carry the digest of the line before it: a line was removed, added, "
               "moved or modified";
    if (strcmp(kind, kinds[kind_of(chain->lines)]) != 0)
        return "it is a record of another kind than belongs there";
    digest_of_memory(json_string_value(record), json_string_length(record), ret_sha256);
    if (strcmp(sha256, ret_sha256) != 0)
        return "its record does not match its digest";
    buffer_add(ret_record, json_string_value(record), json_string_length(record));
    return NULL;
}

int chain_read(const char *text, size_t length, chain_visit *visit, void *with,
               struct chain *ret_chain, struct problems *problems, struct error **err)
{
    chain_begin(ret_chain);
    for (const char *line = text, *end = text + length; line < end;) {
        const char *newline = memchr(line, '\n', (size_t)(end - line));
        _cleanup_buffer_ struct buffer record = {0};
        char sha256[DIGEST_TEXT_SIZE];
        const char *fault =
            newline == NULL ? "it has no end"
                            : read_line(ret_chain, line, (size_t)(newline - line), &record, sha256);
        int code;

        if (fault != NULL) {
            problems_add(problems, PROBLEM_CHAIN, CHAIN_FILE, "line %zu: %s", ret_chain->lines + 1,
                         fault);
            return 1;
        }
        code = visit(with, ret_chain->lines + 1, kind_of(ret_chain->lines), &record, sha256, err);
        if (code != 0)
            return code;
        add_link(ret_chain, line, (size_t)(newline - line));
        line = newline + 1;
    }
    if (ret_chain->lines >= CHAIN_ATTEMPT)
        return 0;
    problems_add(problems, PROBLEM_CHAIN, CHAIN_FILE, "it has no plan and cells");
    return 1;
}
