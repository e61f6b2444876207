/* SPDX-License-Identifier: Apache-2.0 */
/* The functions of the verbs, in the order of verbs.def. */
#include "cli/cli.h"
#include "cli/commands.h"

static int (*const functions[])(int argc, char **argv) = {
#define VERB(name, ...) cmd_##name,
#define GROUP(name, ...) NULL,
#define COMMAND(group, name, ...) cmd_##group##_##name,
#include "cli/verbs.def"
};

int verb_run(const struct verb *verb, int argc, char **argv)
{
    return functions[verb - verbs](argc, argv);
}
