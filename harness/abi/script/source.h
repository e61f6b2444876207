/* SPDX-License-Identifier: Apache-2.0 */
/* Checks C and C++ sources in a package for an assumption that compilers do not report: plain char
 * is signed on x86 and unsigned on Arm (AAPCS64, 10.1.2 "Arithmetic types"). */
#ifndef TS_ABI_SCRIPT_SOURCE_H
#define TS_ABI_SCRIPT_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

bool source_is_one(const char *path);

/* True for a file that controls how sources are built: a makefile, CMakeLists.txt, configure, a
 * spec file. */
bool source_builds(const char *path);

/* Line number, from 1, of the first comparison of a plain char variable with EOF or a negative
 * number; 0: none. ret_name: the variable; caller frees. */
unsigned source_char_sign(const char *text, size_t size, char **ret_name);

#endif
