/* SPDX-License-Identifier: Apache-2.0 */
/* What a script for sh uses that only bash understands. The shells differ in what follows:
 * dialect.def. */
#ifndef TS_ABI_SCRIPT_DIALECT_H
#define TS_ABI_SCRIPT_DIALECT_H

#include "abi/script/shell.h"

enum dialect_fault { DIALECT_NONE, DIALECT_SILENT, DIALECT_FAILS, DIALECT_FATAL, DIALECT_SYNTAX };

struct dialect_kind {
    enum dialect_fault dash, posix; /* posix: bash that is started as "sh" */
    const char *what, *instead;
};
extern const struct dialect_kind dialect_kinds[FEATURE_KINDS];

struct dialect_use {
    enum shell_feature_kind kind;
    unsigned line;
    bool certain;     /* it is executed whenever the script is */
    bool handled;     /* its failure is handled or is part of a condition */
    bool decides;     /* it is the first part of "A && B", which the script ends with */
    bool inner;       /* it ends only a subshell */
    const char *name; /* borrowed from the script, or NULL */
};
VEC_TYPE(dialect_uses, struct dialect_use);

/* By kind, then line. What follows an unconditional exit, or a command that starts bash with the
 * script, is left out; *ret_end: number of commands before that. */
void dialect_read(const struct shell_script *script, struct dialect_uses *ret_uses,
                  size_t *ret_end);

#endif
