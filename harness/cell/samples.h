/* SPDX-License-Identifier: Apache-2.0 */
/* What a case that measures sampled: evidence, and the values computed from it as observations. */
#ifndef TS_CELL_SAMPLES_H
#define TS_CELL_SAMPLES_H

#include "cell/session.h"
#include "model/suite.h"

/* Before the first case that measures: what else uses the host, for which nothing may run in the
 * guest meanwhile. */
void samples_check_host(struct session *session);

/* The first round of the case that no earlier attempt has run, from 1. */
unsigned samples_first_round(const struct session *session, const struct suite_case *planned);

/* Stores what the case sampled, and measures it together with what earlier attempts sampled. A case
 * that ended well and sampled nothing is no fault: it observes nothing. */
void samples_take(struct session *session, const struct suite_case *planned);

#endif
