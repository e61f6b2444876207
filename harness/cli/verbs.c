/* SPDX-License-Identifier: Apache-2.0 */
/* The table of verbs, made from verbs.def. */
#include <stddef.h>

#include "cli/cli.h"
#include "cli/commands.h"

const struct verb verbs[] = {
#define VERB(name, summary, hidden) {#name, summary, cmd_##name, hidden},
#include "cli/verbs.def"
#undef VERB
    {NULL, NULL, NULL, false},
};
