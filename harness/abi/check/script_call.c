/* SPDX-License-Identifier: Apache-2.0 */
/* Shells that a script starts: their options, and the command lines that they are given. */
#include <string.h>

#include "abi/check/needs.h"
#include "abi/check/script_place.h"
#include "abi/check/scripts.h"
#include "abi/script/shell_flow.h"
#include "abi/script/shell_option.h"
#include "abi/script/shell_use.h"
#include "base/cleanup.h"
#include "base/path.h"

struct call_check {
    const char *path;
    const struct shell_script *script;
    const struct shell_flow *flow;
    enum finding_severity ends;
    struct needs *needs;
};

/* The severity of a failure of this command: that of the script's end if it ends it, or is its last
 * command. */
static enum finding_severity severity_of(const struct call_check *check, size_t index)
{
    const struct shell_command *command = &check->script->commands.items[index];

    return (command->where & SHELL_HANDLED) == 0 && command->pipe_to == 0 &&
                   shell_flow_reaches(check->flow, index, command->where) &&
                   (check->script->errexit || index == check->flow->last)
               ? check->ends
               : SEVERITY_WARN;
}

/* Rows about an inner command line name the lines of the whole script. */
static void check_code(const struct call_check *check, const char *program,
                       const struct shell_word *word, enum finding_severity severity)
{
    _cleanup_shell_ struct shell_script inner = {0};
    struct findings *findings = check->needs->findings;
    size_t before = findings->rows.count;

    shell_read(word->text, strlen(word->text), &inner);
    if (inner.error != NULL && word->dynamic)
        return;
    script_check_dialect(check->path, program, &inner, severity, check->needs);
    for (size_t i = before; i < findings->rows.count; i++)
        findings->rows.items[i].line += word->line - 1;
}

static void check_call(const struct call_check *check, size_t index)
{
    const struct shell_command *command = &check->script->commands.items[index];
    size_t at = shell_program_at(command), count = 0;
    const struct shell_word *words = command->words.items;
    enum finding_severity severity = severity_of(check, index);
    _cleanup_strv_ struct strv arguments = {0};
    _cleanup_free_ char *fault = NULL;
    struct shell_options options;
    enum script_shell shell;
    struct finding *row;

    if (at >= command->words.count || command->foreign || words[at].dynamic ||
        !shell_is_name(words[at].text) || strv_has(&check->script->functions, words[at].text))
        return;
    shell = script_shell_of(check->needs, words[at].text);
    if (shell == SCRIPT_SHELL_OTHER)
        return;
    while (at + 1 + count < command->words.count &&
           (!words[at + 1 + count].dynamic || words[at + 1 + count].quoted))
        strv_add(&arguments, words[at + 1 + count++].text);
    fault = shell_options_read(shell == SCRIPT_SHELL_DASH ? SHELL_DASH : SHELL_BASH,
                               (const char *const *)arguments.items, count, &options);
    if (fault != NULL) {
        row = findings_add(check->needs->findings, FINDING_SCRIPT_DIALECT, check->path, NULL, NULL,
                           words[at].text);
        row->line = words[at].line;
        row->severity = severity;
        finding_set_found(row, "%s on the image is %s: %s", words[at].text,
                          shell == SCRIPT_SHELL_DASH ? "dash" : "bash", fault);
        if (shell == SCRIPT_SHELL_DASH)
            finding_set_remedy(row, "start bash, or use only options that POSIX specifies");
    } else if (options.code && options.operand < count) {
        check_code(check, words[at].text, &words[at + 1 + options.operand], severity);
    }
}

void script_check_calls(const char *path, const struct shell_script *script,
                        const struct shell_flow *flow, enum finding_severity ends,
                        struct needs *needs)
{
    const struct call_check check = {path, script, flow, ends, needs};

    for (size_t i = 0; i < script->commands.count && i < flow->end; i++)
        check_call(&check, i);
}
