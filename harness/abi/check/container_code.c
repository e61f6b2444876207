/* SPDX-License-Identifier: Apache-2.0 */
/* Entry points that are shell scripts or code: what certainly ends them. */
#include <string.h>

#include "abi/check/container.h"
#include "abi/check/scripts.h"
#include "abi/script/shell_use.h"
#include "base/cleanup.h"
#include "base/path.h"

struct coding {
    const struct container_command *command;
    const struct shell_script *script;
    const struct shell_uses *uses;
    const char *shell;
    const char *place;  /* the file that findings name */
    const char *failed; /* the program for which a row was added */
    bool uncertain;     /* an earlier command may make files, or end the script */
    bool moved;         /* it changes the working directory */
};

/* Commands after which the files are as before. */
static bool is_harmless(const char *program)
{
    static const char *const names[] = {"set",   "cd",     "export", "echo", "printf", ":",
                                        "true",  "ulimit", "umask",  "trap", "unset",  "shift",
                                        "test",  "[",      "[[",     "exec", "sleep",  "date",
                                        "mkdir", "id",     "ls",     "env"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (strcmp(path_base(program), names[i]) == 0)
            return true;
    return false;
}

/* "exit 1", "false": what follows "||" fails too. */
static bool only_fails(const struct coding *coding, struct shell_range range)
{
    const struct shell_command *command = &coding->script->commands.items[range.from];

    if (range.to != range.from + 1 || command->words.count == 0)
        return false;
    return text_equal(command->words.items[0].text, "false") ||
           (text_equal(command->words.items[0].text, "exit") && command->words.count > 1 &&
            !text_equal(command->words.items[1].text, "0"));
}

/* "cd /app && run": a command alone after "&&", in a list that is executed. */
static bool ends_list(const struct coding *coding, size_t at)
{
    size_t first = at;

    vec_foreach (block, &coding->script->blocks)
        if (block->kind == SHELL_AND && block->then.from == at && block->then.to == at + 1 &&
            block->condition.from < first)
            first = block->condition.from;
    return first < at &&
           (coding->script->commands.items[first].where & ~(unsigned)SHELL_HANDLED) == 0;
}

enum decision { DECIDES_NOTHING, DECIDES_IF_LAST, DECIDES };

/* Whether a failure of this command is one of the whole script. */
static enum decision decision_of(const struct coding *coding, size_t at)
{
    const struct shell_command *command = &coding->script->commands.items[at];
    enum decision decision = DECIDES_IF_LAST;

    if (command->negated || command->pipe_to != 0 ||
        ((command->where & ~(unsigned)SHELL_HANDLED) != 0 &&
         (command->where != SHELL_BRANCH || !ends_list(coding, at))))
        return DECIDES_NOTHING;
    vec_foreach (block, &coding->script->blocks) {
        if (at < block->condition.from || at >= block->condition.to || block->kind == SHELL_AND)
            continue;
        if (block->kind != SHELL_OR || !only_fails(coding, block->then))
            return DECIDES_NOTHING;
        decision = DECIDES;
    }
    return command->where == 0 && coding->script->errexit ? DECIDES : decision;
}

static bool is_exec(const struct shell_command *command)
{
    return command->words.count > command->assignments &&
           text_equal(command->words.items[command->assignments].text, "exec");
}

/* True if a command of the script is written with this name. */
static bool is_written(const struct coding *coding, const char *name)
{
    vec_foreach (command, &coding->script->commands) {
        size_t at = shell_program_at(command);

        if (at < command->words.count && !command->words.items[at].dynamic &&
            text_equal(command->words.items[at].text, name))
            return true;
    }
    return false;
}

/* The program of a command as found in the script, with the values of its variables. */
static const struct shell_use *use_of(const struct coding *coding,
                                      const struct shell_command *command, size_t at)
{
    const struct shell_word *word = &command->words.items[at];

    vec_foreach (use, &coding->uses->rows)
        if (use->kind == USE_PROGRAM && use->line == word->line && use->where == command->where &&
            !is_harmless(use->name) &&
            (word->dynamic ? !is_written(coding, use->name) : text_equal(use->name, word->text)))
            return use;
    return NULL;
}

/* "set -- redis-server "$@"": the arguments are not those of the configuration. */
static bool changes_arguments(const struct shell_script *script)
{
    vec_foreach (command, &script->commands)
        for (size_t i = command->assignments; i < command->words.count; i++)
            if (text_equal(command->words.items[i].text, "shift") ||
                (i > 0 && text_equal(command->words.items[i - 1].text, "set") &&
                 text_equal(command->words.items[i].text, "--")))
                return true;
    return false;
}

static struct container_command inner_command(const struct coding *coding)
{
    struct container_command inner = *coding->command;

    inner.uncertain = inner.uncertain || coding->uncertain;
    inner.depth++;
    inner.by_shell = inner.changed = true;
    return inner;
}

/* "ARGS=("$@")" before "${ARGS[@]}" */
static bool is_array_of_arguments(const struct shell_script *script, const char *text)
{
    _cleanup_free_ char *assignment = NULL;

    if (!text_starts(text, "${") || !text_ends(text, "[@]}"))
        return false;
    assignment = text_format("%.*s=($@)", (int)(strlen(text) - strlen("${[@]}")), text + 2);
    vec_foreach (command, &script->commands)
        if (command->words.count == 1 && text_equal(command->words.items[0].text, assignment))
            return true;
    return false;
}

static bool is_arguments(const struct shell_script *script, const char *text)
{
    return is_array_of_arguments(script, text) || text_equal(text, "$@") ||
           text_equal(text, "${@}") || text_equal(text, "$*");
}

/* The words of a constant command are followed like those of the configuration; of another one, its
 * program. */
static void follow(struct coding *coding, const struct shell_command *command, size_t at,
                   const char *program)
{
    struct container_command inner = inner_command(coding);
    _cleanup_free_ char *reason = NULL, *path = NULL;
    _cleanup_strv_ struct strv words = {0};

    if (coding->moved && program[0] != '/' && strchr(program, '/') != NULL)
        return;
    for (size_t i = at; i < command->words.count; i++)
        if (i == at || !command->words.items[i].dynamic)
            strv_add(&words, i == at ? program : command->words.items[i].text);
    if (words.count == command->words.count - at && !coding->moved) {
        inner.execute(&inner, &words, 0);
        return;
    }
    path = container_program(inner.container, program, &reason);
    if (path == NULL)
        container_say(&inner, program, reason);
}

/* true: nothing after it is executed. */
static bool take_command(struct coding *coding, size_t at, bool last, const struct strv *words,
                         size_t rest)
{
    const struct shell_command *command = &coding->script->commands.items[at];
    size_t program = shell_program_at(command);
    enum decision decision = decision_of(coding, at);
    const struct shell_use *use;
    const char *name;

    if ((command->where & (SHELL_FUNCTION | SHELL_SUBST)) != 0 || program >= command->words.count)
        return false;
    name = command->words.items[program].text;
    if (decision != DECIDES_NOTHING && (last || is_exec(command)) &&
        is_arguments(coding->script, name)) {
        struct container_command inner = inner_command(coding);

        if (rest < words->count && !changes_arguments(coding->script))
            inner.execute(&inner, words, rest);
        return true;
    }
    use = use_of(coding, command, program);
    if (decision != DECIDES_NOTHING && use != NULL && !use->tested &&
        (decision == DECIDES || last || is_exec(command))) {
        follow(coding, command, program, use->name);
        if (needs_program(&coding->command->container->needs, use->name) == NEED_MISSING)
            coding->failed = use->name;
        if (coding->failed != NULL || is_exec(command))
            return true;
    }
    coding->moved = coding->moved || text_equal(name, "cd") || text_equal(name, "pushd");
    coding->uncertain = coding->uncertain || !is_harmless(name);
    return false;
}

static size_t last_decider(const struct coding *coding)
{
    size_t last = SIZE_MAX;

    for (size_t i = 0; i < coding->script->commands.count; i++)
        if ((coding->script->commands.items[i].where & ~(unsigned)SHELL_HANDLED) == 0 ||
            ends_list(coding, i))
            last = i;
    return last;
}

/* What is said of all scripts, except of the program that decides. */
static void check_usual(const struct coding *coding, const char *file, const char *code)
{
    struct container *container = coding->command->container;
    size_t before = container->findings->rows.count;
    enum finding_severity ends = coding->command->uncertain                         ? SEVERITY_WARN
                                 : coding->command->kind == FINDING_CONTAINER_START ? SEVERITY_BLOCK
                                                                                    : SEVERITY_HIGH;

    script_check_shell(coding->place, coding->shell, code, ends, &container->needs);
    for (size_t i = before; i < container->findings->rows.count; i++) {
        struct finding *row = &container->findings->rows.items[i];

        if (file == NULL)
            row->line = 0;
        if (coding->failed != NULL && row->kind == FINDING_SCRIPT_COMMAND &&
            text_equal(row->provider, coding->failed))
            row->severity = SEVERITY_WARN;
    }
}

void container_check_code(const struct container_command *command, const char *shell,
                          const char *file, const char *code, const struct strv *words, size_t rest)
{
    _cleanup_shell_ struct shell_script script = {0};
    _cleanup_uses_ struct shell_uses uses = {0};
    struct coding coding = {.command = command,
                            .script = &script,
                            .uses = &uses,
                            .shell = shell,
                            .place = file != NULL ? file : command->container->image->path,
                            .uncertain = command->uncertain};
    size_t last;

    shell_read(code, strlen(code), &script);
    shell_uses_read(
        &script, command->changed ? NULL : &command->container->image->config.environment, &uses);
    last = last_decider(&coding);
    for (size_t i = 0; i < script.commands.count; i++)
        if (take_command(&coding, i, i == last, words, rest))
            break;
    check_usual(&coding, file, code);
}
