/* SPDX-License-Identifier: Apache-2.0 */
/* Clears up after killed processes: their guests and their hypervisors' roots. */
#ifndef TS_GUEST_HOST_SWEEP_H
#define TS_GUEST_HOST_SWEEP_H

struct error;

/* Ends the guests and removes the roots whose process is dead. Safe beside live ones, and from
 * several processes. ret_count: roots removed; may be NULL. */
int sweep_dead(unsigned *ret_count, struct error **err);

#endif
