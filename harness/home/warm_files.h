/* SPDX-License-Identifier: Apache-2.0 */
/* Internals shared by the code that makes saved states and the code that finds them. Only home/ and
 * guest/state/ include this file. */
#ifndef TS_HOME_WARM_FILES_H
#define TS_HOME_WARM_FILES_H

#include <stdint.h>
#include <sys/stat.h>

struct error;

#define WARM_FORMAT "touchstone-state-3"
#define WARM_META_LIMIT 65536
#define WARM_DRAFT ".draft" /* suffix of a state that is being made */

/* Returns HOME/states/KEY plus a suffix; caller frees. */
char *warm_path(const char *home, const char *key, const char *suffix);

int64_t warm_mtime_ns(const struct stat *st);

/* Acquires the lock of a key (HOME/states/KEY.lock). -ETIMEDOUT at the deadline (clock_now_ms(); 0:
 * do not wait). */
int warm_lock(const char *home, const char *key, int64_t deadline_ms, int *ret_lock,
              struct error **err);

#endif
