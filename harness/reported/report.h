/* SPDX-License-Identifier: Apache-2.0 */
/* Internal to reported/: a report as it was read, and the reader of each format. */
#ifndef TS_REPORTED_REPORT_H
#define TS_REPORTED_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/text.h"
#include "base/vec.h"
#include "model/bounds.h"
#include "model/words.h"

struct error;

enum {
    REPORTED_BYTES = BUNDLE_BLOB_LIMIT, /* of all files of a report together */
    REPORTED_FILES = 2000,
    REPORTED_CASES = 50000,
    REPORTED_TEXT = 1000, /* bytes of a name or another text that is kept */
    REPORTED_GAPS = 50,   /* of the report as a whole; more are not listed */
};

struct reported_file {
    char *name; /* relative to the folder; of a single file its name */
    struct buffer data;
    char sha256[DIGEST_TEXT_SIZE];
};

struct reported_case {
    char *name; /* in the words of the report, escaped */
    char *key;  /* what its id is made of, if that is more stable than its name; NULL: the name */
    enum item item;
    bool optional;
    enum status status;
    enum blame blame; /* only whom the report names */
    char *reason;     /* NULL: none */
    char *raw;        /* the status in the words of the report; NULL: it gives none */
    char *url;        /* of its log; NULL: none */
    int64_t duration_ms;
};

struct reported_fact {
    char *key, *value;
};

struct reported {
    VEC(struct reported_file) files; /* sorted by name */
    bool folder;                     /* it is the content of a folder */
    int64_t file_ms;                 /* when the newest of them was changed */
    VEC(struct reported_case) cases;
    VEC(struct reported_fact) facts;
    struct strv gaps; /* what the report as a whole does not say */
    bool has_arch;
    enum arch arch;
    int64_t time_ms; /* when the tests ran, as the report says; 0: it does not */
};
void reported_done(struct reported *report);

/* Reads the file, or if report->folder the files of the folder: regular files only, no links.
 * -EFBIG, -ENOENT. */
int reported_read_files(const char *path, struct reported *report, struct error **err);

/* Fills cases, facts and gaps from the files. -EBADMSG names the file and quotes what is wrong. */
struct reported_format {
    const char *name;
    bool file, folder; /* what it may be */
    int (*read)(struct reported *report, struct error **err);
};
const struct reported_format *reported_format_find(const char *name);
int reported_read_junit(struct reported *report, struct error **err);
int reported_read_ctest(struct reported *report, struct error **err);
int reported_read_kcidb(struct reported *report, struct error **err);
int reported_read_kunpeng(struct reported *report, struct error **err);
int reported_read_leapp(struct reported *report, struct error **err);
int reported_read_lkp(struct reported *report, struct error **err);
int reported_read_oecp(struct reported *report, struct error **err);

/* --- for the readers ---------------------------------------------------------------------- */

/* Adds a case; the strings are copied, escaped and cut. -EFBIG: too many. */
int reported_add_case(struct reported *report, const char *name, enum status status,
                      const char *reason, const char *raw, struct reported_case **ret_row,
                      struct error **err);
void reported_add_fact(struct reported *report, const char *key, const char *value);
void reported_add_gap(struct reported *report, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Text of a report as one escaped line of at most REPORTED_TEXT bytes. Caller frees. */
char *reported_line(const char *text);

/* Takes the earliest (latest: the latest) time that a report gives: "2026-01-31T10:00:00.5+08:00";
 * the 'T' may be a blank. A time without a zone is taken as UTC, which is a gap. What is no time,
 * or is in the future, is ignored. */
void reported_take_time(struct reported *report, const char *text, bool latest);

/* --- for the run -------------------------------------------------------------------------- */

/* The id of each case, as an owned string: its key or name in the letters that an id may have. The
 * same name gives the same id in every report, unless another name of the report would have it,
 * too. */
void reported_case_ids(const struct reported *report, struct strv *ret_ids);

/* Cases of the same key or name become one, with the worst of their statuses. */
void reported_merge_cases(struct reported *report);

#endif
