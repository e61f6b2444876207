/* SPDX-License-Identifier: Apache-2.0 */
/* What a static check found: its kind says how grave it is and what can be done. */
#ifndef TS_ABI_FINDING_H
#define TS_ABI_FINDING_H

#include <jansson.h>

#include "base/text.h"
#include "base/vec.h"
#include "model/words.h"

enum finding_kind {
#define KIND(name, severity, meaning, remedy) FINDING_##name,
#include "abi/finding_kinds.def"
#undef KIND
    FINDING_KIND_COUNT
};

/* All text is owned; what does not apply is NULL. */
struct finding {
    enum finding_kind kind;
    enum finding_severity severity; /* the kind's own, unless a check lowers it */
    char *file;                     /* subject: path in the package */
    char *symbol;
    char *version;
    char *provider; /* who was expected to provide it */
    char *found;    /* what is there instead */
    char *remedy;
    char *surface;  /* the image it was held against */
    char *platform; /* for instruction sets */
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
const char *finding_kind_meaning(enum finding_kind kind);

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
size_t findings_count(const struct findings *findings, enum finding_severity severity);

/* One row as documented in touchstone-abi(1). New reference. */
json_t *finding_json(const struct finding *finding);

/* SARIF 2.1.0: BLOCK error, HIGH and UNKNOWN warning, WARN note. New reference. */
json_t *findings_sarif(const struct findings *findings, const char *version);

#endif
