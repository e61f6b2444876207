/* SPDX-License-Identifier: Apache-2.0 */
/* Known failures and findings that are let pass for a time (touchstone-waivers-format(5)). */
#ifndef TS_MODEL_WAIVER_H
#define TS_MODEL_WAIVER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/vec.h"
#include "model/finding.h"
#include "model/signature.h"

enum { WAIVER_DATE_SIZE = sizeof("2026-01-01") };

struct waiver {
    char *image, *platform; /* shell patterns; "*": any */
    char *suite;
    char *case_id;                         /* NULL: it is about a finding */
    char signature[SIGNATURE_TEXT_SIZE];   /* of the failure; no other is let pass */
    char *finding;                         /* the finding's kind; NULL: of a case */
    char *file, *symbol, *version, *found; /* of the finding; NULL: it has none */
    char until[WAIVER_DATE_SIZE];          /* the last day, UTC */
    char *owner, *tracker;                 /* tracker may be NULL */
    char *reason;
    unsigned line; /* of the file */
    bool used;     /* set by the judge when it lets a failure pass */
};

struct waivers {
    char today[WAIVER_DATE_SIZE]; /* waivers with an earlier last day have expired */
    VEC(struct waiver) rows;
};
void waiver_done(struct waiver *waiver);
void waivers_done(struct waivers *waivers);

bool waiver_has_expired(const struct waivers *waivers, const struct waiver *waiver);

/* The first waiver that has not expired for this failure of this case, or NULL. */
struct waiver *waivers_find(struct waivers *waivers, const char *image, const char *platform,
                            const char *suite, const char *case_id, const char *signature);

/* The first that has not expired for this finding of the cell's product, or NULL. */
struct waiver *waivers_find_finding(struct waivers *waivers, const char *image,
                                    const char *platform, const char *suite,
                                    const struct finding *finding);

bool waivers_have_findings(const struct waivers *waivers);

/* Both let the same pass, on the same image and platform. */
bool waiver_is_same(const struct waiver *a, const struct waiver *b);

/* "until 2026-12-31 by OWNER: REASON, TRACKER"; caller frees. NULL for NULL. */
char *waiver_describe(const struct waiver *waiver);

/* The date of a wall clock time, UTC; and whether text is a date. */
void waiver_date(int64_t wall_ms, char ret_date[WAIVER_DATE_SIZE]);
bool waiver_is_date(const char *text);

#endif
