/* SPDX-License-Identifier: Apache-2.0 */
#include "abi/script/shell_flow.h"

#include <string.h>

#define CALLS_MAX 8     /* depth of calls that are followed */
#define NESTING_MAX 10  /* depth of branches that are followed */
#define BLOCKS_MAX 2000 /* number of branches in a script that are followed */

static const char *name_of(const struct shell_command *command)
{
    return command->kind == SHELL_SIMPLE && command->words.count > command->assignments
               ? command->words.items[command->assignments].text
               : "";
}

static void find_end(struct shell_flow *flow)
{
    const struct shell_script *script = flow->script;

    flow->end = flow->last = SIZE_MAX;
    for (size_t i = 0; i < script->commands.count && flow->end == SIZE_MAX; i++) {
        const struct shell_command *command = &script->commands.items[i];
        const char *name = name_of(command);

        if (command->foreign || (command->where & (SHELL_FUNCTION | SHELL_SUBST)) != 0)
            continue;
        if (command->words.count > command->assignments || command->kind != SHELL_SIMPLE)
            flow->last = i;
        if (command->where == 0 && !command->subshell &&
            (strcmp(name, "exit") == 0 ||
             (strcmp(name, "exec") == 0 && command->words.count > command->assignments + 1)))
            flow->end = i + 1;
    }
}

/* If the last command calls a function, the function's last command. */
static void follow_last(struct shell_flow *flow)
{
    const struct shell_script *script = flow->script;

    for (size_t depth = 0; depth < CALLS_MAX && flow->last < script->commands.count; depth++) {
        const char *name = name_of(&script->commands.items[flow->last]);
        size_t last = SIZE_MAX;

        vec_foreach (block, &script->blocks) {
            if (block->kind != SHELL_BODY ||
                strcmp(script->functions.items[block->function], name) != 0)
                continue;
            for (size_t i = block->then.from; i < block->then.to; i++)
                if ((script->commands.items[i].where & SHELL_SUBST) == 0)
                    last = i;
        }
        if (last == SIZE_MAX)
            return;
        flow->last = last;
    }
}

/* The function whose body contains the command, or NULL. */
static const char *function_of(const struct shell_script *script, size_t index)
{
    vec_foreach (block, &script->blocks)
        if (block->kind == SHELL_BODY && index >= block->then.from && index < block->then.to)
            return script->functions.items[block->function];
    return NULL;
}

bool shell_flow_reaches(const struct shell_flow *flow, size_t command, unsigned where)
{
    const char *function;

    where &= ~(unsigned)SHELL_HANDLED;
    if (where == 0)
        return command < flow->end;
    if (where != SHELL_FUNCTION)
        return false;
    function = function_of(flow->script, command);
    return function != NULL && strv_has(&flow->called, function);
}

void shell_flow_read(const struct shell_script *script, struct shell_flow *ret)
{
    size_t before = SIZE_MAX;

    *ret = (struct shell_flow){.script = script};
    find_end(ret);
    follow_last(ret);
    for (size_t round = 0; round < CALLS_MAX && before != ret->called.count; round++) {
        before = ret->called.count;
        for (size_t i = 0; script->functions.count > 0 && i < script->commands.count; i++) {
            const struct shell_command *command = &script->commands.items[i];
            const char *name = name_of(command);

            if (!command->foreign && strv_has(&script->functions, name) &&
                !strv_has(&ret->called, name) && shell_flow_reaches(ret, i, command->where))
                strv_add(&ret->called, name);
        }
    }
}

void shell_flow_done(struct shell_flow *flow)
{
    strv_done(&flow->called);
}

struct passing {
    const struct shell_script *script;
    const size_t *commands;
    size_t count;
};

static bool contains(struct shell_range outer, struct shell_range inner)
{
    return inner.from >= outer.from && inner.to <= outer.to;
}

/* Whether the command lies in a branch that begins inside the range. */
static bool is_nested(const struct passing *passing, struct shell_range range, size_t command)
{
    const struct shell_range one = {command, command + 1};

    vec_foreach (block, &passing->script->blocks) {
        struct shell_range whole = {block->condition.from, block->otherwise.to};

        if (whole.to < block->then.to)
            whole.to = block->then.to;
        if (contains(range, whole) &&
            (contains(block->then, one) || contains(block->otherwise, one)))
            return true;
    }
    return false;
}

static bool passes(const struct passing *passing, struct shell_range range, unsigned depth);

/* All arms of the case statement at this command, one of which is its default. */
static bool passes_case(const struct passing *passing, size_t statement, unsigned depth)
{
    bool has_default = false;

    vec_foreach (block, &passing->script->blocks) {
        if (block->condition.from != statement)
            continue;
        has_default = has_default || block->kind == SHELL_DEFAULT;
        if (block->kind == SHELL_ARM && !passes(passing, block->then, depth))
            return false;
    }
    return has_default;
}

static bool passes(const struct passing *passing, struct shell_range range, unsigned depth)
{
    if (depth > NESTING_MAX)
        return false;
    for (size_t i = 0; i < passing->count; i++)
        if (passing->commands[i] >= range.from && passing->commands[i] < range.to &&
            !is_nested(passing, range, passing->commands[i]))
            return true;
    vec_foreach (block, &passing->script->blocks) {
        if (!contains(range, block->condition) || block->condition.to <= block->condition.from)
            continue;
        if (block->kind == SHELL_IF && block->otherwise.to > block->otherwise.from &&
            contains(range, block->otherwise) && passes(passing, block->then, depth + 1) &&
            passes(passing, block->otherwise, depth + 1))
            return true;
        if (block->kind == SHELL_DEFAULT && passes_case(passing, block->condition.from, depth + 1))
            return true;
    }
    return false;
}

bool shell_flow_passes(const struct shell_flow *flow, const size_t *commands, size_t count)
{
    const struct passing passing = {flow->script, commands, count};
    const struct shell_range all = {0, flow->script->commands.count};

    return count > 0 && flow->script->blocks.count <= BLOCKS_MAX && passes(&passing, all, 0);
}
