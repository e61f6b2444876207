/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What scripts, unit files and texts inside programs say that is known to break on a move. Each
 * check is a row of checks.def.
 */
#ifndef TS_ABI_SCRIPT_SCRIPT_H
#define TS_ABI_SCRIPT_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "model/finding.h"

/* Ids of the rows for programs whose text is in these bytes, appended to ret_ids. */
void script_hints(const void *data, size_t size, uint16_t machine, struct strv *ret_ids);

/* By its path and first bytes: is this a script, a cron table or a playbook of Ansible? */
bool script_is_one(const char *path, const char *head, size_t length);
bool script_is_playbook(const char *path);

/* The rows for scripts that this text fires, and those for programs whose ids were found in one.
 * shell: it is one for sh or bash. */
void script_check_text(const char *path, const char *text, bool shell, struct findings *findings);
void script_check_hints(const char *path, const struct strv *ids, struct findings *findings);

/* The program of a text's "#!" line; for env, the program that env looks for. NULL: none. Caller
 * frees. */
char *script_interpreter(const char *text, bool *ret_by_name);

#endif
