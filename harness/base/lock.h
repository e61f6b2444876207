/* SPDX-License-Identifier: Apache-2.0 */
/* Locks between processes: an flock on a file, which the kernel gives back when the holder dies. */
#ifndef TS_BASE_LOCK_H
#define TS_BASE_LOCK_H

#include <stdint.h>

struct error;

/* Takes the exclusive lock of the file (made when absent), waiting until clock_now_ms() reaches
 * deadline_ms: -ETIMEDOUT then, -EAGAIN at once when deadline_ms is 0. Closing *ret_fd gives it
 * back. `what` names what is locked in messages. */
int lock_take(const char *path, const char *what, int64_t deadline_ms, int *ret_fd,
              struct error **err);

#endif
