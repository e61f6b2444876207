/* SPDX-License-Identifier: Apache-2.0 */
/* Where things are: the program's own data, the user's data, and the short-lived runtime folder. */
#ifndef TS_HOME_HOME_H
#define TS_HOME_HOME_H

struct error;

/* The folder that holds arch/ and suites/: $TOUCHSTONE_DATA, else share/touchstone beside the
 * installed program, else the source tree around the build folder. Borrowed. -ENOENT says where it
 * looked. */
int home_data_folder(const char **ret_folder, struct error **err);

/* The folder that holds guest/<arch>/ with the programs that run inside guests: libexec/touchstone
 * when installed, else the build folder. Borrowed. */
int home_programs_folder(const char **ret_folder, struct error **err);

/* $TOUCHSTONE_HOME, else $XDG_DATA_HOME/touchstone, else ~/.local/share/touchstone; made when
 * absent, refused when not writable, unless this process only reads it. Borrowed. */
int home_folder(const char **ret_folder, struct error **err);
void home_reads_only(void); /* said before it is asked for */

/* $TOUCHSTONE_HOME, or NULL when it is not set. */
const char *home_setting(void);

/* A short private folder for sockets: $XDG_RUNTIME_DIR/touchstone, else /run/user/UID/touchstone,
 * else /run/touchstone for root, else /tmp/touchstone-UID (mode 0700 and ours, else refused). Made
 * when absent. Borrowed. */
int home_runtime_folder(const char **ret_folder, struct error **err);

/* The running program's own path. Borrowed. */
int home_program(const char **ret_path, struct error **err);

/* The program that does jobs, libexec/touchstone/worker beside the one that runs. Borrowed. -ENOENT
 * says where it was looked for. */
int home_worker(const char **ret_path, struct error **err);

#endif
