/* SPDX-License-Identifier: Apache-2.0 */
/* Determines the programs and files that commands require. */
#include "abi/script/shell_use.h"

#include <ctype.h>
#include <string.h>

#include "abi/script/shell_tested.h"
#include "abi/script/shell_variable.h"
#include "base/path.h"

static const struct wrapper {
    const char *name, *valued;
    unsigned before;
} wrappers[] = {
#define WRAPPER(name, valued, before) {name, valued, before},
#include "abi/script/wrappers.def"
#undef WRAPPER
};

/* POSIX.1-2017 2.14 and bash(1), dash(1), ksh(1). */
static const char *const builtins[] = {
    ".",       ":",       "[",       "alias",   "bg",        "bind",     "break",   "builtin",
    "caller",  "cd",      "command", "compadd", "compgen",   "complete", "compopt", "continue",
    "declare", "dirs",    "disown",  "echo",    "enable",    "eval",     "exec",    "exit",
    "export",  "false",   "fc",      "fg",      "getopts",   "hash",     "help",    "history",
    "jobs",    "kill",    "let",     "local",   "logout",    "mapfile",  "popd",    "print",
    "printf",  "pushd",   "pwd",     "read",    "readarray", "readonly", "return",  "set",
    "shift",   "shopt",   "source",  "suspend", "test",      "times",    "trap",    "true",
    "type",    "typeset", "ulimit",  "umask",   "unalias",   "unset",    "wait",    "whence"};

bool shell_is_builtin(const char *name)
{
    for (size_t i = 0; i < sizeof(builtins) / sizeof(builtins[0]); i++)
        if (strcmp(builtins[i], name) == 0)
            return true;
    return false;
}

struct using
{
    const struct shell_script *script;
    struct shell_variables variables;
    const struct strv *environment; /* or NULL */
    struct strv made, known;        /* sorted */
    struct shell_tested tested;
    bool changes_path; /* assigns PATH */
    struct shell_uses *uses;
};

static bool changes_path(const struct shell_script *script)
{
    vec_foreach (command, &script->commands)
        vec_foreach (word, &command->words)
            if (text_starts(word->text, "PATH=") || text_starts(word->text, "PATH+="))
                return true;
    return false;
}

static char *text_of(const struct using *using, const struct shell_word *word)
{
    const struct shell_scope scope = {using->script, using->environment};

    return shell_variables_text(&using->variables, using->environment != NULL ? &scope : NULL,
                                word);
}

static const struct wrapper *find_wrapper(const char *program)
{
    for (size_t i = 0; i < sizeof(wrappers) / sizeof(wrappers[0]); i++)
        if (strcmp(wrappers[i].name, path_base(program)) == 0)
            return &wrappers[i];
    return NULL;
}

/* Index of the word after the wrapper at this word and its options. */
static size_t skip_wrapper(const struct shell_command *command, size_t at)
{
    const struct wrapper *wrapper = find_wrapper(command->words.items[at].text);
    const struct shell_word *words = command->words.items;

    for (at++; at < command->words.count; at++) {
        const char *word = words[at].text;

        if (word[0] == '-' && word[1] != '\0') {
            size_t length = strlen(word);

            if (strcmp(wrapper->name, "command") == 0 && strpbrk(word, "vV") != NULL)
                return command->words.count;
            if (strcmp(word, "--") == 0) {
                at++;
                break;
            }
            if (word[1] != '-' && strchr(wrapper->valued, word[length - 1]) != NULL)
                at++;
        } else if (strchr(word, '=') == NULL || strcmp(wrapper->name, "xargs") == 0) {
            break;
        }
    }
    at += wrapper->before;
    return at < command->words.count ? at : command->words.count;
}

size_t shell_program_at(const struct shell_command *command)
{
    size_t at = command->assignments;

    if (command->kind != SHELL_SIMPLE)
        return command->words.count;
    while (at < command->words.count && find_wrapper(command->words.items[at].text) != NULL)
        at = skip_wrapper(command, at);
    return at;
}

static bool is_program_name(const char *name)
{
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._+-/@";

    return isalnum((unsigned char)name[name[0] == '/']) && strspn(name, plain) == strlen(name);
}

static void add_use(struct using *using, const struct shell_command *command, size_t at,
                    enum shell_use_kind kind, bool executed)
{
    const struct shell_word *word = &command->words.items[at];
    _cleanup_free_ char *name = text_of(using, word);
    struct shell_use *use;

    if (kind == USE_SOURCED && (name == NULL || strchr(name, '/') == NULL)) {
        using->uses->sources_unknown = true;
        return;
    }
    if (name == NULL ||
        (kind == USE_PROGRAM && (!is_program_name(name) || strv_sorted_has(&using->known, name))))
        return;
    use = vec_add(&using->uses->rows);
    use->kind = kind;
    use->line = word->line;
    use->where = command->where;
    use->command = (size_t)(command - using->script->commands.items);
    use->tested = strv_sorted_has(&using->made, name) ||
                  shell_tested_has(&using->tested, name, use->command) ||
                  (word->dynamic && shell_tested_has(&using->tested, word->text, use->command));
    use->executed = executed;
    use->findable = !using->changes_path || strchr(name, '/') != NULL;
    use->name = text_dup(name);
}

/* The words after "find … -exec" and similar are commands. */
static void add_find(struct using *using, const struct shell_command *command, size_t at)
{
    static const char *const actions[] = {"-exec", "-execdir", "-ok", "-okdir"};

    for (at++; at + 1 < command->words.count; at++)
        for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
            if (strcmp(command->words.items[at].text, actions[i]) == 0)
                add_use(using, command, at + 1, USE_PROGRAM, false);
}

static void add_command(struct using *using, const struct shell_command *command)
{
    size_t at = command->assignments;
    bool executed = false;

    if (command->kind != SHELL_SIMPLE)
        return;
    while (at < command->words.count) {
        const char *word = command->words.items[at].text;

        if ((strcmp(word, ".") == 0 || strcmp(word, "source") == 0) &&
            at + 1 < command->words.count) {
            add_use(using, command, at + 1, USE_SOURCED, false);
            return;
        }
        add_use(using, command, at, USE_PROGRAM, executed);
        executed = executed || strcmp(word, "exec") == 0;
        if (strcmp(path_base(word), "find") == 0)
            add_find(using, command, at);
        if (find_wrapper(word) == NULL)
            return;
        at = skip_wrapper(command, at);
    }
}

/* Files that the script writes: by redirection, or as the last word of a command that makes files.
 */
static void read_made(struct using *using, const struct shell_command *command)
{
    static const char *const makers[] = {"cp", "mv", "ln", "install", "tee", "curl", "wget"};
    size_t at = shell_program_at(command), count = command->words.count;

    vec_foreach (redirect, &command->redirects) {
        _cleanup_free_ char *text = redirect->output ? text_of(using, redirect) : NULL;

        if (text != NULL)
            strv_add(&using->made, text);
    }
    for (size_t i = 0; at < count && i < sizeof(makers) / sizeof(makers[0]); i++)
        if (strcmp(path_base(command->words.items[at].text), makers[i]) == 0) {
            _cleanup_free_ char *text = text_of(using, &command->words.items[count - 1]);

            if (text != NULL)
                strv_add(&using->made, text);
        }
}

static int compare_uses(const void *left, const void *right)
{
    const struct shell_use *a = left, *b = right;
    int order = a->kind != b->kind ? (a->kind > b->kind ? 1 : -1) : strcmp(a->name, b->name);

    return order != 0 ? order : (a->line > b->line) - (a->line < b->line);
}

void shell_uses_read(const struct shell_script *script, const struct strv *environment,
                     struct shell_uses *ret_uses)
{
    struct using using = {.script = script, .environment = environment, .uses = ret_uses};
    const struct shell_scope scope = {script, environment};
    _cleanup_shell_flow_ struct shell_flow flow = {0};

    *ret_uses = (struct shell_uses){0};
    shell_variables_read(script, &using.variables);
    using.changes_path = changes_path(script);
    for (size_t i = 0; i < sizeof(builtins) / sizeof(builtins[0]); i++)
        strv_add(&using.known, builtins[i]);
    strv_copy(&using.known, &script->functions);
    strv_copy(&using.known, &script->aliases);
    strv_sort(&using.known);
    shell_flow_read(script, &flow);
    shell_tested_read(&flow, &using.variables, environment != NULL ? &scope : NULL, &using.tested);
    vec_foreach (command, &script->commands)
        read_made(&using, command);
    strv_sort(&using.made);
    vec_foreach (command, &script->commands)
        add_command(&using, command);
    if (ret_uses->rows.count > 1)
        qsort(ret_uses->rows.items, ret_uses->rows.count, sizeof(struct shell_use), compare_uses);
    vec_done(&using.variables);
    strv_done(&using.made);
    shell_tested_done(&using.tested);
    strv_done(&using.known);
}

void shell_uses_done(struct shell_uses *uses)
{
    vec_foreach (use, &uses->rows)
        free(use->name);
    vec_done(&uses->rows);
}
