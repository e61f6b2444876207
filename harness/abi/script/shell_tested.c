/* SPDX-License-Identifier: Apache-2.0 */
#include "abi/script/shell_tested.h"

#include <stdlib.h>
#include <string.h>

#include "base/path.h"

#define TESTS_MAX 2000  /* number of tests of a script up to which it is followed */
#define BLOCKS_MAX 2000 /* the same of branches */
#define SAME_MAX 50     /* number of tests for one name that are looked at */
#define RANGE_MAX 500   /* number of commands of a branch that are looked at */

static const char *name_of(const struct shell_command *command)
{
    return command->kind == SHELL_SIMPLE && command->words.count > command->assignments
               ? command->words.items[command->assignments].text
               : "";
}

static bool contains(struct shell_range range, size_t index)
{
    return index >= range.from && index < range.to;
}

static bool is_any(const char *name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

/* Prints something, or nothing, or redirects what is printed. */
static bool is_message(const struct shell_command *command)
{
    static const char *const names[] = {"echo", "printf", "cat", "logger", "true", ":", "exec"};

    return command->kind == SHELL_SIMPLE && command->assignments == 0 &&
           is_any(path_base(name_of(command)), names, sizeof(names) / sizeof(names[0]));
}

/* "exec 2> FILE" goes on. */
static bool is_end(const struct shell_command *command)
{
    return strcmp(name_of(command), "exit") == 0 ||
           (strcmp(name_of(command), "exec") == 0 &&
            command->words.count > command->assignments + 1);
}

/* Functions with a command that ends the script. */
static void find_ending(const struct shell_script *script, struct strv *ret)
{
    vec_foreach (block, &script->blocks)
        for (size_t i = block->then.from;
             block->kind == SHELL_BODY && i < block->then.to && i < block->then.from + RANGE_MAX;
             i++)
            if (is_end(&script->commands.items[i])) {
                strv_add(ret, script->functions.items[block->function]);
                break;
            }
    strv_sort(ret);
}

struct reading {
    const struct shell_script *script;
    struct strv ending; /* names of functions, sorted */
};

static void look_at(const struct reading *reading, struct shell_range range,
                    struct shell_existence *row)
{
    for (size_t i = range.from; i < range.to && i < range.from + RANGE_MAX; i++) {
        const struct shell_command *command = &reading->script->commands.items[i];

        row->acts = row->acts || is_end(command) || !is_message(command);
        row->ends =
            row->ends || is_end(command) || strv_sorted_has(&reading->ending, name_of(command));
    }
}

/* True if the range is this command with what is in its substitutions. */
static bool is_alone(const struct shell_script *script, struct shell_range range, size_t index)
{
    for (size_t i = range.from; i < range.to; i++)
        if (i != index && (script->commands.items[i].where & SHELL_SUBST) == 0)
            return false;
    return (script->commands.items[index].where & SHELL_SUBST) == 0 ||
           script->commands.items[range.from].words.count ==
               script->commands.items[range.from].assignments;
}

/* "!" before the pipeline or in the test; joined: the test is of several things. */
static bool is_negated(const struct shell_command *command, bool *joined)
{
    static const char *const joins[] = {"-a", "-o", "&&", "||"};
    bool negated = command->negated;

    *joined = false;
    vec_foreach (word, &command->words) {
        negated ^= strcmp(word->text, "!") == 0;
        *joined |= is_any(word->text, joins, sizeof(joins) / sizeof(joins[0]));
    }
    return negated;
}

/* What runs if the answer is no. */
static void read_branches(const struct reading *reading, struct shell_existence *row)
{
    const struct shell_script *script = reading->script;
    const struct shell_command *command = &script->commands.items[row->command];
    bool joined, negated = is_negated(command, &joined), branches = false;

    vec_foreach (block, &script->blocks) {
        struct shell_range lacking = block->otherwise, having = block->then;

        if (block->kind == SHELL_BODY || block->kind == SHELL_ARM || block->kind == SHELL_DEFAULT ||
            !contains(block->condition, row->command))
            continue;
        branches = true;
        if (joined || !is_alone(script, block->condition, row->command)) {
            look_at(reading, block->then, row);
            look_at(reading, block->otherwise, row);
            continue;
        }
        if (negated != (block->kind == SHELL_OR)) {
            lacking = block->then;
            having = block->otherwise;
        }
        look_at(reading, lacking, row);
        if (lacking.to > lacking.from)
            row->lacking = lacking;
        /* "if command -v x; then exit; fi" */
        for (size_t i = having.from; i < having.to && i < having.from + RANGE_MAX; i++)
            if (strcmp(name_of(&script->commands.items[i]), "exit") == 0)
                row->acts = true;
    }
    /* The condition of a loop, the text of a variable. */
    if (!branches && (command->where & (SHELL_HANDLED | SHELL_SUBST)) != 0)
        row->acts = row->ends = true;
}

static void add_row(struct shell_tested *tested, const char *name, size_t command)
{
    struct shell_existence *row = vec_add(&tested->rows);

    row->name = text_dup(name);
    row->command = command;
}

static void read_command(struct shell_tested *tested, size_t index,
                         const struct shell_variables *variables, const struct shell_scope *scope)
{
    static const char *const asking[] = {"which", "type", "hash", "whereis", "whence", "command"};
    const struct shell_command *command = &tested->flow->script->commands.items[index];
    size_t at = command->assignments;
    const struct shell_word *words = command->words.items;
    const char *name = at < command->words.count ? path_base(words[at].text) : "";
    bool asks = is_any(name, asking, sizeof(asking) / sizeof(asking[0]));
    bool tests = strcmp(name, "[") == 0 || strcmp(name, "test") == 0 || command->kind == SHELL_TEST;

    if (strcmp(name, "command") == 0 &&
        (at + 1 >= command->words.count || strpbrk(words[at + 1].text, "vV") == NULL))
        return;
    for (size_t i = tests && command->kind == SHELL_TEST ? 0 : at + 1; i < command->words.count;
         i++) {
        _cleanup_free_ char *text = NULL;

        if (asks && words[i].text[0] == '-')
            continue;
        if (!asks && !(tests && i > 0 && words[i - 1].text[0] == '-' &&
                       strlen(words[i - 1].text) == 2 && strchr("xfersdhL", words[i - 1].text[1])))
            continue;
        text = shell_variables_text(variables, scope, &words[i]);
        if (text != NULL) {
            add_row(tested, text, index);
            /* Testing for /usr/bin/x also means x. */
            if (strchr(text, '/') != NULL)
                add_row(tested, path_base(text), index);
        }
        if (text == NULL || strcmp(text, words[i].text) != 0)
            add_row(tested, words[i].text, index);
    }
}

static int compare_rows(const void *left, const void *right)
{
    const struct shell_existence *a = left, *b = right;
    int order = strcmp(a->name, b->name);

    return order != 0 ? order : (a->command > b->command) - (a->command < b->command);
}

/* Inner functions come before the outer ones. */
static void find_functions(struct shell_tested *tested, const struct shell_script *script)
{
    tested->functions = text_calloc(script->commands.count + 1, sizeof(size_t));
    vec_foreach (block, &script->blocks)
        for (size_t i = block->then.from; block->kind == SHELL_BODY && i < block->then.to; i++)
            if (tested->functions[i] == 0)
                tested->functions[i] = block->function + 1;
}

static void follow(struct shell_tested *tested, const struct shell_script *script)
{
    struct reading reading = {.script = script};

    find_functions(tested, script);
    find_ending(script, &reading.ending);
    vec_foreach (command, &script->commands)
        if (script->functions.count > 0 && *name_of(command) != '\0')
            strv_add(&tested->names, name_of(command));
    strv_sort(&tested->names);
    vec_foreach (row, &tested->rows)
        read_branches(&reading, row);
    strv_done(&reading.ending);
}

void shell_tested_read(const struct shell_flow *flow, const struct shell_variables *variables,
                       const struct shell_scope *scope, struct shell_tested *ret)
{
    const struct shell_script *script = flow->script;

    *ret = (struct shell_tested){.flow = flow};
    for (size_t i = 0; i < script->commands.count; i++)
        read_command(ret, i, variables, scope);
    if (ret->rows.count == 0)
        return;
    ret->simple = ret->rows.count > TESTS_MAX || script->blocks.count > BLOCKS_MAX;
    if (!ret->simple)
        follow(ret, script);
    qsort(ret->rows.items, ret->rows.count, sizeof(ret->rows.items[0]), compare_rows);
}

void shell_tested_done(struct shell_tested *tested)
{
    vec_foreach (row, &tested->rows)
        free(row->name);
    vec_done(&tested->rows);
    free(tested->functions);
    strv_done(&tested->names);
}

/* Whether this test keeps the script from the use. */
static bool keeps(const struct shell_tested *tested, const struct shell_existence *row, size_t use)
{
    const struct shell_script *script = tested->flow->script;
    size_t function = tested->functions[row->command], of_use = tested->functions[use];

    if (contains(row->lacking, use))
        return false;
    /* In a branch: of this test, or of what was learned by it. */
    if (!shell_flow_reaches(tested->flow, use, script->commands.items[use].where))
        return function == of_use || function == 0 ||
               strv_sorted_has(&tested->names, script->functions.items[function - 1]);
    if (function == of_use)
        return row->acts && row->command < use;
    return row->ends && (function == 0 ||
                         strv_has(&tested->flow->called, script->functions.items[function - 1]));
}

bool shell_tested_has(const struct shell_tested *tested, const char *name, size_t command)
{
    size_t low = 0, high = tested->rows.count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (strcmp(tested->rows.items[middle].name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (size_t end = low + SAME_MAX;
         low < tested->rows.count && low < end && strcmp(tested->rows.items[low].name, name) == 0;
         low++)
        if (tested->simple || keeps(tested, &tested->rows.items[low], command))
            return true;
    return false;
}
