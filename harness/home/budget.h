/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How much room each kind of data below the home may take. One table has the kinds and their
 * defaults; HOME/budgets.json changes them: {"states": "20G", "evidence": "unlimited"}.
 */
#ifndef TS_HOME_BUDGET_H
#define TS_HOME_BUDGET_H

#include <stdint.h>

struct error;

enum budget_kind { BUDGET_STATES, BUDGET_KEPT, BUDGET_EVIDENCE, BUDGET_COUNT };
const char *budget_name(enum budget_kind kind);  /* states, kept, evidence */
const char *budget_title(enum budget_kind kind); /* for a person: "saved states" … */

#define BUDGET_UNLIMITED UINT64_MAX

struct budgets {
    uint64_t bytes[BUDGET_COUNT];
};

/* The defaults, changed by the home's file if it is there. -EBADMSG names the file and what is
 * wrong in it. */
int budgets_read(const char *home, struct budgets *ret_budgets, struct error **err);

/* "20G" (of 1024s: K, M, G, T), bytes without a letter, or "unlimited". -EINVAL quotes it. */
int budget_parse(const char *text, uint64_t *ret_bytes, struct error **err);

/* "20.0 GiB", "unlimited"; caller frees. */
char *budget_format(uint64_t bytes);

#endif
