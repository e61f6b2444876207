/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The two programs. `touchstone` is the one that users call: it starts in milliseconds and links
 * only what every verb needs. `libexec/touchstone/worker` links libvirt, libcurl, libarchive and
 * the disassembler, runs jobs, and implements the verbs that need those libraries. Both must have
 * the same version.
 */
#ifndef TS_CLI_PROGRAMS_H
#define TS_CLI_PROGRAMS_H

#include "cli/cli.h"

typedef int verb_function(int argc, char **argv);

/* main() of touchstone and of the worker. functions: one for each verb; NULL: a group, or a verb of
 * the other program. */
int touchstone_main(verb_function *const functions[], int argc, char **argv);
int worker_main(verb_function *const functions[], int argc, char **argv);

/* Runs a verb of the worker: replaces this process by the worker with the same arguments. Returns
 * only on failure. */
int cli_worker(int argc, char **argv);

#endif
