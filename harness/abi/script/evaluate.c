/* SPDX-License-Identifier: Apache-2.0 */
/* The exit status of commands that ask the distribution. */
#include "abi/script/evaluate.h"

#include <fnmatch.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/path.h"

#define DEPTH_MAX 20

static enum truth negate(enum truth truth, bool negated)
{
    return truth == TRUTH_UNKNOWN || !negated ? truth : truth == TRUTH_YES ? TRUTH_NO : TRUTH_YES;
}

struct grep {
    bool extended, fixed, ignore_case, words, lines, invert;
    const char *pattern, *file;
};

/* Returns false for an option that is not followed. */
static bool read_grep(const struct shell_command *command, size_t at, struct grep *ret)
{
    const char *name = path_base(command->words.items[at].text);

    *ret =
        (struct grep){.extended = strcmp(name, "egrep") == 0, .fixed = strcmp(name, "fgrep") == 0};
    for (at++; at < command->words.count; at++) {
        const char *text = command->words.items[at].text;

        if (text[0] == '-' && text[1] != '\0' && ret->pattern == NULL) {
            if (strspn(text + 1, "qiEFwxsve") != strlen(text + 1))
                return false;
            ret->ignore_case |= strchr(text, 'i') != NULL;
            ret->extended |= strchr(text, 'E') != NULL;
            ret->fixed |= strchr(text, 'F') != NULL;
            ret->words |= strchr(text, 'w') != NULL;
            ret->lines |= strchr(text, 'x') != NULL;
            ret->invert |= strchr(text, 'v') != NULL;
        } else if (ret->pattern == NULL) {
            ret->pattern = text;
        } else if (ret->file == NULL && text[0] == '/') {
            ret->file = text;
        } else {
            return false;
        }
    }
    if (ret->file == NULL && command->redirects.count == 1 &&
        strcmp(command->redirects.items[0].text, "/dev/null") != 0)
        ret->file = command->redirects.items[0].text;
    return ret->pattern != NULL && !ret->invert;
}

static enum truth search(const struct grep *grep, const char *pattern, const char *text)
{
    _cleanup_free_ char *whole = grep->lines   ? text_format("^%s$", pattern)
                                 : grep->words ? text_format("\\<%s\\>", pattern)
                                               : text_dup(pattern);
    regex_t regex;
    int got;

    if (grep->fixed && !grep->lines && !grep->words)
        return (grep->ignore_case ? strcasestr(text, pattern) : strstr(text, pattern)) != NULL
                   ? TRUTH_YES
                   : TRUTH_NO;
    if (regcomp(&regex, whole,
                REG_NOSUB | REG_NEWLINE | (grep->extended ? REG_EXTENDED : 0) |
                    (grep->ignore_case ? REG_ICASE : 0)) != 0)
        return TRUTH_UNKNOWN;
    got = regexec(&regex, text, 0, NULL, 0);
    regfree(&regex);
    return got == 0 ? TRUTH_YES : TRUTH_NO;
}

/* What the command before "|" writes. */
static char *piped_text(struct evaluation *evaluation, size_t index)
{
    const struct shell_script *script = evaluation->script;
    _cleanup_buffer_ struct buffer code = {0};
    size_t from = SIZE_MAX;

    for (size_t i = 0; i < index; i++)
        if (script->commands.items[i].pipe_to == index + 1)
            from = i;
    if (from == SIZE_MAX)
        return NULL;
    vec_foreach (word, &script->commands.items[from].words)
        buffer_format(&code, "%s%s", code.length > 0 ? " " : "", word->text);
    if (code.length == 0)
        return NULL;
    if (text_starts(code.data, "echo ") || text_starts(code.data, "printf %s "))
        return evaluate_word(evaluation, strchr(code.data, '$') != NULL ? strchr(code.data, '$')
                                                                        : code.data + 5);
    return evaluate_output(evaluation, code.data);
}

static enum truth evaluate_grep(struct evaluation *evaluation, size_t index, size_t at)
{
    const struct shell_command *command = &evaluation->script->commands.items[index];
    _cleanup_free_ char *text = NULL, *pattern = NULL;
    struct grep grep;

    if (!read_grep(command, at, &grep))
        return TRUTH_UNKNOWN;
    pattern = evaluate_word(evaluation, grep.pattern);
    text = grep.file != NULL ? evaluate_file(evaluation, grep.file) : piped_text(evaluation, index);
    return pattern != NULL && text != NULL ? search(&grep, pattern, text) : TRUTH_UNKNOWN;
}

/* "rpm -q NAME", "dpkg -s NAME" */
static enum truth evaluate_query(struct evaluation *evaluation, const char *code)
{
    const struct distribution *image = evaluation->image;
    _cleanup_strv_ struct strv words = {0};
    const char *name;

    strv_split(&words, code, " \t\n()$\"'`");
    if (words.count < 3 || !image->lists_packages)
        return TRUTH_UNKNOWN;
    name = words.items[words.count - 1];
    if (!(text_equal(words.items[0], "rpm") && text_starts(words.items[1], "-q")) &&
        !(text_equal(words.items[0], "dpkg") && text_equal(words.items[1], "-s")))
        return TRUTH_UNKNOWN;
    if (name[0] == '-' || strchr(words.items[1], 'a') != NULL || strpbrk(name, "%*|>/") != NULL)
        return TRUTH_UNKNOWN;
    if (image->has_package(image->context, name)) {
        evaluate_note(evaluation, "package %s is installed", name);
        return TRUTH_YES;
    }
    evaluate_note(evaluation, "package %s is not installed", name);
    return TRUTH_NO;
}

/* "NAME=$(COMMAND)": the status is that of the command, which follows. */
static enum truth evaluate_substituted(struct evaluation *evaluation, size_t index)
{
    const struct shell_script *script = evaluation->script;
    const struct shell_command *command = &script->commands.items[index], *inner = command + 1;
    const char *value = strchr(command->words.items[0].text, '=');

    if (command->words.count != 1 || index + 1 >= script->commands.count || value == NULL ||
        !(text_starts(value, "=$(") || text_starts(value, "=`")) ||
        inner->where != (command->where | SHELL_SUBST) || inner->pipe_to != 0 ||
        (index + 2 < script->commands.count && (inner[1].where & SHELL_SUBST) != 0 &&
         inner[1].line == inner->line))
        return TRUTH_UNKNOWN;
    return evaluate_asked(evaluation, index + 1);
}

static enum truth evaluate_simple(struct evaluation *evaluation, size_t index)
{
    const struct shell_command *command = &evaluation->script->commands.items[index];
    size_t at = command->assignments, count = command->words.count;
    _cleanup_buffer_ struct buffer code = {0};
    const struct shell_word *words = command->words.items;
    enum truth asked;
    const char *name;

    if (command->kind == SHELL_TEST)
        return evaluate_test(evaluation, words, count, true);
    if (command->kind != SHELL_SIMPLE || count == 0)
        return TRUTH_UNKNOWN;
    if (at == count && (asked = evaluate_substituted(evaluation, index)) != TRUTH_UNKNOWN)
        return asked;
    if (at == count)
        return evaluate_query(evaluation, words[0].text + strcspn(words[0].text, "="));
    name = path_base(words[at].text);
    if (strcmp(name, "[") == 0)
        return strcmp(words[count - 1].text, "]") == 0
                   ? evaluate_test(evaluation, words + at + 1, count - at - 2, false)
                   : TRUTH_UNKNOWN; /* an error of the shell */
    if (strcmp(name, "test") == 0)
        return evaluate_test(evaluation, words + at + 1, count - at - 1, false);
    if (strcmp(name, "grep") == 0 || strcmp(name, "egrep") == 0 || strcmp(name, "fgrep") == 0)
        return evaluate_grep(evaluation, index, at);
    if ((asked = evaluate_asked(evaluation, index)) != TRUTH_UNKNOWN)
        return asked;
    for (; at < count; at++)
        buffer_format(&code, "%s%s", code.length > 0 ? " " : "", words[at].text);
    return evaluate_query(evaluation, code.data);
}

static bool is_inner(const struct shell_command *command, unsigned where)
{
    return (command->where & SHELL_SUBST) != 0 && (where & SHELL_SUBST) == 0;
}

/* A pipeline's status is that of its last command. */
static enum truth evaluate_pipeline(struct evaluation *evaluation, struct shell_range range)
{
    const struct shell_script *script = evaluation->script;
    unsigned where = script->commands.items[range.from].where;
    size_t last = range.from;

    for (size_t i = range.from; i < range.to; i++)
        if (!is_inner(&script->commands.items[i], where)) {
            if (i > range.from && script->commands.items[last].pipe_to != i + 1)
                return TRUTH_UNKNOWN;
            last = i;
        }
    return negate(evaluate_simple(evaluation, last), script->commands.items[range.from].negated);
}

enum truth evaluate_range(struct evaluation *evaluation, struct shell_range range)
{
    const struct shell_block *outer = NULL;
    enum truth left, right;

    if (range.from >= range.to || range.to > evaluation->script->commands.count ||
        evaluation->depth >= DEPTH_MAX)
        return TRUTH_UNKNOWN;
    vec_foreach (block, &evaluation->script->blocks)
        if ((block->kind == SHELL_AND || block->kind == SHELL_OR) &&
            block->condition.from == range.from && block->then.to == range.to &&
            block->then.from > range.from)
            outer = block;
    if (outer == NULL)
        return evaluate_pipeline(evaluation, range);
    evaluation->depth++;
    left = evaluate_range(evaluation, outer->condition);
    right = evaluate_range(evaluation, outer->then);
    evaluation->depth--;
    if (outer->kind == SHELL_AND)
        return left == TRUTH_NO || right == TRUTH_NO ? TRUTH_NO
               : left == TRUTH_YES                   ? right
                                                     : TRUTH_UNKNOWN;
    return left == TRUTH_YES || right == TRUTH_YES ? TRUTH_YES
           : left == TRUTH_NO                      ? right
                                                   : TRUTH_UNKNOWN;
}

enum truth evaluate_arm(struct evaluation *evaluation, const struct shell_command *command,
                        struct shell_range patterns)
{
    _cleanup_free_ char *value =
        command->words.count > 0 ? evaluate_word(evaluation, command->words.items[0].text) : NULL;

    for (size_t i = 1; value != NULL && i < patterns.to && i < command->words.count; i++) {
        const struct shell_word *word = &command->words.items[i];
        _cleanup_free_ char *pattern = evaluate_word(evaluation, word->text);

        if (pattern == NULL)
            return TRUTH_UNKNOWN;
        if (word->quoted && strpbrk(pattern, "*?[") == NULL ? strcmp(pattern, value) == 0
                                                            : fnmatch(pattern, value, 0) == 0)
            return i >= patterns.from ? TRUTH_YES : TRUTH_NO;
    }
    return value != NULL ? TRUTH_NO : TRUTH_UNKNOWN;
}
