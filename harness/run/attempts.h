/* SPDX-License-Identifier: Apache-2.0 */
/* How many attempts of a cell are still to be made. It follows from those that were merged alone,
 * so that a run that was killed goes on exactly as it would have. */
#ifndef TS_RUN_ATTEMPTS_H
#define TS_RUN_ATTEMPTS_H

#include <stddef.h>

struct plan;
struct result;
struct strv;

/* An attempt that counts is one that the host or the harness did not cut short. `repeat` of them
 * are made; without repeat, one more after each that did not go well, `retry` times. One that was
 * cut short is made again, `retry_infrastructure` times for each attempt that counts, and counts as
 * not gone well after that. `forgiven` of those that were cut short do not count: someone asked for
 * the cell again. Never more than (repeat + retry) x (1 + retry_infrastructure) come of it. */
unsigned attempts_wanted(const struct plan *plan, const struct result *const *attempts,
                         size_t count, size_t forgiven);

/* Those that ran to their end in the guest of the plan, as "RUN/JOB/ATTEMPT": what their install
 * cases left may be where another attempt begins. */
void attempts_installed(const struct result *const *attempts, size_t count,
                        struct strv *ret_installed);

/* How many of them the host or the harness cut short. */
size_t attempts_lost(const struct result *const *attempts, size_t count);

#endif
