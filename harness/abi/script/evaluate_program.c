/* SPDX-License-Identifier: Apache-2.0 */
/* Questions of a script for programs: "command -v java || exit 1". */
#include <string.h>

#include "abi/script/evaluate.h"
#include "abi/script/shell_use.h"
#include "base/cleanup.h"
#include "base/path.h"

bool evaluate_is_program(const char *path)
{
    static const char *const folders[] = {"/usr/bin/", "/usr/sbin/",      "/bin/",
                                          "/sbin/",    "/usr/local/bin/", "/usr/local/sbin/"};

    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
        if (text_starts(path, folders[i]) && strpbrk(path, "*?[$") == NULL)
            return true;
    return false;
}

enum truth evaluate_program(struct evaluation *evaluation, const char *name)
{
    const struct distribution *image = evaluation->image;
    const struct shell_script *script = evaluation->script;

    if (image->lacks_program == NULL || (evaluation->changes_path && name[0] != '/') ||
        name[0] == '\0' || name[0] == '-' || strpbrk(name, "$`*?[]{}=~ ") != NULL ||
        strv_has(&script->functions, name) || strv_has(&script->aliases, name) ||
        shell_is_builtin(name))
        return TRUTH_UNKNOWN;
    if (image->lacks_program(image->context, name)) {
        evaluate_note(evaluation, "%s is not on the image", name);
        evaluation->program = text_dup(name);
        return TRUTH_NO;
    }
    if (!image->has_program(image->context, name))
        return TRUTH_UNKNOWN;
    evaluate_note(evaluation, "%s is on the image", name);
    evaluation->present = true;
    return TRUTH_YES;
}

/* The name in "$NAME" or "${NAME}", or NULL. Caller frees. */
static char *variable_of(const char *text)
{
    bool braces = text_starts(text, "${");
    size_t length = strlen(text), from = braces ? 2 : 1, to = length - braces;
    _cleanup_free_ char *name = NULL;

    if (text[0] != '$' || to <= from || (braces && text[length - 1] != '}'))
        return NULL;
    name = text_ndup(text + from, to - from);
    return shell_is_identifier(name) || strcmp(name, "1") == 0 ? text_dup(name) : NULL;
}

static bool add_values(const struct shell_command *command, size_t from, size_t to,
                       struct strv *ret)
{
    for (size_t i = from; i < to && i < command->words.count; i++) {
        if (command->words.items[i].dynamic)
            return false;
        strv_add(ret, command->words.items[i].text);
    }
    return true;
}

/* What the function with this command is called with. */
static bool read_arguments(const struct shell_script *script, size_t index, struct strv *ret)
{
    const char *function = NULL;

    vec_foreach (block, &script->blocks)
        if (block->kind == SHELL_BODY && index >= block->then.from && index < block->then.to)
            function = script->functions.items[block->function];
    vec_foreach (command, &script->commands)
        if (function != NULL && command->kind == SHELL_SIMPLE && command->where == 0 &&
            command->words.count > command->assignments + 1 &&
            strcmp(command->words.items[command->assignments].text, function) == 0 &&
            !add_values(command, command->assignments + 1, command->assignments + 2, ret))
            return false;
    return true;
}

static bool read_values(const struct shell_script *script, size_t index, const char *name,
                        struct strv *ret)
{
    size_t loops = 0;

    if (strcmp(name, "1") == 0)
        return read_arguments(script, index, ret);
    for (size_t i = 0; i < index; i++) {
        const struct shell_command *command = &script->commands.items[i];

        if (command->kind != SHELL_FOR || command->words.count == 0 ||
            strcmp(command->words.items[0].text, name) != 0)
            continue;
        strv_done(ret);
        *ret = (struct strv){0};
        loops++;
        if (!add_values(command, 1, command->words.count, ret))
            return false;
    }
    return loops > 0;
}

enum truth evaluate_program_word(struct evaluation *evaluation, size_t command,
                                 const struct shell_word *word)
{
    _cleanup_free_ char *name = variable_of(word->text), *value = NULL;
    _cleanup_strv_ struct strv values = {0};
    enum truth truth = TRUTH_UNKNOWN;

    if (name != NULL && read_values(evaluation->script, command, name, &values)) {
        for (size_t i = 0; i < values.count && truth != TRUTH_NO; i++)
            truth = evaluate_program(evaluation, values.items[i]);
        return truth;
    }
    value = word->dynamic ? evaluate_word(evaluation, word->text) : text_dup(word->text);
    return value != NULL ? evaluate_program(evaluation, value) : TRUTH_UNKNOWN;
}

enum truth evaluate_asked(struct evaluation *evaluation, size_t command)
{
    static const char *const names[] = {"command", "which", "type", "hash"};
    const struct shell_command *asking = &evaluation->script->commands.items[command];
    size_t at = asking->assignments, count = asking->words.count;
    const struct shell_word *words = asking->words.items;
    enum truth truth = TRUTH_UNKNOWN;
    bool asks = false;

    if (asking->kind != SHELL_SIMPLE || at >= count || asking->pipe_to != 0)
        return TRUTH_UNKNOWN;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        asks = asks || strcmp(words[at].text, names[i]) == 0;
    if (strcmp(words[at].text, "command") == 0)
        asks = at + 1 < count &&
               (strcmp(words[at + 1].text, "-v") == 0 || strcmp(words[at + 1].text, "-V") == 0);
    if (strcmp(path_base(words[at].text), "cat") == 0 && at + 2 == count && !words[at + 1].dynamic)
        return evaluate_exists(evaluation, words[at + 1].text) == TRUTH_NO ? TRUTH_NO
                                                                           : TRUTH_UNKNOWN;
    if (!asks) {
        /* A program that is there may still fail. */
        truth = words[at].dynamic || evaluation->sources
                    ? TRUTH_UNKNOWN
                    : evaluate_program(evaluation, words[at].text);
        if (truth == TRUTH_YES)
            evaluate_forget(evaluation);
        return truth == TRUTH_NO ? TRUTH_NO : TRUTH_UNKNOWN;
    }
    for (at++; at < count && truth != TRUTH_NO; at++)
        if (words[at].text[0] != '-')
            truth = evaluate_program_word(evaluation, command, &words[at]);
    return truth;
}
