/* SPDX-License-Identifier: Apache-2.0 */
/* A run's folder, $TOUCHSTONE_HOME/runs/ID. `inputs/<sha256>/` contains copies of every platform,
 * image and suite it was planned with, `jobs/<job>/<attempt>/` the job request and the output of
 * each worker. */
#ifndef TS_RUN_FOLDER_H
#define TS_RUN_FOLDER_H

#include "base/digest.h"

struct error;
struct suite;

/* Creates an ID: the UTC date and six random hexadecimal digits; it sorts by date and is short
 * enough to type. Caller frees. */
char *run_new_id(void);

/* Returns $TOUCHSTONE_HOME/runs/ID; caller frees. */
int run_folder(const char *run_id, char **ret_folder, struct error **err);

/* Copies a file to inputs/, under its digest; *ret_copy: path of the copy. Caller frees. */
int run_folder_add_file(const char *run_folder, const char *path, char **ret_copy,
                        char sha256[DIGEST_TEXT_SIZE], struct error **err);

/* The same for a folder (a suite), under its tree_digest, which does not depend on its location. */
int run_folder_add_tree(const char *run_folder, const char *folder, char **ret_copy,
                        char sha256[DIGEST_TEXT_SIZE], struct error **err);

/* The same for a suite, with the scripts of its built-in probes. */
int run_folder_add_suite(const char *run_folder, const struct suite *suite, char **ret_copy,
                         char sha256[DIGEST_TEXT_SIZE], struct error **err);

/* Computes the digest that the copy of this suite would have. Works on a temporary copy. */
int run_folder_suite_digest(const struct suite *suite, char sha256[DIGEST_TEXT_SIZE],
                            struct error **err);

/* Computes the digest that these two functions use for the file or folder at path. */
int run_folder_digest(const char *path, char sha256[DIGEST_TEXT_SIZE], struct error **err);

#endif
