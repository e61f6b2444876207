/* SPDX-License-Identifier: Apache-2.0 */
/* Computes how many attempts of a cell are still to be made. It depends only on the merged
 * attempts, so that a run that was killed continues exactly as it would have. */
#ifndef TS_RUN_ATTEMPTS_H
#define TS_RUN_ATTEMPTS_H

#include <stddef.h>

struct error;
struct plan;
struct result;
struct strv;

/*
 * An attempt counts unless the host or the harness cut it short. `repeat` counting attempts are
 * made; without repeat, up to `retry` more follow attempts that did not pass. An attempt that was
 * cut short is made again, up to `retry_infrastructure` times for each counting attempt, and then
 * counts as not passed. `forgiven` attempts that were cut short are ignored, because the user
 * requested the cell again. The total never exceeds (repeat + retry) x (1 + retry_infrastructure).
 */
unsigned attempts_wanted(const struct plan *plan, const struct result *const *attempts,
                         size_t count, size_t forgiven);

/* Appends the attempts that ran to their end in the planned guest, as "RUN/JOB/ATTEMPT": other
 * attempts may start from their saved installation. */
void attempts_installed(const struct result *const *attempts, size_t count,
                        struct strv *ret_installed);

/* Appends the paths of what cases sampled in attempts that the host or the harness cut short, and
 * that have no result there, oldest first. */
int attempts_series(const struct result *const *attempts, size_t count, struct strv *ret_series,
                    struct error **err);

/* Number of attempts that the host or the harness cut short. */
size_t attempts_lost(const struct result *const *attempts, size_t count);

#endif
