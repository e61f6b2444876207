/* SPDX-License-Identifier: Apache-2.0 */
/* One function a verb, each in its own cmd_<verb>.c. */
#ifndef TS_CLI_COMMANDS_H
#define TS_CLI_COMMANDS_H

#define VERB(name, summary, hidden) int cmd_##name(int argc, char **argv);
#include "cli/verbs.def"
#undef VERB

#endif
