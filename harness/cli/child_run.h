/* SPDX-License-Identifier: Apache-2.0 */
/* Starts 'touchstone run' for the verbs that need further runs. */
#ifndef TS_CLI_CHILD_RUN_H
#define TS_CLI_CHILD_RUN_H

struct error;

/* arguments: those after "run --plain", NULL at the end. Messages go to standard error, the matrix
 * to `stdout_fd` (< 0: nowhere). Returns the exit code, or -EINTR if it was interrupted. `what`
 * names the run in messages. */
int child_run(const char *const *arguments, int stdout_fd, const char *what, struct error **err);

#endif
