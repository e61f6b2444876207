/* SPDX-License-Identifier: Apache-2.0 */
/* Scripts of the package manager that end with a failure however they run: "exit 1" or "false" in
 * no branch, with nothing before it that ends the script otherwise. */
#include <string.h>

#include "abi/check/needs.h"
#include "abi/check/script_place.h"
#include "abi/check/scripts.h"
#include "abi/script/shell_flow.h"
#include "base/path.h"

static const char *word_at(const struct shell_command *command, size_t index)
{
    return command->kind == SHELL_SIMPLE && command->words.count > command->assignments + index
               ? command->words.items[command->assignments + index].text
               : "";
}

/* "exit 2": a number, so that a variable or "$?" does not count. */
static bool exits_with_failure(const struct shell_command *command)
{
    const char *code = word_at(command, 1);

    return strcmp(word_at(command, 0), "exit") == 0 && *code != '\0' &&
           strspn(code, "0123456789") == strlen(code) && strspn(code, "0") != strlen(code);
}

/* What may end the script in another way, or change how it ends. */
static bool ends_otherwise(const struct shell_command *command)
{
    const char *name = word_at(command, 0);

    return (strcmp(name, "exit") == 0 && !exits_with_failure(command)) ||
           (strcmp(name, "exec") == 0 && *word_at(command, 1) != '\0') || strcmp(name, "trap") == 0;
}

static bool is_read(const struct shell_script *script, size_t index)
{
    if (script->commands.items[index].pipe_to != 0)
        return true;
    for (size_t i = 0; i < index; i++)
        if (script->commands.items[i].pipe_to == index + 1)
            return true;
    return false;
}

static bool is_false(const struct shell_command *command)
{
    return strcmp(path_base(word_at(command, 0)), "false") == 0;
}

/* Whether the script fails at this command whenever it gets there. */
static bool fails_at(const struct shell_script *script, const struct shell_flow *flow, size_t index)
{
    const struct shell_command *command = &script->commands.items[index];
    bool last = index == flow->last && flow->end == SIZE_MAX;

    if (command->subshell || command->foreign || (command->where & SHELL_HANDLED) != 0 ||
        !shell_flow_reaches(flow, index, command->where))
        return false;
    return exits_with_failure(command) || (is_false(command) && !command->negated &&
                                           (last || script->errexit) && !is_read(script, index));
}

void script_check_failure(const char *path, const struct shell_script *script,
                          const struct shell_flow *flow, struct needs *needs)
{
    size_t at = SIZE_MAX;
    struct finding *row;

    if (!script_is_scriptlet(path) || script->error != NULL)
        return;
    for (size_t i = 0; i < script->commands.count && at == SIZE_MAX; i++) {
        if (ends_otherwise(&script->commands.items[i]))
            return;
        if (fails_at(script, flow, i))
            at = i;
    }
    if (at == SIZE_MAX)
        return;
    /* A function may be defined before what ends the script otherwise, and called after it. */
    for (size_t i = at;
         (script->commands.items[at].where & SHELL_FUNCTION) != 0 && i < script->commands.count;
         i++)
        if (ends_otherwise(&script->commands.items[i]))
            return;
    row = findings_add(needs->findings, FINDING_SCRIPT_FAILS, path, NULL, NULL,
                       word_at(&script->commands.items[at], 0));
    row->line = script->commands.items[at].line;
    row->severity = script_end_severity(needs, path);
    finding_set_found(row, "'%s%s%s' is executed whenever the script is%s",
                      word_at(&script->commands.items[at], 0),
                      *word_at(&script->commands.items[at], 1) != '\0' ? " " : "",
                      word_at(&script->commands.items[at], 1),
                      script_stops_installation(path) ? ": the package is not installed" : "");
}
