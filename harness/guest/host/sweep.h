/* SPDX-License-Identifier: Apache-2.0 */
/* Cleans up after killed processes: destroys their guests and removes their hypervisors' roots. */
#ifndef TS_GUEST_HOST_SWEEP_H
#define TS_GUEST_HOST_SWEEP_H

struct error;

/* Destroys guests and removes roots whose process is dead. Safe while others are running, and from
 * several processes at once. ret_count (may be NULL): number of roots removed. */
int sweep_dead(unsigned *ret_count, struct error **err);

#endif
