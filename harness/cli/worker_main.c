/* SPDX-License-Identifier: Apache-2.0 */
/* worker: started by touchstone for each job, and executed in its place for verbs that need the
 * worker's libraries. */
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

/* GLib, used by libvirt, raises this signal when memory runs out, after printing a message. */
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
