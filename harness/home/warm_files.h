/* SPDX-License-Identifier: Apache-2.0 */
/* What the makers and the finders of saved states share. Only files of home/ and
 * guest/state/ include this. */
#ifndef TS_HOME_WARM_FILES_H
#define TS_HOME_WARM_FILES_H

#include <stdint.h>
#include <sys/stat.h>

struct error;

#define WARM_FORMAT "touchstone-state-3"
#define WARM_META_LIMIT 65536
#define WARM_DRAFT ".draft" /* of a state that is being made */

/* HOME/states/KEY with a suffix; caller frees. */
char *warm_path(const char *home, const char *key, const char *suffix);

int64_t warm_mtime_ns(const struct stat *st);

/* Takes the key's lock (HOME/states/KEY.lock); -ETIMEDOUT at the deadline (clock_now_ms(); 0: at
 * once). */
int warm_lock(const char *home, const char *key, int64_t deadline_ms, int *ret_lock,
              struct error **err);

#endif
