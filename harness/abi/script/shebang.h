/* SPDX-License-Identifier: Apache-2.0 */
/* The line "#!INTERPRETER ARGUMENT": the kernel passes all that is behind the interpreter's name as
 * one argument. Source: fs/binfmt_script.c. */
#ifndef TS_ABI_SCRIPT_SHEBANG_H
#define TS_ABI_SCRIPT_SHEBANG_H

#include "base/cleanup.h"

#include <stdbool.h>
#include <stddef.h>

#define SHEBANG_MAX 256      /* bytes of a file that the kernel reads, since Linux 5.1 */
#define SHEBANG_OLD_MAX 128  /* before */
#define SHEBANG_NESTED_MAX 5 /* scripts whose interpreter is a script */

struct shebang {
    char *program;  /* NULL: there is none */
    char *argument; /* or NULL */
    size_t end;     /* of the program's name in the file */
};
void shebang_read(const char *text, struct shebang *ret);
void shebang_done(struct shebang *shebang);
#define _cleanup_shebang_ _cleanup_(shebang_done)

/* True for an option of this letter: "#!/bin/sh -e". */
bool shebang_sets(const char *text, char letter);

/* Why the interpreter does not run the script, or NULL. program: base name of the interpreter
 * behind links; script: the path of the script. Caller frees. */
char *shebang_fault(const struct shebang *shebang, const char *program, const char *script);

#endif
