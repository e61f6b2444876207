/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone: the verbs that it implements, and those for which it executes the worker. */
#include "cli/commands.h"
#include "cli/programs.h"

static verb_function *const functions[] = {
#define VERB(name, ...) cmd_##name,
#define GROUP(name, ...) NULL,
#define COMMAND(group, name, ...) cmd_##group##_##name,
#define WORKER_VERB(...) cli_worker,
#define WORKER_COMMAND(...) cli_worker,
#include "cli/verbs.def"
};

int main(int argc, char **argv)
{
    return touchstone_main(functions, argc, argv);
}
