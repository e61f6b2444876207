/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The two programs. `touchstone` is what people call: it starts in milliseconds, and links what
 * every verb needs. `libexec/touchstone/worker` links libvirt, libcurl, libarchive and the
 * disassembler, does jobs, and runs the verbs that need those. Both are of one version, or nothing
 * is run.
 */
#ifndef TS_CLI_PROGRAMS_H
#define TS_CLI_PROGRAMS_H

#include "cli/cli.h"

typedef int verb_function(int argc, char **argv);

/* main of touchstone, and of the worker. functions: one for each row of verbs; NULL: a group, or a
 * verb of the other program. */
int touchstone_main(verb_function *const functions[], int argc, char **argv);
int worker_main(verb_function *const functions[], int argc, char **argv);

/* A verb of the worker's: this process becomes the worker, with the same words. Returns only where
 * that fails. */
int cli_worker(int argc, char **argv);

#endif
