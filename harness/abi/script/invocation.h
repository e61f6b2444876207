/* SPDX-License-Identifier: Apache-2.0 */
/* The words of a command line that is executed without a shell. */
#ifndef TS_ABI_SCRIPT_INVOCATION_H
#define TS_ABI_SCRIPT_INVOCATION_H

#include "base/text.h"

/* Index of the program that env, nice, tini and similar start in the end, from the word `from` on;
 * the number of words if they start none. */
size_t invocation_program(const struct strv *words, size_t from);

/* Index of the word that the interpreter at `at` reads: a file, or code (the argument of a shell's
 * -c). 0: none, the word at `at` is no interpreter, or its options are not known. */
size_t invocation_argument(const struct strv *words, size_t at, bool *ret_code);

/* The same; ret_module: the word is the name of a module of Python ("-m"). */
size_t invocation_source(const struct strv *words, size_t at, bool *ret_code, bool *ret_module);

/* True if the shell at this word is a login shell, which reads /etc/profile. */
bool invocation_is_login(const struct strv *words, size_t at);

#endif
