/* SPDX-License-Identifier: Apache-2.0 */
/*
 * C and C++ sources that a package brings, for what a compiler does not tell: plain char is signed
 * on x86 and unsigned on Arm (AAPCS64, 10.1.2 "Arithmetic types").
 */
#ifndef TS_ABI_SCRIPT_SOURCE_H
#define TS_ABI_SCRIPT_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

bool source_is_one(const char *path);

/* True for a file that says how sources are built: a makefile, CMakeLists.txt, configure, a spec.
 */
bool source_builds(const char *path);

/* The line, from 1, of the first comparison of a plain char variable with EOF or a negative number;
 * 0 if there is none. ret_name: the variable; the caller frees. */
unsigned source_char_sign(const char *text, size_t size, char **ret_name);

#endif
