/* SPDX-License-Identifier: Apache-2.0 */
/* What a static check found. Its kind says how grave it is, what it means and what can be done. */
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
    FINDING_KIND_COUNT /* read back: of a kind that this version does not know */
};

/* All text is owned; what does not apply is NULL. */
struct finding {
    enum finding_kind kind;
    char *other_kind;               /* its name when kind is FINDING_KIND_COUNT, else NULL */
    enum finding_severity severity; /* the kind's own, unless a check lowers it */
    char *file;                     /* subject: path in the package */
    unsigned line;                  /* in that file, from 1; 0: not of one line */
    char *symbol;
    char *version;
    char *provider; /* who was expected to provide it */
    char *found;    /* what is there instead */
    char *remedy;
    char *surface;  /* the image it was held against */
    char *platform; /* for instruction sets */
    enum executed executed;
};

/* A file of the package that one of its programs loads; both as paths in the package. */
struct finding_load {
    char *program, *library;
};

struct findings {
    VEC(struct finding) rows;
    VEC(struct finding_load) loads; /* at most FINDINGS_MAX */
    bool cut;                       /* FINDINGS_MAX was reached: less grave rows were left out */
    size_t replaceable;             /* when cut: rows before it may still give way to graver ones */
    struct finding spare;           /* when cut: the row that is left out */
};
#define FINDINGS_MAX 100000

const char *finding_kind_name(enum finding_kind kind);
const char *finding_kind_meaning(enum finding_kind kind, enum language language);

/* Of a row, whose kind may be one that this version does not know. */
void finding_set_kind(struct finding *finding, const char *name);
const char *finding_name(const struct finding *finding);
/* NULL when the kind is not known. */
const char *finding_meaning(const struct finding *finding, enum language language);
/* "FILE" or "FILE:LINE"; NULL without a file. Caller frees. */
char *finding_place(const struct finding *finding);

/* The kind's own remedy in that language; what a check wrote for this row stands as it is. */
const char *finding_remedy(const struct finding *finding, enum language language);

/* Whether the run proved the finding wrong: what cannot start ran. */
bool finding_is_contradicted(const struct finding *finding);

extern const struct members finding_members; /* as a result has it */
void finding_done(struct finding *finding);
/* A copy that owns its text. */
void finding_copy(struct finding *to, const struct finding *from);

/* Adds a row with the kind's severity and remedy; good until the next. Texts are copied. */
struct finding *findings_add(struct findings *findings, enum finding_kind kind, const char *file,
                             const char *symbol, const char *version, const char *provider);
void finding_set_found(struct finding *finding, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void finding_set_remedy(struct finding *finding, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Removes rows whose file is in the list. */
void findings_drop_files(struct findings *findings, const struct strv *files);

/* Removes rows that say the same of the same; sorts by severity, file, kind, symbol. */
void findings_settle(struct findings *findings);
void findings_done(struct findings *findings);

/* Number of rows of a severity. */
size_t finding_count(const struct finding *rows, size_t count, enum finding_severity severity);
size_t findings_count(const struct findings *findings, enum finding_severity severity);

/*
 * The verdict that a product's files alone give: a BLOCK is incompatible, else an UNKNOWN or a
 * check that is not complete not-assessed, else a HIGH, or a use of
 * instructions that is not proven to be guarded, conditional. What rests on a public list,
 * and not on the image itself, is at most conditional.
 */
enum verdict finding_verdict(const struct finding *rows, size_t count, bool complete,
                             bool public_list);
enum verdict findings_verdict(const struct findings *findings, bool public_list);

/* One row as documented in touchstone-abi(1). New reference. */
json_t *finding_json(const struct finding *finding);

#endif
