/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A cell, or a case of it, over all runs: when it became bad, how often it failed, whether it is
 * flaky.
 *
 * A run is good if the cell is compatible or conditional, or the case PASS; bad if the cell is
 * incompatible, or the case FAIL or ERROR; else, and of a case if none of the cell's can be judged
 * (its guest was another one), it says nothing and is skipped.
 */
#ifndef TS_JUDGE_HISTORY_H
#define TS_JUDGE_HISTORY_H

#include "store/history.h"

enum history_mark { HISTORY_UNKNOWN, HISTORY_GOOD, HISTORY_BAD };
enum history_mark history_mark(const struct history_row *row, bool of_case);

/* Its result was imported from another system: if it is good, it does not end a series of bad
 * runs. */
bool history_is_reported(const struct history_row *row);

/* The case passed in some attempts of the run and failed in others; of a cell: a case of it did. */
bool history_is_flaky(const struct history_row *row, bool of_case);

enum { HISTORY_NONE = -1 };

struct history_summary {
    unsigned runs, good, bad, unknown, flaky; /* number of runs */
    unsigned attempts, failed_attempts; /* of a case: attempts with PASS, FAIL or ERROR, and those
                                           that did not pass */
    unsigned failures;                  /* of a case: distinct failure signatures */
    long first_bad;        /* the first run of the present series of bad ones; HISTORY_NONE: the
                              newest run that says something is good */
    long last_good;        /* the good run before it, or the newest good one; HISTORY_NONE: none */
    long first_good_again; /* if the newest is good: the first after the last bad one; HISTORY_NONE:
                              there was no bad one */
};

/* rows: the oldest run first. Pure. */
void history_summarise(const struct history_rows *rows, bool of_case,
                       struct history_summary *ret_summary);

/* Loads the history, see store_read_history. Cells without a current verdict are judged, and
 * their verdicts stored. Free with history_rows_done. */
int history_load(struct store *store, const struct strv *images, const char *platform,
                 const char *suite, const char *case_id, struct history_rows *ret_rows,
                 struct error **err);

#endif
