/* SPDX-License-Identifier: Apache-2.0 */
/* Searches scripts, unit files and texts in programs for what is known to break when moved to
 * another system. Each check is a row in checks.def. */
#ifndef TS_ABI_SCRIPT_SCRIPT_H
#define TS_ABI_SCRIPT_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "model/finding.h"

/* The set of checks for programs whose text occurs in these bytes, which may be a part of a file if
 * the next one begins SCRIPT_HINT_MAX bytes before the end of this one. */
#define SCRIPT_HINT_MAX 64
uint64_t script_hint_texts(const void *data, size_t size, uint16_t machine);

/* Appends to ret_ids the IDs of the checks of that set that apply to the file with these bytes. */
void script_hints(const void *data, size_t size, uint64_t found, struct strv *ret_ids);

/* Appends the ID of the shell that these bytes of a program named sh are; it is no finding. */
#define SCRIPT_HINT_DASH "dash"
#define SCRIPT_HINT_BASH "bash"
void script_hint_shell(const void *data, size_t size, struct strv *ret_ids);

/* True for the file that Python executes of a folder or zip that it is started with. */
bool script_is_python_main(const char *path);

/* True if path and first bytes indicate a script, a crontab or an Ansible playbook. */
bool script_is_one(const char *path, const char *head, size_t length);
bool script_is_playbook(const char *path);

/* True for a source that an interpreter reads, and that is checked if something starts it. */
bool script_is_source(const char *path);

/* Applies the checks for scripts to this text, and those for programs whose IDs were found in one.
 * shell: the script is for sh or bash. */
void script_check_text(const char *path, const char *text, bool shell, struct findings *findings);
void script_check_hints(const char *path, const struct strv *ids, struct findings *findings);

/* The program in the "#!" line of a text; for env, the program that env runs. NULL: none. Caller
 * frees. */
char *script_interpreter(const char *text, bool *ret_by_name);

#endif
