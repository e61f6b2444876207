/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of a certificate say: all of it follows from what was judged and from a few
 * statements, so it is written again when a certificate is verified, and compared.
 */
#ifndef TS_CERTIFICATE_CONTENT_H
#define TS_CERTIFICATE_CONTENT_H

#include <jansson.h>

#include "certificate/judged.h"
#include "certificate/problems.h"
#include "model/waiver.h"

struct json_writer;

#define CONTENT_FILE "certificate.json"
#define CONTENT_PAGE "certificate.html"
#define CONTENT_PAGE_ZH "certificate.zh.html"
#define CONTENT_VERIFY "VERIFY.txt"
#define CONTENT_FORMAT "touchstone-certificate"
enum { CONTENT_VERSION = 1, CONTENT_MAX = 256 << 20 };

/* What nobody can judge. Members may be NULL unless noted. */
struct certificate_statement {
    char *version;  /* of the program that made it; not NULL */
    unsigned rules; /* JUDGE_RULES of it */
    int64_t created_ms;
    char valid_until[WAIVER_DATE_SIZE]; /* the last day, UTC; "": it has no end */
    char *identity;                     /* as whom the signer signs */
    bool attested;                      /* there is a DSSE envelope beside the signature */
    struct programme_subject stated;
    struct certificate_scope scope;
};
void certificate_statement_done(struct certificate_statement *statement);

/* True if a level is reached; else it is only a record of a test. */
bool content_is_certificate(const struct judged *judged);

/* "EMULATED: Certificate: …"; what qualifies all results stands first. Caller frees. */
char *content_title(const struct judged *judged, enum language language);

/* certificate.json. */
void content_write(const struct judged *judged, const struct certificate_statement *statement,
                   struct json_writer *to);

/* Appends what qualifies this certificate or, if `standing`, what no certificate proves; a line for
 * each. */
void content_limits(const struct judged *judged, const struct certificate_statement *statement,
                    enum language language, bool standing, struct strv *ret_lines);

/* Receives a file that follows from the rest. */
typedef int content_sink(void *with, const char *name, const struct buffer *text,
                         struct error **err);

/* Writes certificate.json, the pages, VERIFY.txt and results/…, in this order. */
int content_derive(const struct judged *judged, const struct certificate_statement *statement,
                   content_sink *sink, void *with, struct error **err);

/* --- parts -------------------------------------------------------------------------------- */

void content_write_page(const struct judged *judged, const struct certificate_statement *statement,
                        enum language language, struct buffer *ret_text);
void content_write_verify(const struct certificate_statement *statement, struct buffer *ret_text);
/* An in-toto Statement of a cell (predicate test-result/v0.1), and the name of its file. */
void content_write_result(const struct judged *judged, size_t cell, struct json_writer *to);
char *content_result_name(const struct judged *judged, size_t cell);

/* Reads the statements; -EBADMSG. Free with certificate_statement_done. */
int content_read(const json_t *json, struct certificate_statement *ret_statement,
                 struct error **err);

/* Compares certificate.json with what it should be. Texts for people are compared only if `exact`,
 * because another version of this program may word them otherwise. Differences are problems of this
 * kind. */
void content_compare(const json_t *should, const json_t *is, bool exact, enum problem_kind kind,
                     struct problems *problems);

/* "cells": of each the names, grade and verdict, as it was judged. */
void content_write_cells(const struct judged *judged, struct json_writer *to);

/* A ResourceDescriptor of in-toto: what has that digest. */
void content_write_resource(struct json_writer *to, const char *name, const char *sha256);

#endif
