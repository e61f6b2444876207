/* SPDX-License-Identifier: Apache-2.0 */
/* Internal to reported/: the items of the Kunpeng compatibility tool, and its logs. */
#ifndef TS_REPORTED_KUNPENG_H
#define TS_REPORTED_KUNPENG_H

#include <stdbool.h>
#include <stddef.h>

#include "model/words.h"

struct reported;

enum { KUNPENG_LOGS = 2 };

struct tool_item {
    const char *id;
    enum item item;
    bool asked;                     /* only tested if it is configured */
    const char *logs[KUNPENG_LOGS]; /* prefixes of paths below data/; NULL: no more */
    bool any;                       /* one of the logs is enough */
    const char *const *text;        /* one of these must be in each log; NULL: nothing */
    const char *gap; /* why "passed" is DONE; NULL: it is PASS if the logs are there */
    bool no_failure; /* "failed" says as little */
};
extern const struct tool_item kunpeng_items[];
extern const size_t kunpeng_item_count;

struct kunpeng {
    struct reported *report;
    char *base; /* the folder of log.json, with a '/' at its end, or "" */
};

/* What is missing in the logs of an item, or NULL. Caller frees. */
char *kunpeng_missing_log(const struct kunpeng *in, const struct tool_item *item);

/* The line of a log of functions that counts failures; NULL: none does. Caller frees. */
char *kunpeng_failed_functions(const struct kunpeng *in, const struct tool_item *item);

/* Takes the time and the architecture from the logs. */
void kunpeng_read_facts(const struct kunpeng *in);

#endif
