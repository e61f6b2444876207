/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run.jsonl: the records of a run as they are stored, one a line: its plan, its cells, then
 * attempts. Each line carries the SHA-256 of the line before it (of the first: zeros), so that none
 * can be removed, added or moved without changing all that follow:
 *
 *   {"before": "…", "kind": "plan|cells|attempt", "record": "the text", "sha256": "of the text"}
 */
#ifndef TS_CERTIFICATE_CHAIN_H
#define TS_CERTIFICATE_CHAIN_H

#include <stddef.h>

#include "base/digest.h"
#include "base/text.h"

struct error;
struct problems;

#define CHAIN_FILE "run.jsonl"
enum { CHAIN_MAX = 1 << 30, CHAIN_LINE_MAX = 256 << 20 };

enum chain_kind { CHAIN_PLAN, CHAIN_CELLS, CHAIN_ATTEMPT, CHAIN_KIND_COUNT };

struct chain {
    char last[DIGEST_TEXT_SIZE]; /* digest of the last line; zeros before the first */
    size_t lines;
};
void chain_begin(struct chain *chain);

/* Appends a line to the text. */
void chain_add(struct chain *chain, enum chain_kind kind, const struct buffer *record,
               struct buffer *text);

/* Receives a record whose digest is right; a negative result ends the reading. */
typedef int chain_visit(void *with, size_t line, enum chain_kind kind, const struct buffer *record,
                        const char *sha256, struct error **err);

/* Reads the text and checks it: the first line is a plan, the second its cells, all others are
 * attempts. The first fault is a problem and ends the reading, with 1; 0: the chain is whole. */
int chain_read(const char *text, size_t length, chain_visit *visit, void *with,
               struct chain *ret_chain, struct problems *problems, struct error **err);

#endif
