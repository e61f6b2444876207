/* SPDX-License-Identifier: Apache-2.0 */
/* One function for each verb or command, in cmd_<verb>.c. */
#ifndef TS_CLI_COMMANDS_H
#define TS_CLI_COMMANDS_H

#define VERB(name, ...) int cmd_##name(int argc, char **argv);
#define COMMAND(group, name, ...) int cmd_##group##_##name(int argc, char **argv);
#include "cli/verbs.def"

#endif
