/* SPDX-License-Identifier: Apache-2.0 */
/* Finds bash's syntax and builtins in a script for sh. */
#include "abi/script/dialect.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "abi/script/one_of.h"
#include "abi/script/shell_flow.h"
#include "abi/script/shell_option.h"
#include "base/path.h"

const struct dialect_kind dialect_kinds[FEATURE_KINDS] = {
#define FEATURE(id, dash, posix, what, instead) {DIALECT_##dash, DIALECT_##posix, what, instead},
#include "abi/script/dialect.def"
#undef FEATURE
};

struct dialect {
    const struct shell_script *script;
    struct shell_flow flow;
    size_t end;  /* number of commands until it ends or starts bash */
    size_t asks; /* number of commands until it asks which shell runs it */
    struct dialect_uses *uses;
};

static const struct shell_word *words_of(const struct shell_command *command, size_t *ret_count)
{
    *ret_count = command->kind == SHELL_SIMPLE ? command->words.count - command->assignments : 0;
    return command->words.count > 0 ? command->words.items + command->assignments : NULL;
}

/* "exec bash "$0"", "bash "$0" "$@"". */
static bool starts_bash(const struct shell_word *words, size_t count)
{
    static const char *const shells[] = {"bash", "ksh", "zsh", "ksh93"};

    for (size_t i = 0; i < count; i++) {
        bool shell = IS_ONE_OF(path_base(words[i].text), shells) ||
                     strncmp(words[i].text, "$BASH", 5) == 0 ||
                     strncmp(words[i].text, "${BASH", 6) == 0 ||
                     strcmp(words[i].text, "$SHELL") == 0;

        for (size_t w = 0; shell && w < count; w++)
            if (strstr(words[w].text, "$0") != NULL || strstr(words[w].text, "BASH_SOURCE") != NULL)
                return true;
    }
    return false;
}

/* "$BASH", "${BASH:-}", "$BASH_VERSION"; what else bash sets tells nothing. */
static bool names_bash(const char *text)
{
    for (const char *at = strstr(text, "BASH"); at != NULL; at = strstr(at + 1, "BASH")) {
        bool expanded = at > text && (at[-1] == '$' || (at[-1] == '{' && at - 1 > text));

        if (text_starts(at, "BASH_VERS") ||
            (expanded && !isalnum((unsigned char)at[4]) && at[4] != '_'))
            return true;
    }
    return false;
}

static bool asks_for_bash(const struct shell_command *command)
{
    vec_foreach (word, &command->words)
        if (names_bash(word->text))
            return true;
    return false;
}

/* A script for sh ends there too. */
static bool returns(const struct shell_command *command, const struct shell_word *words,
                    size_t count)
{
    return command->where == 0 && !command->subshell && count > 0 &&
           strcmp(words[0].text, "return") == 0;
}

/* Up to where a shell other than bash reads the script. */
static void find_ends(struct dialect *dialect)
{
    const struct shell_script *script = dialect->script;

    dialect->end = dialect->flow.end;
    dialect->asks = SIZE_MAX;
    for (size_t i = 0; i < script->commands.count && i < dialect->end; i++) {
        const struct shell_command *command = &script->commands.items[i];
        size_t count;
        const struct shell_word *words = words_of(command, &count);

        if (dialect->asks == SIZE_MAX && asks_for_bash(command))
            dialect->asks = i + 1;
        if (!command->foreign && (starts_bash(words, count) || returns(command, words, count)))
            dialect->end = i + 1;
    }
}

/* Whether "A && B" is all that handles the failure of A, this command; *ret_last: the script ends
 * with B. */
static bool is_first_part(const struct dialect *dialect, size_t index, bool *ret_last)
{
    bool part = false;

    *ret_last = false;
    vec_foreach (block, &dialect->script->blocks) {
        if (index < block->condition.from || index >= block->condition.to ||
            block->kind == SHELL_ARM || block->kind == SHELL_DEFAULT)
            continue;
        if (block->kind != SHELL_AND)
            return false;
        part = true;
        *ret_last = *ret_last ||
                    (dialect->flow.last >= block->then.from && dialect->flow.last < block->then.to);
    }
    return part;
}

static void add(struct dialect *dialect, enum shell_feature_kind kind, unsigned line, size_t index,
                unsigned where, bool subshell, const char *name)
{
    bool syntax = dialect_kinds[kind].dash == DIALECT_SYNTAX, last = false;
    bool handled = (where & SHELL_HANDLED) != 0 && !is_first_part(dialect, index, &last);

    if (index >= dialect->end || (index >= dialect->asks && !syntax))
        return;
    *(struct dialect_use *)vec_add(dialect->uses) = (struct dialect_use){
        kind,    line, syntax || shell_flow_reaches(&dialect->flow, index, where),
        handled, last, subshell || (where & SHELL_SUBST) != 0,
        name};
}

static bool is_assigned(const struct shell_script *script, const char *name)
{
    size_t length = strlen(name);

    vec_foreach (command, &script->commands)
        for (size_t i = 0; i < command->words.count; i++) {
            const char *word = command->words.items[i].text;

            if (strncmp(word, name, length) == 0 &&
                (word[length] == '=' || (word[length] == '\0' && command->kind != SHELL_CASE)))
                return true;
        }
    return false;
}

/* Letters of options that dash's builtins lack. */
static const struct {
    const char *command, *letters;
    enum shell_feature_kind kind;
} options[] = {
    {"read", "aditnNsu", FEATURE_OPTION},     {"printf", "v", FEATURE_OPTION},
    {"wait", "nfp", FEATURE_OPTION},          {"ulimit", "ux", FEATURE_OPTION},
    {"type", "pPtaf", FEATURE_OPTION},        {"local", "airnlux", FEATURE_BUILTIN_OPTION},
    {"export", "fn", FEATURE_BUILTIN_OPTION}, {"readonly", "afA", FEATURE_BUILTIN_OPTION},
    {"exec", "acl", FEATURE_BUILTIN_OPTION},  {"trap", "pl", FEATURE_BUILTIN_OPTION},
    {"hash", "dlpt", FEATURE_OPTION},         {"umask", "p", FEATURE_OPTION},
    {"unset", "n", FEATURE_OPTION},           {"alias", "p", FEATURE_OPTION},
};

static enum shell_feature_kind option_of(const struct shell_word *words, size_t count)
{
    for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
        if (strcmp(words[0].text, options[i].command) != 0)
            continue;
        for (size_t w = 1; w < count && words[w].text[0] == '-' && !words[w].dynamic; w++) {
            if (words[w].text[1] != '-' && words[w].text[1] != '\0' &&
                strchr(options[i].letters, words[w].text[1]) != NULL)
                return options[i].kind;
            w += strcmp(words[w].text, "-p") == 0; /* read -p PROMPT */
        }
    }
    return FEATURE_KINDS;
}

/* "[ -v NAME ]", "[ ! -a FILE ]" */
static bool has_operator(const struct shell_word *words, size_t count)
{
    static const char *const operators[] = {"-v", "-N", "-R"};
    static const char *const before[] = {"[", "test", "!", "-a", "-o", "("};
    size_t first = count > 1 && strcmp(words[1].text, "!") == 0 ? 2 : 1;
    size_t end = count - (strcmp(words[0].text, "[") == 0);

    if (first + 2 == end &&
        (strcmp(words[first].text, "-a") == 0 || strcmp(words[first].text, "-o") == 0))
        return !words[first].quoted;
    for (size_t i = 1; i + 1 < end; i++)
        if (!words[i].quoted && IS_ONE_OF(words[i].text, operators) &&
            IS_ONE_OF(words[i - 1].text, before) && strcmp(words[i + 1].text, "=") != 0 &&
            strcmp(words[i + 1].text, "!=") != 0 && strcmp(words[i + 1].text, "==") != 0)
            return true;
    return false;
}

static enum shell_feature_kind set_kind(const struct shell_word *words, size_t count)
{
    for (size_t i = 1; i < count && (words[i].text[0] == '-' || words[i].text[0] == '+') &&
                       words[i].text[1] != '\0' && words[i].text[1] != '-' && !words[i].dynamic;
         i++) {
        if (words[i].text[strcspn(words[i].text, "BHPThkt")] != '\0')
            return FEATURE_SET_OPTION;
        if (strchr(words[i].text, 'o') == NULL || i + 1 >= count)
            continue;
        if (strcmp(words[++i].text, "pipefail") == 0)
            return FEATURE_PIPEFAIL;
        if (!words[i].dynamic && !shell_option_is_dash(words[i].text))
            return FEATURE_SET_OPTION;
    }
    return FEATURE_KINDS;
}

/* "trap … ERR", "trap … SIGINT", "kill -SIGTERM", "kill -s SIGTERM". */
static bool has_signal(const struct shell_word *words, size_t count)
{
    static const char *const signals[] = {"ERR", "DEBUG", "RETURN"};

    if (strcmp(words[0].text, "kill") == 0)
        return count > 1 && (text_starts(words[1].text, "-SIG") ||
                             (count > 2 && strcmp(words[1].text, "-s") == 0 &&
                              text_starts(words[2].text, "SIG")));
    for (size_t i = 2; strcmp(words[0].text, "trap") == 0 && i < count; i++)
        if (IS_ONE_OF(words[i].text, signals) || text_starts(words[i].text, "SIG"))
            return true;
    return false;
}

static bool reads_nothing(const struct shell_word *words, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        if (strcmp(words[i].text, "-p") == 0)
            i++;
        else if (strcmp(words[i].text, "-r") != 0)
            return false;
    }
    return true;
}

static enum shell_feature_kind of_words(const struct shell_word *words, size_t count)
{
    static const char *const builtins[] = {"declare", "typeset", "let",       "pushd",   "popd",
                                           "shopt",   "mapfile", "readarray", "disown",  "enable",
                                           "caller",  "compgen", "complete",  "compopt", "builtin",
                                           "dirs",    "help",    "logout"};
    const char *name = words[0].text;
    bool test = strcmp(name, "[") == 0 || strcmp(name, "test") == 0;

    if (strcmp(name, "source") == 0)
        return FEATURE_SOURCE;
    if (IS_ONE_OF(name, builtins))
        return FEATURE_COMMAND;
    for (size_t i = 2; test && i + 1 < count; i++)
        if (strcmp(words[i].text, "==") == 0 && !words[i].dynamic)
            return FEATURE_TEST_EQUAL;
    if (test && has_operator(words, count))
        return FEATURE_TEST_OPERATOR;
    if (strcmp(name, "echo") == 0 && count > 1 && !words[1].dynamic &&
        text_starts(words[1].text, "-") && strchr(words[1].text, 'e') != NULL &&
        strspn(words[1].text, "-neE") == strlen(words[1].text))
        return FEATURE_ECHO_OPTION;
    if (strcmp(name, "set") == 0)
        return set_kind(words, count);
    if (has_signal(words, count))
        return FEATURE_SIGNAL;
    if (strcmp(name, "printf") == 0 && count > 1 &&
        (strstr(words[1].text, "%q") != NULL || strstr(words[1].text, "%(") != NULL))
        return FEATURE_FORMAT;
    if (strcmp(name, "read") == 0 && reads_nothing(words, count))
        return FEATURE_READ_NOTHING;
    return option_of(words, count);
}

/* "{a,b}" or "{1..9}" in a word without quotes. */
static bool has_braces(const struct shell_word *word)
{
    for (const char *open = strchr(word->text, '{'); open != NULL && !word->quoted;
         open = strchr(open + 1, '{')) {
        size_t length = strcspn(open + 1, "{}");
        const char *dots = strstr(open, "..");

        if ((open > word->text && open[-1] == '$') || open[1 + length] != '}')
            continue;
        if (memchr(open + 1, ',', length) != NULL || (dots != NULL && dots < open + length))
            return true;
    }
    return false;
}

static void read_command(struct dialect *dialect, size_t index)
{
    const struct shell_command *command = &dialect->script->commands.items[index];
    size_t count;
    const struct shell_word *words = words_of(command, &count);
    enum shell_feature_kind kind = FEATURE_KINDS;
    unsigned line = command->line;

    if (command->foreign)
        return;
    if (command->kind == SHELL_TEST)
        kind = FEATURE_TEST;
    else if (count > 0 && strcmp(words[0].text, "local") == 0 &&
             (command->where & SHELL_FUNCTION) == 0)
        kind = FEATURE_LOCAL_OUTSIDE;
    else if (count > 0 && !strv_has(&dialect->script->functions, words[0].text))
        kind = of_words(words, count);
    if (kind != FEATURE_KINDS)
        add(dialect, kind, line, index, command->where, command->subshell,
            kind == FEATURE_COMMAND || kind == FEATURE_OPTION || kind == FEATURE_BUILTIN_OPTION
                ? words[0].text
                : NULL);
    for (size_t i = 0; i < command->assignments && command->kind == SHELL_SIMPLE; i++) {
        size_t length = strcspn(command->words.items[i].text, "=+[");

        if (command->words.items[i].text[length] == '+' ||
            command->words.items[i].text[length] == '[')
            add(dialect, FEATURE_APPEND, line, index, command->where, command->subshell, NULL);
    }
    for (size_t i = 1; i < count; i++)
        if (has_braces(&words[i])) {
            add(dialect, FEATURE_BRACES, words[i].line, index, command->where, command->subshell,
                NULL);
            break;
        }
}

static int compare(const void *left, const void *right)
{
    const struct dialect_use *a = left, *b = right;

    return a->kind != b->kind ? (a->kind > b->kind) - (a->kind < b->kind)
                              : (a->line > b->line) - (a->line < b->line);
}

void dialect_read(const struct shell_script *script, struct dialect_uses *ret_uses, size_t *ret_end)
{
    struct dialect dialect = {.script = script, .uses = ret_uses};

    *ret_uses = (struct dialect_uses){0};
    shell_flow_read(script, &dialect.flow);
    find_ends(&dialect);
    *ret_end = dialect.end;
    vec_foreach (feature, &script->features)
        if (feature->kind != FEATURE_VARIABLE || !is_assigned(script, feature->name))
            add(&dialect, feature->kind, feature->line, feature->command, feature->where,
                feature->subshell, feature->name);
    for (size_t i = 0; i < script->commands.count; i++)
        read_command(&dialect, i);
    if (ret_uses->count > 1)
        qsort(ret_uses->items, ret_uses->count, sizeof(*ret_uses->items), compare);
    shell_flow_done(&dialect.flow);
}
