/* SPDX-License-Identifier: Apache-2.0 */
/* Files that a script with "set -e" copies, reads or changes, and that nothing brings. */
#include <string.h>

#include "abi/check/needs.h"
#include "abi/check/script_place.h"
#include "abi/check/scripts.h"
#include "abi/script/shell_flow.h"
#include "abi/script/shell_use.h"
#include "base/cleanup.h"
#include "base/path.h"

struct path_check {
    const char *path;
    const struct shell_script *script;
    const struct shell_flow *flow;
    enum finding_severity ends;
    struct needs *needs;
    bool installer; /* it is run in its own folder, so that relative paths are those beside it */
};

/* Which operands have to exist: without the first `from` and the last `behind`. */
static const struct operands {
    const char *command;
    size_t from, behind;
    bool moves; /* they are gone afterwards */
} commands[] = {{"cp", 0, 1, false},    {"mv", 0, 1, true},     {"cat", 0, 0, false},
                {"chmod", 1, 0, false}, {"chown", 1, 0, false}, {"chgrp", 1, 0, false},
                {"cd", 0, 0, false}};

static const struct operands *operands_of(const struct shell_command *command)
{
    const char *name = command->kind == SHELL_SIMPLE && command->words.count > command->assignments
                           ? path_base(command->words.items[command->assignments].text)
                           : "";

    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
        if (strcmp(name, commands[i].command) == 0)
            return &commands[i];
    return NULL;
}

/* Indices of the words that are operands; false: an option changes their meaning. */
static bool read_operands(const struct shell_command *command, size_t *items, size_t max,
                          size_t *ret_count)
{
    *ret_count = 0;
    for (size_t i = command->assignments + 1; i < command->words.count; i++) {
        const char *text = command->words.items[i].text;

        if (text_starts(text, "--t") || text_starts(text, "--ref") || text_starts(text, "-t") ||
            strcmp(text, "-f") == 0 || text_starts(text, "--from") || *ret_count >= max)
            return false;
        if (text[0] != '-')
            items[(*ret_count)++] = i;
    }
    return true;
}

#define OPERANDS_MAX 64
/* Each operand is compared with the words of all commands before it. */
#define COMMANDS_MAX 4096

/* An earlier command names the path or something in it, and may have made it; *ret_moved: it was
 * moved away. */
static bool is_mentioned(const struct path_check *check, size_t index, const char *path,
                         bool *ret_moved)
{
    bool mentioned = false;

    *ret_moved = false;
    for (size_t i = 0; i < index; i++) {
        const struct shell_command *command = &check->script->commands.items[i];
        const struct operands *operands = operands_of(command);
        size_t items[OPERANDS_MAX], count = 0;

        if (operands != NULL && operands->moves && command->where == 0 &&
            read_operands(command, items, OPERANDS_MAX, &count) && count == 2 &&
            text_equal(command->words.items[items[0]].text, path)) {
            *ret_moved = true;
            continue;
        }
        vec_foreach (word, &command->words)
            mentioned = mentioned || strstr(word->text, path) != NULL || word->dynamic;
        vec_foreach (word, &command->redirects)
            mentioned = mentioned || strstr(word->text, path) != NULL;
        if (mentioned)
            *ret_moved = false;
    }
    return mentioned;
}

static bool is_installer(const char *path, const struct shell_script *script)
{
    if (!text_starts(path_base(path), "install") && !text_starts(path_base(path), "setup"))
        return false;
    vec_foreach (command, &script->commands)
        for (size_t i = command->assignments; i < command->words.count; i++)
            if (text_equal(command->words.items[i].text, "cd") ||
                text_equal(command->words.items[i].text, "pushd"))
                return false;
    return true;
}

/* Folders whose content comes while the system runs. */
static bool is_of_system(const char *path)
{
    static const char *const folders[] = {"/var/", "/home/", "/root/",  "/srv/",
                                          "/mnt/", "/boot/", "/media/", "/usr/local/"};

    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
        if (text_starts(path, folders[i]))
            return true;
    return false;
}

/* True if the script ends there. */
static bool check_operand(const struct path_check *check, size_t index,
                          const struct shell_word *word)
{
    const char *path = word->text;
    _cleanup_free_ char *whole = NULL;
    struct finding *row;
    bool moved, mentioned;

    if (word->dynamic || strpbrk(path, "*?[{~") != NULL || is_of_system(path) ||
        (path[0] != '/' && !check->installer))
        return false;
    whole = path[0] == '/' ? text_dup(path)
                           : text_format("%.*s%s", (int)(path_base(check->path) - check->path),
                                         check->path, path);
    mentioned = is_mentioned(check, index, path, &moved);
    if (!moved && (mentioned || needs_path(check->needs, whole) != NEED_MISSING))
        return false;
    row = findings_add(check->needs->findings, FINDING_SCRIPT_PATH, check->path, NULL, NULL, path);
    row->line = word->line;
    row->severity = check->ends;
    finding_set_found(row,
                      moved ? "the script has moved %s away; with set -e, it ends there"
                            : "%s is neither on the image nor in the package; with set -e, the "
                              "script ends there",
                      path);
    return true;
}

void script_check_paths(const char *path, const struct shell_script *script,
                        const struct shell_flow *flow, enum finding_severity ends,
                        struct needs *needs)
{
    const struct path_check check = {path, script, flow, ends, needs, is_installer(path, script)};

    if (!script->errexit || needs->reference || needs_may_come(needs))
        return;
    for (size_t i = 0; i < script->commands.count && i < flow->end && i < COMMANDS_MAX; i++) {
        const struct shell_command *command = &script->commands.items[i];
        const struct operands *operands = operands_of(command);
        size_t items[OPERANDS_MAX], count;

        if (operands == NULL || command->where != 0 || command->foreign || command->subshell ||
            command->pipe_to != 0 || !read_operands(command, items, OPERANDS_MAX, &count))
            continue;
        for (size_t o = operands->from; o + operands->behind < count; o++)
            if (check_operand(&check, i, &command->words.items[items[o]]))
                return;
    }
}
