/* SPDX-License-Identifier: Apache-2.0 */
/* The part of a list that is shown. What is decided and counted is always about the whole list. */
#ifndef TS_JUDGE_SELECTION_H
#define TS_JUDGE_SELECTION_H

#include <stdbool.h>
#include <stddef.h>

/* What is shown of a list. Zero: all of it. */
struct selection {
    char *query;         /* as it is printed; NULL: there is none */
    bool *shown;         /* for each entry of the list */
    size_t count, total; /* entries that are shown, and all */
};
void selection_done(struct selection *selection);
bool selection_shows(const struct selection *selection, size_t at);

#endif
