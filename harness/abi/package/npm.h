/* SPDX-License-Identifier: Apache-2.0 */
/* The package.json of a package of npm: which of its commands npm runs by itself, and which only
 * who works on the package does. */
#ifndef TS_ABI_PACKAGE_NPM_H
#define TS_ABI_PACKAGE_NPM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "base/vec.h"

/* A command under "scripts". */
struct npm_command {
    char *name, *text;
    bool runs; /* npm runs it when the package is installed, started or removed */
};
VEC_TYPE(npm_commands, struct npm_command);

/* Adds the commands. ret_rest: everything else that may name a file of the package to execute, as
 * JSON: "bin", "main", settings that its programs read. Returns false, and adds nothing, if it is
 * not the package.json of a package. */
bool npm_manifest_read(const char *text, size_t size, struct npm_commands *commands,
                       char **ret_rest);
void npm_commands_done(struct npm_commands *commands);

/* The length of the folder of a package of npm that contains the file: where npm installs packages,
 * or the folder in what npm packs; 0: none. */
size_t npm_folder(const char *path);

#endif
