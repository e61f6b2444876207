/* SPDX-License-Identifier: Apache-2.0 */
/* Only one controller may use a home at a time: a second one would schedule the same jobs and
 * destroy the guests of the first. */
#ifndef TS_HOME_LOCK_H
#define TS_HOME_LOCK_H

struct error;

/* Locks the home until the descriptor is closed, also by the death of the process. -EBUSY: another
 * process has the lock. */
int home_lock(int *ret_fd, struct error **err);

#endif
