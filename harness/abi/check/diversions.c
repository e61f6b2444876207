/* SPDX-License-Identifier: Apache-2.0 */
/* Paths that dpkg diverts: dpkg-divert(1). Two packages may have such a path; dpkg installs one of
 * the files under the other name. */
#include <string.h>

#include "abi/check/check.h"
#include "abi/script/shell_use.h"
#include "base/cleanup.h"
#include "base/path.h"

/* "dpkg-divert --package x --add --rename --divert /usr/bin/y.x /usr/bin/y" */
static void read_command(const struct shell_command *command, struct strv *ret)
{
    static const char *const other[] = {"--remove", "--list", "--listpackage", "--truename"};
    size_t at = shell_program_at(command);
    const char *path = NULL;

    if (at >= command->words.count ||
        strcmp(path_base(command->words.items[at].text), "dpkg-divert") != 0)
        return;
    for (at++; at < command->words.count; at++) {
        const char *word = command->words.items[at].text;

        for (size_t i = 0; i < sizeof(other) / sizeof(other[0]); i++)
            if (strcmp(word, other[i]) == 0)
                return;
        if (strcmp(word, "--divert") == 0 || strcmp(word, "--package") == 0)
            at++;
        else if (word[0] == '/' && !command->words.items[at].dynamic)
            path = word;
    }
    if (path != NULL)
        strv_add(ret, path);
}

void diversions_read(const struct check *check, struct strv *ret)
{
    const char *listed = surface_meta_get(check->world.layers[LAYER_IMAGE], "diversions");

    if (listed != NULL)
        strv_split(ret, listed, "\n");
    vec_foreach (script, &check->package->scripts) {
        _cleanup_shell_ struct shell_script parsed = {0};

        if (!text_ends(script->path, "/DEBIAN/preinst") || strstr(script->text, "divert") == NULL)
            continue;
        shell_read(script->text, strlen(script->text), &parsed);
        vec_foreach (command, &parsed.commands)
            read_command(command, ret);
    }
    strv_sort(ret);
}
