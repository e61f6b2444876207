/* SPDX-License-Identifier: Apache-2.0 */
/* The commands of `touchstone abi`, and what they share. */
#ifndef TS_CLI_CMD_ABI_H
#define TS_CLI_CMD_ABI_H

#include "abi/surface/surface.h"
#include "cli/cli.h"

int cmd_abi_harvest(int argc, char **argv);
int cmd_abi_show(int argc, char **argv);
int cmd_abi_query(int argc, char **argv);
int cmd_abi_check(int argc, char **argv);
int cmd_abi_diff(int argc, char **argv);
int cmd_abi_isa(int argc, char **argv);
int cmd_abi_trace(int argc, char **argv);

/* A surface by name, digest, path of its file, or "reference:NAME:ARCH". */
int abi_open_surface(const char *wanted, struct surface **ret_surface, struct error **err);

/* A root folder's surface, in memory. */
int abi_harvest_root(const char *folder, struct surface **ret_surface, struct error **err);

#endif
