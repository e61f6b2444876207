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

/* Checks one script for sh or bash; path: shown in findings; program: of its first line, or NULL;
 * ends: the severity of what certainly ends it. */
void script_check_shell(const char *path, const char *program, const char *text,
                        enum finding_severity ends, struct needs *needs);

struct shell_flow;
struct shell_script;

/* Checks the users and groups that its commands need. Defined in script_accounts.c. */
void script_check_accounts(const char *path, const struct shell_script *script,
                           const struct shell_flow *flow, struct needs *needs);

/* Checks what it uses of bash against the image's sh. Defined in dialect.c. */
void script_check_dialect(const char *path, const char *program, const struct shell_script *script,
                          enum finding_severity ends, struct needs *needs);

/* Checks the files and folders that its commands need. Defined in script_paths.c. */
void script_check_paths(const char *path, const struct shell_script *script,
                        const struct shell_flow *flow, enum finding_severity ends,
                        struct needs *needs);

/* Checks whether a script of the package manager always fails. Defined in script_fails.c. */
void script_check_failure(const char *path, const struct shell_script *script,
                          const struct shell_flow *flow, struct needs *needs);

/* Checks the options and command lines with which it starts other shells. Defined in script_call.c.
 */
void script_check_calls(const char *path, const struct shell_script *script,
                        const struct shell_flow *flow, enum finding_severity ends,
                        struct needs *needs);

/* Checks what it uses of gawk, if the image's awk is mawk. Defined in script_awk.c. */
void script_check_awk(const char *path, const struct shell_script *script,
                      const struct shell_flow *flow, enum finding_severity ends,
                      struct needs *needs);
struct package_text;
void script_check_awk_file(const struct package_text *script, const char *program,
                           struct needs *needs);

/* Checks the modules and the version that a Perl script requires. Defined in script_perl.c. */
void script_check_perl(const struct package_text *script, struct needs *needs);

/* Checks what a Python script imports, and its syntax, against the image's interpreter. Defined in
 * python_import.c. */
void script_check_python(const struct package_text *script, const char *program,
                         struct needs *needs);

/* Checks a command line on this line of a file that runs it; optional: it does not need its
 * success. shell: that reads it. ends: as above. */
void script_check_command(const char *path, const char *shell, const char *code, unsigned line,
                          bool optional, enum finding_severity ends, struct needs *needs);

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
