/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone job FILE: the worker, started only by `run` and `resume`. Progress is written to
 * descriptor 3. */
#include <fcntl.h>

#include "base/error.h"
#include "cell/job_run.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "job/job.h"

enum { EVENT_FD = 3, SIGNALLED = 128 };

static void set_option(void *input, enum option_id option, char *value)
{
    if (option == OPTION_WORD)
        *(const char **)input = value;
}

int cmd_job(int argc, char **argv)
{
    const char *file = NULL;
    struct error *err = NULL;
    int ended = 0;
    int event_fd = fcntl(EVENT_FD, F_GETFL) >= 0 ? EVENT_FD : -1;

    cli_parse(argc, argv, set_option, &file);
    if (event_fd >= 0)
        fcntl(event_fd, F_SETFD, FD_CLOEXEC);
    if (job_run(file, event_fd, &ended, &err) == 0)
        return EXIT_COMPATIBLE;
    /* Reports the signal to the controller like a shell: 128 + signal. */
    return ended > SIGNALLED || ended == JOB_EXIT_INPUT_CHANGED ? (cli_fail(err), ended)
                                                                : cli_fail(err);
}
