/* SPDX-License-Identifier: Apache-2.0 */
/* Which uses of a program or file a shell script makes depend on a test for it: "command -v x",
 * "which x", "type x", "hash x", "[ -x /x ]". A test somewhere is not enough: it must be able to
 * keep the script from the use. */
#ifndef TS_ABI_SCRIPT_SHELL_TESTED_H
#define TS_ABI_SCRIPT_SHELL_TESTED_H

#include "abi/script/shell_flow.h"
#include "abi/script/shell_variable.h"

struct shell_existence {
    char *name; /* as tested, or its base name */
    size_t command;
    struct shell_range lacking; /* what runs only if it is missing; empty: nothing, or unknown */
    bool
        acts; /* something is done if it is missing, or it is not known what: more than a message */
    bool ends; /* the same, and the script ends there */
};
struct shell_tested {
    const struct shell_flow *flow;
    VEC(struct shell_existence) rows; /* sorted by name */
    size_t *functions; /* for each command: 1 + index of the function that contains it; 0: none */
    struct strv names; /* what the script runs, sorted; empty if it has no functions */
    bool simple;       /* too long to be followed: a test anywhere counts */
};

/* Borrows the flow, and its script. scope: NULL if the environment is not known. */
void shell_tested_read(const struct shell_flow *flow, const struct shell_variables *variables,
                       const struct shell_scope *scope, struct shell_tested *ret);
void shell_tested_done(struct shell_tested *tested);
#define _cleanup_shell_tested_ _cleanup_(shell_tested_done)

/* True if the command with this index is kept from using what is called so where it is missing. */
bool shell_tested_has(const struct shell_tested *tested, const char *name, size_t command);

#endif
