/* SPDX-License-Identifier: Apache-2.0 */
/* The table of verbs: a row here, a file cmd_<verb>.c and a page in man/ make one. */
#include <stddef.h>

#include "cli/cli.h"
#include "cli/commands.h"

const struct verb verbs[] = {
    {NULL, NULL, NULL, false},
};
