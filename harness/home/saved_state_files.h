/* SPDX-License-Identifier: Apache-2.0 */
/* Internals shared by the code that makes saved states and the code that finds them. Only home/ and
 * guest/state/ include this file. */
#ifndef TS_HOME_SAVED_STATE_FILES_H
#define TS_HOME_SAVED_STATE_FILES_H

#include <stdint.h>
#include <sys/stat.h>

struct error;

#define SAVED_STATE_FORMAT "touchstone-state-3"
#define SAVED_STATE_META_LIMIT 65536
#define SAVED_STATE_DRAFT ".draft" /* suffix of a state that is being made */

/* meta.json, beside its members "format", "image_disk" and those of the files. */
extern const struct members saved_state_members;

/* Returns HOME/states/KEY plus a suffix; caller frees. */
char *saved_state_path(const char *home, const char *key, const char *suffix);

int64_t stat_mtime_ns(const struct stat *st);

/* Acquires the lock of a key (HOME/states/KEY.lock). -ETIMEDOUT at the deadline (clock_now_ms(); 0:
 * do not wait). */
int saved_state_lock_key(const char *home, const char *key, int64_t deadline_ms, int *ret_lock,
                         struct error **err);

#endif
