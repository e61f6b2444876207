/* SPDX-License-Identifier: Apache-2.0 */
/* A command of a script that changes a login file: which file it is, and what is said of it. */
#include "abi/check/script_login.h"

#include <ctype.h>
#include <string.h>

#include "abi/check/login.h"
#include "abi/check/script_place.h"
#include "abi/script/shell_use.h"
#include "abi/script/start.h"
#include "base/cleanup.h"
#include "base/path.h"

/* Behind a variable for its root. Backups that lie beside a file are not read by PAM. */
static const char *target_in(const char *word)
{
    static const char *const copies[] = {"~", ".bak", ".old", ".orig", ".save", ".tmp", ".new"};
    const char *at = strstr(word, "/etc/pam.d/");

    if (at == NULL && text_ends(word, "/etc/nsswitch.conf"))
        at = word + strlen(word) - strlen("/etc/nsswitch.conf");
    for (size_t i = 0; at != NULL && i < sizeof(copies) / sizeof(copies[0]); i++)
        if (text_ends(at, copies[i]))
            return NULL;
    return at != NULL && (at == word || word[0] == '$') ? at : NULL;
}

/* "for f in /etc/pam.d/sshd …; do … $f" */
static const char *target_of_loop(const struct login_script *login, const char *word)
{
    const char *name = word + (word[0] == '$');

    name += *name == '{';
    vec_foreach (command, &login->script->commands) {
        size_t length;

        if (word[0] != '$' || command->kind != SHELL_FOR || command->words.count < 2)
            continue;
        length = strlen(command->words.items[0].text);
        if (strncmp(name, command->words.items[0].text, length) != 0 ||
            name[length + (name[length] == '}')] != '\0')
            continue;
        for (size_t i = 1; i < command->words.count; i++)
            if (target_in(command->words.items[i].text) != NULL)
                return target_in(command->words.items[i].text);
    }
    return NULL;
}

const char *script_login_target(struct login_script *login, const struct shell_word *word)
{
    const char *target = target_in(word->text);
    char *text;

    if (target != NULL || !word->dynamic)
        return target;
    text = shell_variables_text(&login->variables, NULL, word);
    if (text == NULL)
        return target_of_loop(login, word->text);
    strv_take(&login->texts, text);
    return target_in(text);
}

const char *script_login_program(const struct shell_command *command, size_t *ret_at)
{
    *ret_at = shell_program_at(command);
    return *ret_at < command->words.count ? path_base(command->words.items[*ret_at].text) : "";
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

void script_login_output(const struct shell_command *command, struct buffer *ret)
{
    size_t at;
    const char *name = script_login_program(command, &at);

    buffer_text(ret, "");
    if (command->here != NULL) {
        buffer_text(ret, command->here);
        return;
    }
    if (!text_equal(name, "echo") && !text_equal(name, "printf"))
        return;
    for (size_t i = at + 1; i < command->words.count; i++) {
        const char *word = command->words.items[i].text;

        for (; *word != '\0'; word++) {
            bool escaped = word[0] == '\\' && (word[1] == 'n' || word[1] == 't');

            word += escaped;
            buffer_add(ret, !escaped ? word : *word == 'n' ? "\n" : "\t", 1);
        }
        buffer_text(ret, " ");
    }
}

/* The first expansion of the shell, or what printf fills in: not "$1" of perl, or the "$" of a
 * pattern. */
static const char *find_computed(const char *at, const char *end)
{
    for (; at < end; at++)
        if (*at == '`' || (*at == '%' && at[1] == 's') ||
            (*at == '$' &&
             (isalpha((unsigned char)at[1]) || at[1] == '_' || at[1] == '{' || at[1] == '(')))
            return at;
    return NULL;
}

/* True if what one of the added lines names is not in it. */
static bool is_computed(const char *text)
{
    while (*text != '\0') {
        const char *end = text + strcspn(text, "\n"), *at = text + strspn(text, " \t");
        const char *computed = *at != '#' ? find_computed(at, end) : NULL;
        const char *module =
            computed != NULL ? memmem(at, (size_t)(computed - at), ".so", 3) : NULL;

        /* Arguments behind a module, and a format whose line follows, are no matter. */
        if (computed != NULL && module == NULL && !(computed == at && *at == '%'))
            return true;
        text = end + (*end == '\n');
    }
    return false;
}

void script_login_added(struct login_script *login, size_t index, const char *target,
                        const char *text)
{
    unsigned line = login->script->commands.items[index].line;
    bool certain = is_certain(login, index, target);
    bool name_service = text_ends(target, "/nsswitch.conf");
    _cleanup_start_needs_ struct start_needs wanted = {0};

    start_needs_read_added(name_service, text, &wanted);
    vec_foreach (need, &wanted) {
        struct start_need added = *need;

        /* The product asks for this service, even if many systems are without. */
        added.optional = !certain || (need->optional && need->kind != START_NAME_SERVICE);
        added.line = line;
        added.directive = path_base(target);
        login_check_need(login->needs, login->path, target, &added);
    }
    if (is_computed(text))
        script_login_unread(login, index, target, "a line that is computed when it runs");
}

void script_login_unread(struct login_script *login, size_t index, const char *target,
                         const char *what)
{
    const struct shell_command *command = &login->script->commands.items[index];
    size_t at;
    struct finding *row;

    if (!shell_flow_reaches(login->flow, index, command->where & ~(unsigned)SHELL_BRANCH))
        return;
    row = login_add_unread(login->needs, login->path, target, command->line);
    finding_set_found(row, "%s changes %s: %s", script_login_program(command, &at), target, what);
}
