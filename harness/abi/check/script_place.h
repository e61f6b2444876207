/* SPDX-License-Identifier: Apache-2.0 */
/* What a script is for, by its path. */
#ifndef TS_ABI_CHECK_SCRIPT_PLACE_H
#define TS_ABI_CHECK_SCRIPT_PLACE_H

#include <stdbool.h>

#include "model/finding.h"

struct needs;
struct package;

/* True for a script that the package manager runs. */
bool script_is_scriptlet(const char *path);

/* True for a file that is usually not executed by itself: a module, which the interpreter that
 * imports it reads; a tool that lies in no folder of programs; or a service of runit, which its own
 * package starts. */
bool script_is_helper(const char *path);

/* The first argument with which dpkg calls the script at a first installation, or NULL. */
const char *script_argument(const char *path);

/* True if the package manager does not install the package if the script fails: dpkg's preinst and
 * postinst, rpm's %pre. */
bool script_stops_installation(const char *path);

/* True for a file that is started by itself: a command, an init script, the program of a unit. */
bool script_is_start(const struct needs *needs, const char *path);

/* The severity of what certainly ends the script at this path: BLOCK if it stops the installation
 * or is a start, WARN if the script is usually not executed. */
enum finding_severity script_end_severity(const struct needs *needs, const char *path);

/* The same if what it ends for is that something is missing, which may be installed later. A
 * package says in its dependencies what its commands need. */
enum finding_severity script_need_severity(const struct needs *needs, const char *path,
                                           enum finding_severity ends);

/* True if this interpreter is a script, and so are those of more than SHEBANG_NESTED_MAX - 1
 * interpreters behind it. */
bool script_is_nested(const struct package *package, const char *interpreter);

/* The canonical path of an interpreter, which may be looked up in PATH; NULL if it is not on the
 * image. Caller frees. */
char *script_interpreter_behind(const struct needs *needs, const char *program);
enum script_shell { SCRIPT_SHELL_OTHER, SCRIPT_SHELL_DASH, SCRIPT_SHELL_BASH };
enum script_shell script_shell_of(const struct needs *needs, const char *program);

/* Version of an installed package as 10000 * MAJOR + 100 * MINOR + PATCH; 0: unknown. */
unsigned script_release_of(const struct needs *needs, const char *name);

/* Sets the remedy for a missing command or file from the table of remedies. */
void script_set_remedy(struct finding *row, const struct needs *needs, const char *name);

#endif
