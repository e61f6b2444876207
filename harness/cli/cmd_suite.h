/* SPDX-License-Identifier: Apache-2.0 */
/* The commands of `touchstone suite`. */
#ifndef TS_CLI_CMD_SUITE_H
#define TS_CLI_CMD_SUITE_H

#include "cli/cli.h"

int cmd_suite_stage(int argc, char **argv);

#endif
