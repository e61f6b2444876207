/* SPDX-License-Identifier: Apache-2.0 */
/* Lines that scripts add to the files of PAM and to nsswitch.conf, with echo, printf, cat, tee or
 * sed. */
#include <string.h>

#include "abi/check/login.h"
#include "abi/check/script_place.h"
#include "abi/script/sed.h"
#include "abi/script/shell_flow.h"
#include "abi/script/start.h"
#include "base/cleanup.h"
#include "base/path.h"

struct login_script {
    const char *path;
    const struct shell_script *script;
    const struct shell_flow *flow;
    struct needs *needs;
};

/* The file of the image that the word names, behind a variable for its root; NULL: another. */
static const char *target_of(const char *word)
{
    const char *at = strstr(word, "/etc/pam.d/");

    if (at == NULL && text_ends(word, "/etc/nsswitch.conf"))
        at = word + strlen(word) - strlen("/etc/nsswitch.conf");
    return at != NULL && (at == word || word[0] == '$') ? at : NULL;
}

static const char *name_of(const struct shell_command *command)
{
    return command->kind == SHELL_SIMPLE && command->words.count > command->assignments
               ? path_base(command->words.items[command->assignments].text)
               : "";
}

static bool names(const struct shell_command *command, const char *target)
{
    vec_foreach (word, &command->words)
        if (strstr(word->text, target) != NULL)
            return true;
    return false;
}

/* All that the block asks is about the file itself: whether it is there, or has the line already.
 */
static bool asks_for(const struct shell_script *script, const struct shell_block *block,
                     const char *target)
{
    for (size_t i = block->condition.from; i < block->condition.to; i++)
        if (!names(&script->commands.items[i], target))
            return false;
    return block->condition.to > block->condition.from && block->kind != SHELL_ARM &&
           block->kind != SHELL_DEFAULT;
}

static bool is_certain(const struct login_script *login, size_t index, const char *target)
{
    const struct shell_script *script = login->script;
    const struct shell_command *command = &script->commands.items[index];

    if ((command->where & SHELL_BRANCH) != 0)
        vec_foreach (block, &script->blocks)
            if (block->kind != SHELL_BODY &&
                ((index >= block->then.from && index < block->then.to) ||
                 (index >= block->otherwise.from && index < block->otherwise.to)) &&
                !asks_for(script, block, target))
                return false;
    return !command->foreign && !script_is_helper(login->path) &&
           shell_flow_reaches(login->flow, index, command->where & ~(unsigned)SHELL_BRANCH);
}

/* What the command prints. */
static void read_output(const struct shell_command *command, struct buffer *ret)
{
    const char *name = name_of(command);

    buffer_text(ret, "");
    if (command->here != NULL) {
        buffer_text(ret, command->here);
        return;
    }
    if (!text_equal(name, "echo") && !text_equal(name, "printf"))
        return;
    for (size_t i = command->assignments + 1; i < command->words.count; i++) {
        const char *word = command->words.items[i].text;

        for (; *word != '\0'; word++) {
            bool escaped = word[0] == '\\' && (word[1] == 'n' || word[1] == 't');

            word += escaped;
            buffer_add(ret, !escaped ? word : *word == 'n' ? "\n" : "\t", 1);
        }
        buffer_text(ret, " ");
    }
}

static void check_added(const struct login_script *login, size_t index, const char *target,
                        const char *text)
{
    unsigned line = login->script->commands.items[index].line;
    bool certain = is_certain(login, index, target);
    _cleanup_start_needs_ struct start_needs wanted = {0};

    start_needs_read_added(text_ends(target, "/nsswitch.conf"), text, &wanted);
    vec_foreach (need, &wanted) {
        struct start_need added = *need;

        /* The product asks for this service, even if many systems are without. */
        added.optional = !certain || (need->optional && need->kind != START_NAME_SERVICE);
        added.line = line;
        added.directive = path_base(target);
        login_check_need(login->needs, login->path, target, &added);
    }
}

/* "sed -i PROGRAM FILE": "s/x/y/" of one word may be a part of a line. */
static void check_sed(const struct login_script *login, size_t index)
{
    const struct shell_command *command = &login->script->commands.items[index];
    _cleanup_buffer_ struct buffer added = {0};
    const char *target = NULL;
    bool changes = false;

    buffer_text(&added, "");
    for (size_t i = command->assignments + 1; i < command->words.count; i++) {
        const char *word = command->words.items[i].text;

        if (word[0] == '-') {
            changes |=
                text_starts(word, "--in-place") || (word[1] != '-' && strchr(word, 'i') != NULL);
            continue;
        }
        if (target_of(word) != NULL)
            target = target_of(word);
        else
            sed_read_added(word, &added);
    }
    if (changes && target != NULL)
        check_added(login, index, target, added.data);
}

static void check_command(const struct login_script *login, size_t index)
{
    const struct shell_command *command = &login->script->commands.items[index];
    _cleanup_buffer_ struct buffer text = {0};

    if (text_equal(name_of(command), "sed")) {
        check_sed(login, index);
        return;
    }
    read_output(command, &text);
    vec_foreach (word, &command->redirects)
        if (word->output && target_of(word->text) != NULL)
            check_added(login, index, target_of(word->text), text.data);
    if (command->pipe_to > 0 && command->pipe_to <= login->script->commands.count)
        command = &login->script->commands.items[command->pipe_to - 1];
    if (!text_equal(name_of(command), "tee"))
        return;
    vec_foreach (word, &command->words)
        if (target_of(word->text) != NULL)
            check_added(login, index, target_of(word->text), text.data);
}

void script_check_login(const char *path, const struct shell_script *script,
                        const struct shell_flow *flow, struct needs *needs)
{
    const struct login_script login = {path, script, flow, needs};

    if (needs->reference)
        return;
    for (size_t i = 0; i < script->commands.count; i++)
        check_command(&login, i);
}
