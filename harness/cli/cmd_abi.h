/* SPDX-License-Identifier: Apache-2.0 */
/* Helpers shared by the commands of `touchstone abi`. */
#ifndef TS_CLI_CMD_ABI_H
#define TS_CLI_CMD_ABI_H

#include "abi/surface/surface.h"
#include "cli/cli.h"
#include "cli/commands.h"

/* Opens a surface by name, digest, path, or "reference:NAME:ARCH". */
int abi_open_surface(const char *wanted, struct surface **ret_surface, struct error **err);

/* Harvests the surface of a root folder, in memory. */
int abi_harvest_root(const char *folder, struct surface **ret_surface, struct error **err);

#endif
