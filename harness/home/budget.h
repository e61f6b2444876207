/* SPDX-License-Identifier: Apache-2.0 */
/* The disk space that each kind of data in $TOUCHSTONE_HOME may use. One table lists the kinds and
 * their defaults; HOME/budgets.json overrides them: {"states": "20G", "evidence": "unlimited"}. */
#ifndef TS_HOME_BUDGET_H
#define TS_HOME_BUDGET_H

#include <stdint.h>

struct error;

enum budget_kind { BUDGET_STATES, BUDGET_PRESERVED, BUDGET_EVIDENCE, BUDGET_COUNT };
const char *budget_name(enum budget_kind kind);  /* key in budgets.json: states, kept, evidence */
const char *budget_title(enum budget_kind kind); /* for display: "saved states" … */

#define BUDGET_UNLIMITED UINT64_MAX

struct budgets {
    uint64_t bytes[BUDGET_COUNT];
};

/* Returns the defaults, overridden by HOME/budgets.json if it exists. -EBADMSG names the file and
 * the fault. */
int budgets_read(const char *home, struct budgets *ret_budgets, struct error **err);

/* Accepts "20G" (K, M, G, T are powers of 1024), a number of bytes, or "unlimited". -EINVAL quotes
 * the text. */
int budget_parse(const char *text, uint64_t *ret_bytes, struct error **err);

/* Returns "20.0 GiB" or "unlimited"; caller frees. */
char *budget_format(uint64_t bytes);

#endif
