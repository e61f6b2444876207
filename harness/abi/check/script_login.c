/* SPDX-License-Identifier: Apache-2.0 */
/* Lines that scripts add to the files of PAM and to nsswitch.conf, with echo, printf, cat, tee, sed
 * or perl. What else changes such a file is in script_login_edit.c. */
#include <string.h>

#include "abi/check/login.h"
#include "abi/check/script_login.h"
#include "abi/script/sed.h"
#include "base/cleanup.h"

/* "sed -i PROGRAM FILE": "s/x/y/" of one word may be a part of a line. */
static void check_sed(struct login_script *login, size_t index)
{
    const struct shell_command *command = &login->script->commands.items[index];
    _cleanup_buffer_ struct buffer added = {0};
    const char *target = NULL;
    bool changes = false, whole = true;
    size_t at;

    script_login_program(command, &at);
    buffer_text(&added, "");
    for (size_t i = at + 1; i < command->words.count; i++) {
        const struct shell_word *word = &command->words.items[i];
        const char *named = script_login_target(login, word);
        bool cluster = word->text[0] == '-' && word->text[1] != '-';

        changes |=
            text_starts(word->text, "--in-place") || (cluster && strchr(word->text, 'i') != NULL);
        if (text_starts(word->text, "--file") || (cluster && text_ends(word->text, "f")) ||
            (word->text[0] == '$' && word->dynamic && named == NULL))
            whole = false;
        else if (named != NULL)
            target = named;
        else if (word->text[0] != '-')
            whole &= sed_read_added(word->text, &added);
    }
    if (!changes || target == NULL)
        return;
    script_login_added(login, index, target, added.data);
    if (!whole)
        script_login_unread(login, index, target, "its program is computed, or reads another file");
}

/* What is between braces or in a loop is redirected as a whole, and the redirection is its first
 * command's. */
static void read_group(const struct login_script *login, size_t index, unsigned line,
                       struct buffer *ret)
{
    const struct shell_command *commands = login->script->commands.items;

    script_login_output(&commands[index], ret);
    for (size_t i = index + 1; i < login->script->commands.count && commands[i].line <= line &&
                               line > commands[index].line;
         i++) {
        _cleanup_buffer_ struct buffer text = {0};

        script_login_output(&commands[i], &text);
        buffer_format(ret, "\n%s", text.data);
    }
}

/* True if all that the command prints is in the script. */
static bool is_printer(const struct shell_command *command)
{
    static const char *const names[] = {"", ":", "true", "echo", "printf"};
    size_t at;
    const char *name = script_login_program(command, &at);

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (text_equal(name, names[i]))
            return true;
    return command->here != NULL && text_equal(name, "cat");
}

static void check_output(struct login_script *login, size_t index)
{
    const struct shell_command *command = &login->script->commands.items[index];
    const struct shell_command *writer = command;
    _cleanup_buffer_ struct buffer text = {0};
    size_t at;

    vec_foreach (word, &command->redirects) {
        const char *target = word->output ? script_login_target(login, word) : NULL;
        _cleanup_buffer_ struct buffer all = {0};

        if (target == NULL)
            continue;
        read_group(login, index, word->line, &all);
        script_login_added(login, index, target, all.data);
        if (!is_printer(command) && !script_login_copies(command))
            script_login_unread(login, index, target, "what it prints is not in the script");
    }
    if (command->pipe_to > 0 && command->pipe_to <= login->script->commands.count)
        writer = &login->script->commands.items[command->pipe_to - 1];
    if (!text_equal(script_login_program(writer, &at), "tee") ||
        (writer == command && command->here == NULL))
        return;
    script_login_output(command, &text);
    for (size_t i = at + 1; i < writer->words.count; i++) {
        const char *target = script_login_target(login, &writer->words.items[i]);

        if (target == NULL)
            continue;
        script_login_added(login, index, target, text.data);
        if (writer != command && !is_printer(command))
            script_login_unread(login, index, target, "what it prints is not in the script");
    }
}

void script_check_login(const char *path, const struct shell_script *script,
                        const struct shell_flow *flow, struct needs *needs)
{
    struct login_script login = {.path = path, .script = script, .flow = flow, .needs = needs};
    size_t at;

    if (needs->reference)
        return;
    shell_variables_read(script, &login.variables);
    for (size_t i = 0; i < script->commands.count; i++) {
        if (text_equal(script_login_program(&script->commands.items[i], &at), "sed"))
            check_sed(&login, i);
        else
            script_login_edit(&login, i);
        check_output(&login, i);
    }
    vec_done(&login.variables);
    strv_done(&login.texts);
}
