/* SPDX-License-Identifier: Apache-2.0 */
/* Refusals: commands that end a script, judged by what this image answers to the script's questions
 * before them. */
#include <stdlib.h>
#include <string.h>

#include "abi/script/distribution_asking.h"

#define BLOCKS_MAX 500 /* number of branches of a script up to which its answers are followed */

struct finding *asking_add(struct asking *asking, unsigned line, bool refused)
{
    struct finding *row =
        findings_add(asking->findings, FINDING_SCRIPT_DISTRIBUTION, asking->path, NULL, NULL, NULL);

    row->line = line;
    if (refused)
        row->severity = SEVERITY_HIGH;
    return row;
}

bool asking_refuses(const struct shell_command *command)
{
    size_t count = command->words.count - command->assignments;
    const struct shell_word *words;
    const char *name;

    if (command->kind != SHELL_SIMPLE || count == 0)
        return false;
    words = command->words.items + command->assignments;
    name = words[0].text;
    if (strcmp(name, "exit") == 0 || strcmp(name, "return") == 0)
        return count > 1 && strcmp(words[1].text, "0") != 0;
    return strcmp(name, "die") == 0 || strcmp(name, "fatal") == 0 || strcmp(name, "abort") == 0 ||
           strcmp(name, "fail") == 0 || strcmp(name, "false") == 0;
}

bool asking_range_refuses(const struct shell_script *script, struct shell_range range)
{
    for (size_t i = range.from; i < range.to && i < script->commands.count; i++)
        if (asking_refuses(&script->commands.items[i]))
            return true;
    return false;
}

static void evaluate_blocks(struct asking *asking)
{
    struct evaluation *evaluation = &asking->evaluation;

    vec_foreach (block, &asking->script->blocks) {
        struct known_block *known = vec_add(&asking->known);

        evaluate_forget(evaluation);
        if (block->kind == SHELL_ARM)
            known->truth =
                evaluate_arm(evaluation, &asking->script->commands.items[block->condition.from],
                             block->patterns);
        else if (block->kind != SHELL_DEFAULT && block->kind != SHELL_BODY)
            known->truth = evaluate_range(evaluation, block->condition);
        if (evaluation->fact == NULL)
            known->truth = TRUTH_UNKNOWN;
        known->fact = evaluation->fact;
        known->program = evaluation->program;
        known->present = evaluation->present;
        evaluation->fact = evaluation->program = NULL;
    }
}

static bool contains(struct shell_range range, size_t index)
{
    return index >= range.from && index < range.to;
}

/* The truth of the question that lets this block's part with the command run: YES, NO, or unknown.
 */
static enum truth leads_to(const struct shell_block *block, enum truth truth, size_t index)
{
    bool then = contains(block->then, index);

    if (truth == TRUTH_UNKNOWN || (!then && !contains(block->otherwise, index)))
        return TRUTH_UNKNOWN;
    if (block->kind == SHELL_OR)
        then = !then;
    return then == (truth == TRUTH_YES) ? TRUTH_YES : TRUTH_NO;
}

/* Functions that end the script: "fail() { echo …; exit 1; }". */
static void find_refusing(struct asking *asking)
{
    const struct shell_script *script = asking->script;

    vec_foreach (block, &script->blocks) {
        struct shell_range body = block->then;

        for (size_t i = body.from; block->kind == SHELL_BODY && i < body.to && i < body.from + 100;
             i++) {
            bool inner = !asking_refuses(&script->commands.items[i]);

            vec_foreach (other, &script->blocks)
                inner = inner || (other->kind != SHELL_BODY &&
                                  (contains(other->then, i) || contains(other->otherwise, i)));
            if (!inner)
                strv_add(&asking->refusing, script->functions.items[block->function]);
        }
    }
    strv_sort(&asking->refusing);
}

static bool calls_refusal(const struct asking *asking, const struct shell_command *command)
{
    return command->kind == SHELL_SIMPLE && command->words.count > command->assignments &&
           strv_sorted_has(&asking->refusing, command->words.items[command->assignments].text);
}

/* "is_centos() { [ "$ID" = centos ] || return 1; }" answers a question. */
static bool is_answer(const struct shell_command *command)
{
    const char *name = command->words.count > command->assignments
                           ? command->words.items[command->assignments].text
                           : "";

    return strcmp(name, "return") == 0 || strcmp(name, "false") == 0;
}

/* Whether the command also depends on a condition inside this block that is not known, such as a
 * search of /proc/cpuinfo. */
static bool depends_on_more(const struct asking *asking, size_t known, size_t index)
{
    const struct shell_script *script = asking->script;

    for (size_t b = 0; b < script->blocks.count; b++) {
        const struct shell_block *block = &script->blocks.items[b];

        if (block->kind != SHELL_BODY && asking->known.items[b].truth == TRUTH_UNKNOWN &&
            block->condition.from > script->blocks.items[known].condition.from &&
            (contains(block->then, index) || contains(block->otherwise, index)))
            return true;
    }
    return false;
}

/* Whether the command is executed whenever the script is, as far as the answers tell. */
static bool is_reached(const struct asking *asking, size_t index)
{
    const struct shell_script *script = asking->script;
    unsigned where = script->commands.items[index].where & SHELL_FUNCTION;

    for (size_t b = 0; b < script->blocks.count; b++) {
        const struct shell_block *block = &script->blocks.items[b];

        if (block->kind != SHELL_BODY && block->kind != SHELL_DEFAULT &&
            (contains(block->then, index) || contains(block->otherwise, index)) &&
            leads_to(block, asking->known.items[b].truth, index) != TRUTH_YES)
            return false;
        if (block->kind == SHELL_DEFAULT && contains(block->then, index))
            return false;
    }
    return shell_flow_reaches(&asking->flow, index, where);
}

/* The row that says that the program is missing is made one about the refusal. */
static void report_program(struct asking *asking, size_t question, size_t refusal,
                           const char *program, enum finding_severity severity)
{
    struct finding *row = NULL;
    unsigned line = asking->script->commands.items[question].line;

    vec_foreach (known, &asking->findings->rows)
        if (known->kind == FINDING_SCRIPT_COMMAND && text_equal(known->file, asking->path) &&
            text_equal(known->provider, program))
            row = known;
    if (row == NULL) {
        row = findings_add(asking->findings, FINDING_SCRIPT_COMMAND, asking->path, NULL, NULL,
                           program);
        row->severity = SEVERITY_WARN;
    }
    if (row->severity < severity || row->line == 0) {
        row->line = line;
        row->severity = severity;
    }
    finding_set_found(row, "%s is not on the image; without it, the script ends in line %u",
                      program, asking->script->commands.items[refusal].line);
}

/* "set -e" and a question by itself: "command -v java", "J=$(which java)". */
static void check_exits(struct asking *asking)
{
    const struct shell_script *script = asking->script;
    struct evaluation *evaluation = &asking->evaluation;

    for (size_t i = 0; script->errexit && i < script->commands.count && i < asking->flow.end; i++) {
        const struct shell_command *command = &script->commands.items[i];
        bool piped = command->pipe_to != 0;

        if (command->where != 0 || command->foreign || command->subshell || command->negated)
            continue;
        for (size_t other = i > 100 ? i - 100 : 0; other < i && !piped; other++)
            piped = script->commands.items[other].pipe_to == i + 1;
        if (piped)
            continue;
        evaluate_forget(evaluation);
        if (evaluate_range(evaluation, (struct shell_range){i, i + 1}) != TRUTH_NO)
            continue;
        if (evaluation->program != NULL) {
            report_program(asking, i, i, evaluation->program, asking->ends);
        } else if (evaluation->fact != NULL) {
            struct finding *row = asking_add(asking, command->line, true);

            finding_set_found(row, "%s, so that the script ends there (set -e)", evaluation->fact);
            finding_set_remedy(row, "read /etc/os-release, which every system has");
        }
    }
}

/* A command that refuses, and that this image's answers lead to. */
static void check_refusal(struct asking *asking, size_t index)
{
    const struct shell_script *script = asking->script;
    size_t nearest = SIZE_MAX;
    struct finding *row;

    for (size_t b = 0; b < script->blocks.count; b++) {
        const struct shell_block *block = &script->blocks.items[b];
        enum truth leads = leads_to(block, asking->known.items[b].truth, index);

        if (leads == TRUTH_NO)
            return;
        if (leads == TRUTH_YES &&
            (nearest == SIZE_MAX ||
             block->condition.from >= script->blocks.items[nearest].condition.from))
            nearest = b;
    }
    if (nearest == SIZE_MAX || asking->known.items[nearest].reported ||
        depends_on_more(asking, nearest, index))
        return;
    if (asking->known.items[nearest].present)
        return;
    for (size_t b = 0; b < script->blocks.count; b++)
        if (script->blocks.items[b].condition.from == script->blocks.items[nearest].condition.from)
            asking->known.items[b].reported = true;
    asking->asked++;
    if (asking->known.items[nearest].program != NULL) {
        report_program(asking, script->blocks.items[nearest].condition.from, index,
                       asking->known.items[nearest].program,
                       is_reached(asking, index) ? asking->ends : SEVERITY_WARN);
        return;
    }
    row = asking_add(
        asking, script->commands.items[script->blocks.items[nearest].condition.from].line, true);
    finding_set_found(row, "%s; the script rejects that in line %u",
                      asking->known.items[nearest].fact, script->commands.items[index].line);
    finding_set_remedy(
        row, "accept this image: test ID and ID_LIKE of /etc/os-release, and all machines "
             "that the product has a build for");
}

void asking_check_refusals(struct asking *asking)
{
    const struct shell_script *script = asking->script;

    if (script->blocks.count > BLOCKS_MAX)
        return;
    shell_flow_read(script, &asking->flow);
    evaluate_begin(&asking->evaluation, script, asking->image);
    evaluate_blocks(asking);
    check_exits(asking);
    evaluate_end(&asking->evaluation);
    find_refusing(asking);
    for (size_t i = 0; i < script->commands.count && asking->asked < ASKED_MAX; i++) {
        const struct shell_command *command = &script->commands.items[i];

        if ((asking_refuses(command) && !is_answer(command)) || calls_refusal(asking, command))
            check_refusal(asking, i);
    }
    shell_flow_done(&asking->flow);
}
