/* SPDX-License-Identifier: Apache-2.0 */
/* Which commands of a shell script are executed whenever it is. */
#ifndef TS_ABI_SCRIPT_SHELL_FLOW_H
#define TS_ABI_SCRIPT_SHELL_FLOW_H

#include "abi/script/shell.h"

struct shell_flow {
    const struct shell_script *script;
    struct strv called; /* functions that are called whenever the script runs */
    size_t end;         /* number of commands up to an unconditional exit or exec; SIZE_MAX: none */
    size_t last;        /* index of the last command outside functions; SIZE_MAX: none */
};

void shell_flow_read(const struct shell_script *script, struct shell_flow *ret);
void shell_flow_done(struct shell_flow *flow);
#define _cleanup_shell_flow_ _cleanup_(shell_flow_done)

/* True if the command, or what is there (enum shell_where) before its end, is reached: outside
 * branches and loops, in the script itself or in functions that are called there. */
bool shell_flow_reaches(const struct shell_flow *flow, size_t command, unsigned where);

/* True if every way through the script passes one of these commands: all branches of an "if" with
 * "else" or a "case" with a default. commands: indices in ascending order. */
bool shell_flow_passes(const struct shell_flow *flow, const size_t *commands, size_t count);

#endif
