/* SPDX-License-Identifier: Apache-2.0 */
/* One result of the static check. Its kind determines the severity, the meaning and the remedy. */
#ifndef TS_MODEL_FINDING_H
#define TS_MODEL_FINDING_H

#include <jansson.h>
#include <stdbool.h>

#include "base/text.h"
#include "base/vec.h"
#include "model/words.h"

struct members;

enum finding_kind {
#define KIND(name, severity, meaning, meaning_zh, remedy, remedy_zh) FINDING_##name,
#include "model/finding.def"
#undef KIND
    FINDING_KIND_COUNT /* as read back: a kind that this version does not know */
};

/* All strings are owned by the struct; members that do not apply are NULL. */
struct finding {
    enum finding_kind kind;
    char *other_kind; /* name of the kind when kind is FINDING_KIND_COUNT, else NULL */
    enum finding_severity severity; /* the kind's default, unless a check lowered it */
    char *file;                     /* path of the examined file in the package */
    unsigned line; /* line in that file, from 1; 0: the finding is not about one line */
    char *symbol;
    char *version;
    char *provider; /* the library or package that was expected to provide it */
    char *found;    /* what was found instead */
    char *remedy;
    char *surface;  /* name of the image that it was checked against */
    char *platform; /* name of the platform; set for instruction sets */
    enum executed executed;
};

/* One program of the package loads a file of the package; both are paths in the package. */
struct finding_load {
    char *program, *library;
};

struct findings {
    VEC(struct finding) rows;
    VEC(struct finding_load) loads; /* at most FINDINGS_MAX */
    bool cut; /* FINDINGS_MAX was reached, and less severe rows were dropped */
    size_t
        replaceable; /* when cut: rows below this index may still be replaced by more severe ones */
    struct finding spare; /* when cut: returned by findings_add() for a row that is dropped */
};
#define FINDINGS_MAX 100000

const char *finding_kind_name(enum finding_kind kind);
const char *finding_kind_meaning(enum finding_kind kind, enum language language);
const char *finding_kind_remedy(enum finding_kind kind, enum language language);
enum finding_severity finding_kind_severity(enum finding_kind kind);

/* Sets the kind by its name, which this version may not know. */
void finding_set_kind(struct finding *finding, const char *name);
const char *finding_name(const struct finding *finding);
/* What the kind means, or NULL when the kind is not known. */
const char *finding_meaning(const struct finding *finding, enum language language);
/* "FILE" or "FILE:LINE"; NULL without a file. Caller frees. */
char *finding_place(const struct finding *finding);

/* The kind's remedy in that language, or the text that a check wrote for this finding. */
const char *finding_remedy(const struct finding *finding, enum language language);

/* True if it says that the files leave something open. */
bool finding_is_unproven(const struct finding *finding);

/* True if the run disproved the finding: a file that supposedly cannot start did run. */
bool finding_is_contradicted(const struct finding *finding);

/* What of a finding keeps its cell from being compatible (judge/judge.h). */
enum finding_doubt {
    DOUBT_NONE,
    DOUBT_BLOCK, /* a file cannot start, and the run did not show that it does */
    DOUBT_HIGH,
    DOUBT_UNPROVEN /* something is open, and the run did not execute the file */
};
enum finding_doubt finding_doubt(const struct finding *finding);

extern const struct members finding_members; /* as written in a result */
void finding_done(struct finding *finding);
/* Makes a deep copy. */
void finding_copy(struct finding *to, const struct finding *from);

/* Adds a row with the kind's severity and remedy. The pointer is valid until the next call. Strings
 * are copied. */
struct finding *findings_add(struct findings *findings, enum finding_kind kind, const char *file,
                             const char *symbol, const char *version, const char *provider);
void finding_set_found(struct finding *finding, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void finding_set_remedy(struct finding *finding, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Removes rows whose file is in the list. */
void findings_drop_files(struct findings *findings, const struct strv *files);

/* Removes duplicate rows and sorts by severity, file, kind and symbol. */
void findings_deduplicate(struct findings *findings);
void findings_done(struct findings *findings);

/* Number of rows of a severity. */
size_t finding_count(const struct finding *rows, size_t count, enum finding_severity severity);
size_t findings_count(const struct findings *findings, enum finding_severity severity);

/*
 * The verdict from the product's files alone. Any BLOCK: incompatible; else any UNKNOWN, or an
 * incomplete check: not-assessed; else any HIGH, or something that is not proven (instructions to
 * be guarded, a plug-in's program to define what it uses, code to be of no account): conditional. A
 * result that rests on a public list instead of the image itself is at most conditional.
 */
enum verdict finding_verdict(const struct finding *rows, size_t count, bool complete,
                             bool public_list);
enum verdict findings_verdict(const struct findings *findings, bool public_list);

/* One finding as documented in touchstone-abi(1). Returns a new reference. */
json_t *finding_json(const struct finding *finding);

#endif
