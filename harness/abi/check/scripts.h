/* SPDX-License-Identifier: Apache-2.0 */
/* Checks a package's scripts, sources and units against the image. */
#ifndef TS_ABI_CHECK_SCRIPTS_H
#define TS_ABI_CHECK_SCRIPTS_H

#include "model/finding.h"

struct needs;
struct package;
struct surface;
struct world;

/* Adds findings about the package's scripts and about texts in its programs. */
void script_check(const struct package *package, struct needs *needs);

/* Checks one script for sh or bash; path: shown in findings; program: of its first line, or NULL.
 */
void script_check_shell(const char *path, const char *program, const char *text,
                        struct needs *needs);

struct shell_flow;
struct shell_script;

/* Checks the users and groups that its commands need. Defined in script_accounts.c. */
void script_check_accounts(const char *path, const struct shell_script *script,
                           const struct shell_flow *flow, struct needs *needs);

/* Checks what it uses of bash against the image's sh. Defined in dialect.c. */
void script_check_dialect(const char *path, const char *program, const struct shell_script *script,
                          struct needs *needs);

/* Checks what a Python script imports, and its syntax, against the image's interpreter. Defined in
 * python_import.c. */
struct package_text;
void script_check_python(const struct package_text *script, const char *program,
                         struct needs *needs);

/* Checks a command line on this line of a file that runs it; optional: it does not need its
 * success. */
void script_check_command(const char *path, const char *code, unsigned line, bool optional,
                          struct needs *needs);

/* The same for scriptlets that rpm's built-in Lua runs; their text begins with SCRIPT_LUA. Defined
 * in lua.c. */
#define SCRIPT_LUA "#!<lua>"
void script_check_lua(const struct package *package, struct needs *needs);

/* Findings for aarch64; none if the package's build files use -fsigned-char. */
void source_check(const struct package *package, const struct world *world,
                  struct findings *findings);

/* Findings about files that start programs or load modules. Defined in starts.c. */
void start_check(const struct package *package, struct needs *needs);

/* Version of systemd on the image, 0 if unknown. Versions before 231 are reported as 219, the
 * oldest on a supported image, because they had no library with the version in its name. */
unsigned unit_systemd_release(const struct surface *image);

void unit_check(const struct package *package, const struct surface *image, struct needs *needs);

#endif
