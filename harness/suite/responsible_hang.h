/* SPDX-License-Identifier: Apache-2.0 */
/* Inside the room: which process a case waited for when its time was over. */
#ifndef TS_SUITE_RESPONSIBLE_HANG_H
#define TS_SUITE_RESPONSIBLE_HANG_H

#include "suite/responsible.h"

/* Who is responsible for the time limit, and what was seen, as the rest of a sentence; caller frees
 * *ret_text. */
enum blame responsible_for_hang(const struct inquiry *inquiry, char **ret_text);

/* The owner of the file of that path. */
enum owner responsible_owner(const struct inquiry *inquiry, const char *path, const char **ret_of);

/* 'path' of package, for a reader. Caller frees. */
char *responsible_name(const struct inquiry *inquiry, const char *path);

#endif
