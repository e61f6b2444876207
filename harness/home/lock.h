/* SPDX-License-Identifier: Apache-2.0 */
/* One controller a home: a second one would schedule the same jobs and sweep the first one's
 * guests. */
#ifndef TS_HOME_LOCK_H
#define TS_HOME_LOCK_H

struct error;

/* Holds until the descriptor is closed (a kill closes it). -EBUSY when another holds it. */
int home_lock(int *ret_fd, struct error **err);

#endif
