/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A public list of certificates: what each of them proves, as it was verified, as a static site and
 * as a feed. Everything that is shown comes from the records, by certificate_verify; of what was
 * tampered with, only its folder and the reason are shown.
 */
#ifndef TS_LISTING_LISTING_H
#define TS_LISTING_LISTING_H

#include <stdint.h>

#include "base/digest.h"
#include "base/text.h"
#include "base/vec.h"
#include "model/waiver.h"
#include "model/words.h"

struct certificate_report;
struct error;
struct json_writer;

#define LISTING_FEED "certificates.json"
#define LISTING_PAGE "index.html"
#define LISTING_PAGE_ZH "index.zh.html"
#define LISTING_FORMAT "touchstone-catalogue"
enum { LISTING_VERSION = 1 };

enum listing_validity {
    LISTING_VALID,
    LISTING_EXPIRED,
    LISTING_OPEN,     /* whole, but it does not hold here: an unknown signer, other rules */
    LISTING_RECORD,   /* it certifies no level */
    LISTING_REJECTED, /* tampered with, or not readable */
    LISTING_VALIDITY_COUNT
};
extern const struct words listing_validity_words;

struct listing_platform {
    char *image, *platform;
    enum arch arch;
    bool arch_known;
    enum grade grade;
    bool stand_in;
    enum verdict verdict;
    char disk_sha256[DIGEST_TEXT_SIZE]; /* "": not known */
};

struct listing_problem {
    char *kind, *file, *text; /* file: NULL if it is about all of it */
};

/* If rejected, only the first four members and the problems are set. */
struct listing_entry {
    char *folder;                       /* as it was given */
    char sums_sha256[DIGEST_TEXT_SIZE]; /* names the certificate; "": it has no SHA256SUMS */
    enum listing_validity validity;
    VEC(struct listing_problem) problems;
    char *programme, *level; /* level: NULL: none */
    char *programme_title[LANGUAGE_COUNT], *level_title[LANGUAGE_COUNT];
    char *suite, *system, *run, *version;
    char *vendor, *business, *stated_version; /* as stated; NULL: not stated */
    struct strv versions; /* of the product, by its packages; empty: not known */
    struct strv packages; /* files of the product that were installed */
    VEC(struct listing_platform) platforms;
    int64_t created_ms;
    char valid_until[WAIVER_DATE_SIZE]; /* "": no end is named */
    struct strv signers;                /* identities of those who may sign */
    char *page;                         /* its folder in the site; NULL: it has none */
    bool copied;                        /* all of its files are in that folder's `files` */
};

struct listing {
    VEC(struct listing_entry) entries;
    size_t left_out;   /* that are not valid, by request */
    size_t duplicates; /* the same certificate in another folder */
    int64_t made_ms;
    const char *version; /* of this program; borrowed */
};
void listing_done(struct listing *listing);

/* Adds what was found of a certificate. Returns the entry, or NULL if it is one that is listed. */
struct listing_entry *listing_add(struct listing *listing, const char *folder,
                                  const struct certificate_report *report);

/* Valid ones first, then by product, system and time. */
void listing_sort(struct listing *listing);

size_t listing_count(const struct listing *listing, enum listing_validity validity);

/* True if a grade is among its platforms, or a stand-in. */
bool listing_has_grade(const struct listing_entry *entry, enum grade grade);
bool listing_has_stand_in(const struct listing_entry *entry);

/* The feed; and the site's page, which needs no script, and with one can be searched. */
void listing_write_feed(const struct listing *listing, struct json_writer *to);
void listing_write_page(const struct listing *listing, enum language language,
                        struct buffer *ret_text);

#endif
