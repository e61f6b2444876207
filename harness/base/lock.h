/* SPDX-License-Identifier: Apache-2.0 */
/* Locks between processes: flock on a file, which the kernel releases when the holder dies. */
#ifndef TS_BASE_LOCK_H
#define TS_BASE_LOCK_H

#include <stdint.h>

struct error;

/* Locks the file exclusively, creating it if it does not exist. Waits until clock_now_ms() reaches
 * deadline_ms, then -ETIMEDOUT; with deadline_ms 0, -EAGAIN at once. Closing *ret_fd releases the
 * lock. `what` names the locked object in messages. */
int lock_take(const char *path, const char *what, int64_t deadline_ms, int *ret_fd,
              struct error **err);

#endif
