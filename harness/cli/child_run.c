/* SPDX-License-Identifier: Apache-2.0 */
/* Starts 'touchstone run' and waits for its end. */
#include "cli/child_run.h"

#include <errno.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/process.h"
#include "base/vec.h"
#include "cli/cli.h"
#include "home/home.h"

#define RUN_LIMIT_MS (30 * CLOCK_DAY_MS)

int child_run(const char *const *arguments, int stdout_fd, const char *what, struct error **err)
{
    struct process_spec spec = PROCESS_SPEC_INIT;
    struct process_exit end = {0};
    VEC(const char *) argv = {0};
    const char *program = NULL;
    pid_t pid = 0;
    int code = home_program(&program, err);

    *vec_add(&argv) = program;
    *vec_add(&argv) = "run";
    *vec_add(&argv) = "--plain";
    while (*arguments != NULL)
        *vec_add(&argv) = *arguments++;
    *vec_add(&argv) = NULL;
    spec.argv = argv.items;
    spec.stdout_fd = stdout_fd;
    spec.stderr_fd = STDERR_FILENO;
    if (code == 0)
        code = process_start(&spec, &pid, err);
    if (code == 0)
        code = process_wait(pid, false, clock_now_ms() + RUN_LIMIT_MS, &end, err);
    vec_done(&argv);
    if (code < 0)
        return code;
    return end.exited && end.code != EXIT_INTERRUPTED
               ? end.code
               : error_set(err, -EINTR, "%s was interrupted: the same command goes on", what);
}
