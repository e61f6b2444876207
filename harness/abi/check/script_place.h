/* SPDX-License-Identifier: Apache-2.0 */
/* What a script is for, by its path. */
#ifndef TS_ABI_CHECK_SCRIPT_PLACE_H
#define TS_ABI_CHECK_SCRIPT_PLACE_H

#include <stdbool.h>

struct finding;
struct needs;

/* True for a script that the package manager runs. */
bool script_is_scriptlet(const char *path);

/* True for a file that is usually not executed by itself: a module, which the interpreter that
 * imports it reads; a tool that lies in no folder of programs; or a service of runit, which its own
 * package starts. */
bool script_is_helper(const char *path);

/* True if the package manager does not install the package if the script fails: dpkg's preinst and
 * postinst, rpm's %pre. */
bool script_stops_installation(const char *path);

/* Sets the remedy for a missing command or file from the table of remedies. */
void script_set_remedy(struct finding *row, const struct needs *needs, const char *name);

#endif
