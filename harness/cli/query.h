/* SPDX-License-Identifier: Apache-2.0 */
/* The option --query. */
#ifndef TS_CLI_QUERY_H
#define TS_CLI_QUERY_H

#include "judge/select_facts.h"

/* Parses the option's value in place of an earlier one (zeroed: none); exits with 64 if it is not a
 * query of this place. Free with query_done. */
void query_option(const char *text, enum query_place place, struct query *query);

/* What judge/select_* needs: the clock, and the architectures of the catalogue's platforms. Free
 * with query_with_done. */
struct query_with {
    struct select_with with;
    struct strv known; /* platforms that were looked up, each followed by its architecture or "" */
};
void query_with_init(struct query_with *with);
void query_with_done(struct query_with *with);

#endif
