/* SPDX-License-Identifier: Apache-2.0 */
/* Scripts of a package, parsed as shell and as Python. Every word is valid text, and every range is
 * within the commands. */
#include <stdlib.h>
#include <string.h>

#include "abi/script/python.h"
#include "abi/script/shell_use.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_shell_ struct shell_script script;
    _cleanup_uses_ struct shell_uses uses;
    const char *what;
    size_t count;

    shell_read((const char *)data, size, &script);
    shell_uses_read(&script, NULL, &uses);
    python_only_2((const char *)data, size, &what);
    python_asks_distribution((const char *)data, size);
    count = script.commands.count;
    vec_foreach (command, &script.commands) {
        if (command->assignments > command->words.count || command->line == 0)
            abort();
        vec_foreach (word, &command->words)
            if (word->text == NULL || word->line == 0)
                abort();
    }
    vec_foreach (block, &script.blocks)
        if (block->condition.from > block->condition.to || block->then.from > block->then.to ||
            block->otherwise.from > block->otherwise.to || block->otherwise.to > count)
            abort();
    return 0;
}
