/* SPDX-License-Identifier: Apache-2.0 */
/* Internal to suite/: one line of KTAP. */
#ifndef TS_SUITE_KTAP_LINE_H
#define TS_SUITE_KTAP_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/vec.h"
#include "model/words.h"

struct ktap_result {
    enum status status;
    char *name, *detail, *raw; /* raw: "ok", "not ok # XFAIL" … */
};
VEC_TYPE(ktap_results, struct ktap_result);

/* Parses "[not ]ok NUMBER [- ]NAME[ # DIRECTIVE TEXT]"; false: it is no result. */
bool ktap_result_parse(const char *text, struct ktap_result *result, size_t *ret_number);

/* Skips blanks and "# "; returns what follows. */
const char *ktap_skip_prefix(const char *text, size_t *ret_width, bool *ret_prefixed);

void ktap_results_done(struct ktap_results *results);

#endif
