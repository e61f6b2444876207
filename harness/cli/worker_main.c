/* SPDX-License-Identifier: Apache-2.0 */
/* worker: what touchstone starts for a job, and becomes for the verbs that need its libraries. */
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

int main(int argc, char **argv)
{
    return worker_main(functions, argc, argv);
}
