/* SPDX-License-Identifier: Apache-2.0 */
/* worker: what touchstone starts for a job, and becomes for the verbs that need its libraries. */
#include <signal.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/programs.h"

static verb_function *const functions[] = {
#define VERB(...) NULL,
#define GROUP(...) NULL,
#define COMMAND(...) NULL,
#define WORKER_VERB(name, ...) cmd_##name,
#define WORKER_COMMAND(group, name, ...) cmd_##group##_##name,
#include "cli/verbs.def"
};

/* GLib, below libvirt, ends the process so when memory runs out, and has said it. */
static void end_for_library(int signal)
{
    (void)signal;
    _exit(EXIT_IO);
}

int main(int argc, char **argv)
{
    signal(SIGTRAP, end_for_library);
    return worker_main(functions, argc, argv);
}
