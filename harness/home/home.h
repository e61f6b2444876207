/* SPDX-License-Identifier: Apache-2.0 */
/* Locations: the program's own data, the user's data, and the runtime folder for short-lived
 * files. */
#ifndef TS_HOME_HOME_H
#define TS_HOME_HOME_H

struct error;

/* Returns the folder that contains arch/ and suites/: $TOUCHSTONE_DATA, else share/touchstone
 * beside the installed program, else the source tree of the build folder. Borrowed. -ENOENT lists
 * the folders that were tried. */
int home_data_folder(const char **ret_folder, struct error **err);

/* Returns the folder that contains guest/<arch>/ with the programs that run in guests:
 * libexec/touchstone when installed, else the build folder. Borrowed. */
int home_programs_folder(const char **ret_folder, struct error **err);

/* Returns $TOUCHSTONE_HOME, else $XDG_DATA_HOME/touchstone, else ~/.local/share/touchstone. It is
 * created when missing and must be writable, unless home_reads_only() was called. Borrowed. */
int home_folder(const char **ret_folder, struct error **err);
void home_reads_only(void); /* call before home_folder() */

/* Returns $TOUCHSTONE_HOME, or NULL if it is not set. */
const char *home_setting(void);

/* Returns a private folder with a short path, for sockets: $XDG_RUNTIME_DIR/touchstone, else
 * /run/user/UID/touchstone, else /run/touchstone for root, else /tmp/touchstone-UID (which must be
 * ours with mode 0700). It is created when missing. Borrowed. */
int home_runtime_folder(const char **ret_folder, struct error **err);

/* Returns the folder of the translations: share/locale beside the installed program, else locale in
 * the build folder; NULL: there is none, so that texts are English. Borrowed. */
const char *home_locale_folder(void);

/* Returns the path of the running program. Borrowed. */
int home_program(const char **ret_path, struct error **err);

/* Returns the path of the worker program, libexec/touchstone/worker beside the running program.
 * Borrowed. -ENOENT lists the places that were tried. */
int home_worker(const char **ret_path, struct error **err);

#endif
