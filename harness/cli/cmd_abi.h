/* SPDX-License-Identifier: Apache-2.0 */
/* What the commands of `touchstone abi` share. */
#ifndef TS_CLI_CMD_ABI_H
#define TS_CLI_CMD_ABI_H

#include "abi/surface/surface.h"
#include "cli/cli.h"
#include "cli/commands.h"

/* A surface by name, digest, path of its file, or "reference:NAME:ARCH". */
int abi_open_surface(const char *wanted, struct surface **ret_surface, struct error **err);

/* A root folder's surface, in memory. */
int abi_harvest_root(const char *folder, struct surface **ret_surface, struct error **err);

#endif
