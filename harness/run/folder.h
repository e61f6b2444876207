/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A run's folder: $TOUCHSTONE_HOME/runs/ID. `inputs/<sha256>/` holds copies of every platform,
 * image and suite it was planned with, `jobs/<job>/<attempt>/` what each worker was told and left.
 */
#ifndef TS_RUN_FOLDER_H
#define TS_RUN_FOLDER_H

#include "base/digest.h"

struct error;

/* A new id: the UTC day and six random hex digits; sorts by day, is short enough to type. Caller
 * frees. */
char *run_new_id(void);

/* $TOUCHSTONE_HOME/runs/ID; caller frees. */
int run_folder(const char *run_id, char **ret_folder, struct error **err);

/* Copies a file below inputs/, named by its digest; *ret_copy is its path there. Caller frees. */
int run_folder_add_file(const char *run_folder, const char *path, char **ret_copy,
                        char sha256[DIGEST_TEXT_SIZE], struct error **err);

/* The same for a folder (a suite), by its tree_digest: the same suite has the same digest wherever
 * it lies. */
int run_folder_add_tree(const char *run_folder, const char *folder, char **ret_copy,
                        char sha256[DIGEST_TEXT_SIZE], struct error **err);

/* The digest that either of them would give what is at path. */
int run_folder_digest(const char *path, char sha256[DIGEST_TEXT_SIZE], struct error **err);

#endif
