/* SPDX-License-Identifier: Apache-2.0 */
/* A certification programme as data (touchstone-programme-format(5)), and what a run says of it. */
#ifndef TS_MODEL_PROGRAMME_H
#define TS_MODEL_PROGRAMME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/digest.h"
#include "base/text.h"
#include "base/vec.h"
#include "model/words.h"

/* A text in every language; texts of a programme are never NULL. */
struct programme_text {
    char *in[LANGUAGE_COUNT];
};

/* What an item is satisfied by. Of an item, every criterion must hold. */
enum criterion_kind {
    CRITERION_HEADING,  /* every case of the suite that counts under one of these headings */
    CRITERION_CASES,    /* every case whose id matches one of these patterns */
    CRITERION_MEASURED, /* the values of an observation */
    CRITERION_PROBE     /* what the harness measures in every cell */
};

/* The least number of ClamAV's signatures that a scan counts with, unless the programme says it.
 * Its own two databases, main and daily, had 6.6 and 2.1 million in 2025, and have about half of
 * the size since old ones were retired: daily alone is less. main alone is told by its age. */
#define PROGRAMME_SIGNATURES 3000000
/* Older data says nothing of what is clean, unless the programme says it. */
#define PROGRAMME_DAYS 30

enum programme_probe {
    PROBE_FOOTPRINT,    /* uninstalling leaves nothing behind */
    PROBE_DEPENDENCIES, /* every file of the product finds what it needs, by the static check */
    PROBE_SERVICE,      /* a service that the image does not have runs after the installation */
    PROBE_FILES,        /* no file of the image's packages was changed */
    PROBE_KERNEL,       /* the kernel was not tainted */
    PROBE_ADVISORIES,   /* no component of the product is affected by a known flaw */
    PROBE_VIRUS,        /* a scan of the product's files found nothing */
    PROBE_COUNT
};
extern const struct words programme_probe_words;

struct programme_criterion {
    enum criterion_kind kind;
    bool headings[ITEM_COUNT]; /* CRITERION_HEADING */
    struct strv patterns;      /* CRITERION_CASES: fnmatch(3) */
    enum programme_probe probe;
    unsigned signatures, days; /* PROBE_VIRUS: at least so many; it and PROBE_ADVISORIES: at most
                                * so old */
    /* CRITERION_MEASURED: the observation's key; the values must be at most `most`, at least
     * `least`, and the largest may exceed the smallest by at most `spread`. */
    char *key;
    bool has_most, has_least, has_spread;
    double most, least, spread;
    unsigned samples; /* least number of values */
    bool optional;    /* a case of the item need not measure it; if one does, it must hold */
};

struct programme_item {
    char *id; /* text_is_name; unique in the programme */
    struct programme_text class, title, criterion;
    unsigned level;   /* index of the lowest level that demands it */
    enum grade grade; /* the weakest at which it counts */
    bool required;    /* false: as needed, so demanded only if the suite has a case for it */
    unsigned rounds, minutes; /* what the procedure demands; less is a trial; 0: not demanded */
    char *evidence;  /* fnmatch(3): each case must have evidence of such a name; NULL: any */
    bool all_points; /* a test point that was skipped leaves it open */
    VEC(struct programme_criterion) criteria;
    unsigned line; /* of the file */
};

struct programme_level {
    char *id;
    struct programme_text title;
    enum grade grade; /* the weakest that any of its cells may have */
};

/* Fields in the head of a form. */
enum programme_field {
    FIELD_VENDOR,
    FIELD_BUSINESS,
    FIELD_HARDWARE,
    FIELD_OS,
    FIELD_VERSION,
    FIELD_CONTACT,
    FIELD_HOST,
    FIELD_TOOLS,
    FIELD_TIME,
    FIELD_TESTER,
    FIELD_REVIEWER,
    FIELD_COUNT
};
extern const struct words programme_field_words;

struct programme {
    char *name;
    char file_sha256[DIGEST_TEXT_SIZE];
    struct programme_text title;
    char *source;          /* the public document that it was written from */
    struct strv systems;   /* os-release IDs that it certifies; empty: any */
    struct strv platforms; /* fnmatch(3) of the platforms it is about; empty: any */
    unsigned cases;        /* least number of test cases that ran and did not fail; 0: any */
    unsigned platforms_least, platforms_most; /* 0: any */
    VEC(enum programme_field) fields;
    VEC(struct programme_level) levels; /* ascending: each includes those before it */
    VEC(struct programme_item) items;
};
void programme_free(struct programme *programme);
DEFINE_CLEANUP(struct programme *, programme_free)

/* True if the programme is about this platform. */
bool programme_has_platform(const struct programme *programme, const char *platform);

/* What a form states that no guest can measure. Members may be NULL. */
struct programme_subject {
    char *stated[FIELD_COUNT]; /* vendor, business, version, contact, tester, reviewer only */
};
void programme_subject_done(struct programme_subject *subject);

/* --- what a run says ----------------------------------------------------------------------- */

/* Of an item, worst first. */
enum programme_state {
    PROGRAMME_FAILED,
    PROGRAMME_NOT_MEASURED,
    PROGRAMME_NEEDS_HARDWARE, /* it ran, where it cannot be judged */
    PROGRAMME_TRIAL,          /* it passed with fewer rounds or minutes than demanded */
    PROGRAMME_PASSED,
    PROGRAMME_STATE_COUNT
};
extern const struct words programme_state_words;
const char *programme_state_name_zh(enum programme_state state);

/* How near to passing: 2 passed, 1 trial, 0 everything else. */
int programme_state_rank(enum programme_state state);

enum programme_why {
#define WHY(name, word, en, zh) WHY_##name,
#include "model/programme_why.def"
#undef WHY
    WHY_COUNT
};

/* A reason, or a remark on something that passed. */
struct programme_note {
    enum programme_why why;
    char *object; /* the case, item or value that it is about; never NULL */
    char *detail; /* in the words of the result; NULL: none */
};
VEC_TYPE(programme_notes, struct programme_note);
void programme_notes_add(struct programme_notes *notes, enum programme_why why, const char *object,
                         const char *detail);
void programme_notes_done(struct programme_notes *notes);
const char *programme_why_name(enum programme_why why);
/* One line; caller frees. */
char *programme_note_text(const struct programme_note *note, enum language language);

/* What an item rests on. */
struct programme_proof {
    char *case_id;                 /* NULL: the record of the whole cell */
    enum status status;            /* of the case; of a record it means nothing */
    char *name;                    /* of the evidence */
    char sha256[DIGEST_TEXT_SIZE]; /* "": there is none */
};

/* An item on one platform. */
struct programme_mark {
    enum programme_state state;
    struct programme_notes notes; /* why it is not passed; or remarks */
    struct programme_notes basis; /* what it rests on that the user supplied or stated */
    VEC(struct programme_proof) proofs;
};
void programme_mark_done(struct programme_mark *mark);

#endif
