/* SPDX-License-Identifier: Apache-2.0 */
/* The texts of a report in both languages, one row of phrases.def each. */
#ifndef TS_REPORTS_PHRASES_H
#define TS_REPORTS_PHRASES_H

#include "model/prediction.h"
#include "model/words.h"
#include "reports/report.h"

enum phrase {
#define PHRASE(name, en, zh) PHRASE_##name,
#include "reports/phrases.def"
#undef PHRASE
    PHRASE_COUNT
};

const char *phrase(const struct report *report, enum phrase which);

/* Names in the report's language; phrase_other_… returns the same in the other language, because a
 * verdict and its grade are always displayed in both. */
const char *phrase_verdict(const struct report *report, enum verdict verdict);
const char *phrase_other_verdict(const struct report *report, enum verdict verdict);
const char *phrase_grade(const struct report *report, enum grade grade);
const char *phrase_other_grade(const struct report *report, enum grade grade);
const char *phrase_item(const struct report *report, enum item item);
const char *phrase_blame(const struct report *report, enum blame blame);
const char *phrase_rule(const struct report *report, unsigned rule);
const char *phrase_gap(const struct report *report, enum gap_kind kind);
/* Whether the file of a finding was executed; NULL if that was not recorded. */
const char *phrase_executed(const struct report *report, enum executed executed);
/* The note about emulation that precedes all verdicts; NULL if nothing was emulated. */
const char *phrase_emulation(const struct report *report);
/* A notice if cells are reported by other systems; NULL: none is. */
const char *phrase_reported(const struct report *report);
const char *phrase_status(const struct report *report,
                          enum status status); /* explanation of the status */

#endif
