/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Links that a package's scripts make with "update-alternatives --install LINK NAME PATH PRIORITY
 * [--slave LINK NAME PATH]": libblas.so.3, java. Only constant names count.
 */
#include <string.h>

#include "abi/package/contents.h"
#include "abi/package/package.h"
#include "abi/script/shell.h"
#include "base/path.h"

static bool is_constant_path(const struct shell_word *word)
{
    return !word->dynamic && word->text[0] == '/';
}

static void take_command(struct package *package, const struct shell_command *command)
{
    const struct shell_word *words = command->words.items;

    for (size_t i = command->assignments; i + 3 < command->words.count; i++)
        if ((text_equal(words[i].text, "--install") || text_equal(words[i].text, "--slave")) &&
            is_constant_path(&words[i + 1]) && is_constant_path(&words[i + 3]))
            package_take_link(package, words[i + 1].text, words[i + 3].text);
}

void alternatives_take(struct package *package)
{
    vec_foreach (script, &package->scripts) {
        _cleanup_shell_ struct shell_script parsed = {0};

        if (strstr(script->text, "alternatives") == NULL ||
            strstr(script->text, "--install") == NULL)
            continue;
        shell_read(script->text, strlen(script->text), &parsed);
        vec_foreach (command, &parsed.commands)
            if (command->words.count > command->assignments &&
                text_ends(command->words.items[command->assignments].text, "alternatives"))
                take_command(package, command);
    }
}
