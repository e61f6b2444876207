/* SPDX-License-Identifier: Apache-2.0 */
/* What shell scripts run and source, against the image. */
#include <string.h>

#include "abi/check/login.h"
#include "abi/check/needs.h"
#include "abi/check/script_place.h"
#include "abi/check/scripts.h"
#include "abi/script/shebang.h"
#include "abi/script/shell_flow.h"
#include "abi/script/shell_use.h"
#include "abi/surface/remedy.h"
#include "base/cleanup.h"

struct shell_check {
    const char *path;
    const char *program; /* of the first line, or NULL */
    struct needs *needs;
    enum finding_severity ends; /* of what it needs and does not find */
    struct shell_script script;
    struct shell_flow flow;
    struct shell_uses uses;
    bool sources;           /* it sources files, whose functions are not known */
    VEC(size_t) missing;    /* commands that become a program that is nowhere, by exec */
    VEC(size_t) executions; /* rows about them */
};

/* True if it is executed whenever the script is, and its failure is not handled. */
static bool is_certain(const struct shell_check *check, const struct shell_use *use)
{
    return !use->tested && (use->where & SHELL_HANDLED) == 0 &&
           shell_flow_reaches(&check->flow, use->command, use->where);
}

/* The script is this program: it becomes it, or ends with it. */
static bool is_purpose(const struct shell_check *check, const struct shell_use *use)
{
    unsigned mode;
    bool last = use->command == check->flow.last &&
                (script_is_scriptlet(check->path)
                     ? script_stops_installation(check->path)
                     : check->program != NULL &&
                           !needs_refuses_execution(check->needs, check->path, &mode));

    return use->findable && (use->executed || last);
}

/* "set -e" ends the script there. */
static bool ends_script(const struct shell_check *check, const struct shell_use *use)
{
    const struct shell_command *command = &check->script.commands.items[use->command];

    return check->script.errexit && use->kind == USE_PROGRAM && use->findable &&
           is_certain(check, use) && !command->subshell && command->pipe_to == 0 &&
           !command->foreign && !needs_may_come(check->needs) && !script_is_helper(check->path);
}

/* Files that init scripts source. */
static bool is_init_library(const char *path)
{
    return text_ends(path, "/init.d/functions") || text_ends(path, "/lsb/init-functions");
}

static void check_use(struct shell_check *check, const struct shell_use *use, size_t more)
{
    struct needs *needs = check->needs;
    const char *path = check->path;
    enum remedy_command command =
        use->kind == USE_PROGRAM ? remedy_command(use->name) : COMMAND_COMMON;
    struct finding *row;

    /* The name may be a function defined in a sourced file that was not read. */
    if (use->kind == USE_PROGRAM && check->sources && command == COMMAND_COMMON &&
        strchr(use->name, '/') == NULL)
        return;
    if (use->tested || (use->kind == USE_SOURCED && (use->where & SHELL_HANDLED) != 0))
        return;
    if ((use->kind == USE_PROGRAM ? needs_program(needs, use->name)
                                  : needs_file(needs, use->name)) != NEED_MISSING)
        return;
    row = findings_add(needs->findings,
                       use->kind == USE_PROGRAM ? FINDING_SCRIPT_COMMAND : FINDING_SCRIPT_SOURCED,
                       path, NULL, NULL, use->name);
    row->line = use->line;
    if (more > 0)
        finding_set_found(row, "%s is not on the image (also used on %zu more %s)", use->name, more,
                          text_plural(more, "line", "lines"));
    else
        finding_set_found(row, "%s is not on the image", use->name);
    if (use->kind == USE_PROGRAM || is_init_library(use->name))
        script_set_remedy(row, needs, use->name);
    else
        finding_set_remedy(row, "use '[ -f %s ] && . %s', or ship the file", use->name, use->name);
    if (use->kind == USE_SOURCED)
        row->severity = !is_certain(check, use)                                   ? SEVERITY_WARN
                        : check->ends == SEVERITY_BLOCK && !needs_may_come(needs) ? SEVERITY_BLOCK
                                                                                  : row->severity;
    if (command == COMMAND_GONE && is_certain(check, use) &&
        (check->script.errexit || script_is_scriptlet(path)))
        row->severity = SEVERITY_HIGH;
    if (ends_script(check, use))
        row->severity = check->ends;
    /* The script cannot do its work without it. */
    if (is_purpose(check, use) && is_certain(check, use) && !script_is_helper(path)) {
        if (row->severity < SEVERITY_HIGH)
            row->severity = SEVERITY_HIGH;
    } else if (use->executed && use->findable && !script_is_helper(path))
        *vec_add(&check->executions) = needs->findings->rows.count - 1;
}

static void note_missing(struct shell_check *check, const struct shell_use *use, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (use[i].kind == USE_PROGRAM && use[i].executed && use[i].findable && !use[i].tested &&
            needs_program(check->needs, use[i].name) == NEED_MISSING)
            *vec_add(&check->missing) = use[i].command;
}

static int compare_sizes(const void *left, const void *right)
{
    const size_t *a = left, *b = right;

    return (*a > *b) - (*a < *b);
}

/* "if …; then exec A; else exec B; fi": without both, the script does nothing. */
static void check_ways(struct shell_check *check)
{
    struct findings *findings = check->needs->findings;

    if (check->missing.count > 1)
        qsort(check->missing.items, check->missing.count, sizeof(size_t), compare_sizes);
    if (check->executions.count == 0 ||
        !shell_flow_passes(&check->flow, check->missing.items, check->missing.count))
        return;
    vec_foreach (row, &check->executions)
        findings->rows.items[*row].severity = SEVERITY_HIGH;
}

static void check_uses(struct shell_check *check)
{
    const struct shell_uses *uses = &check->uses;

    check->sources = uses->sources_unknown;
    vec_foreach (use, &uses->rows)
        check->sources = check->sources || use->kind == USE_SOURCED;
    for (size_t i = 0, next; i < uses->rows.count; i = next) {
        const struct shell_use *first = &uses->rows.items[i], *best = first;

        for (next = i; next < uses->rows.count && uses->rows.items[next].kind == first->kind &&
                       text_equal(uses->rows.items[next].name, first->name);
             next++) {
            const struct shell_use *use = &uses->rows.items[next];

            if (is_certain(check, use) &&
                (!is_certain(check, best) || (is_purpose(check, use) && !is_purpose(check, best))))
                best = use;
            else if (!is_certain(check, best) && use->executed && !best->executed)
                best = use;
        }
        check_use(check, best, next - i - 1);
        note_missing(check, first, next - i);
    }
    check_ways(check);
}

void script_check_shell(const char *path, const char *program, const char *text,
                        enum finding_severity ends, struct needs *needs)
{
    struct shell_check check = {.path = path,
                                .program = program,
                                .needs = needs,
                                .ends = script_need_severity(needs, path, ends)};
    struct distribution image = needs_distribution(needs);

    shell_read_called(text, strlen(text), script_argument(path), &check.script);
    check.script.errexit = check.script.errexit || shebang_sets(text, 'e');
    shell_uses_read(&check.script, NULL, &check.uses);
    shell_flow_read(&check.script, &check.flow);
    check_uses(&check);
    /* A script that asks for the program first, and reports another unit's failure: that unit does
     * its work without it. */
    distribution_check_shell(path, &check.script, &image,
                             strv_sorted_has(&needs->on_failure, path) &&
                                     !strv_sorted_has(&needs->started, path)
                                 ? SEVERITY_WARN
                                 : check.ends,
                             needs->findings);
    script_check_paths(path, &check.script, &check.flow, check.ends, needs);
    script_check_accounts(path, &check.script, &check.flow, needs);
    script_check_failure(path, &check.script, &check.flow, needs);
    script_check_login(path, &check.script, &check.flow, needs);
    if (program != NULL)
        script_check_dialect(path, program, &check.script, ends, needs);
    script_check_awk(path, &check.script, &check.flow, check.ends, needs);
    script_check_calls(path, &check.script, &check.flow, ends, needs);
    vec_done(&check.missing);
    vec_done(&check.executions);
    shell_flow_done(&check.flow);
    shell_uses_done(&check.uses);
    shell_done(&check.script);
}

/* The command whose failure is that of the whole line: the last one, and what is before "&&". */
static const char *deciding_program(const struct shell_script *script)
{
    const char *program = NULL;

    for (size_t i = 0; i < script->commands.count; i++) {
        const struct shell_command *command = &script->commands.items[i];
        size_t at = shell_program_at(command);

        if ((command->where & ~(unsigned)SHELL_HANDLED) != 0)
            continue;
        program = at < command->words.count ? command->words.items[at].text : NULL;
        vec_foreach (block, &script->blocks)
            if (i >= block->condition.from && i < block->condition.to && block->kind != SHELL_AND)
                program = NULL;
    }
    return program;
}

void script_check_command(const char *path, const char *shell, const char *code, unsigned line,
                          bool optional, enum finding_severity ends, struct needs *needs)
{
    _cleanup_shell_ struct shell_script script = {0};
    size_t before = needs->findings->rows.count;
    const char *program;

    shell_read(code, strlen(code), &script);
    program = deciding_program(&script);
    script_check_shell(path, shell, code, optional ? SEVERITY_WARN : ends, needs);
    for (size_t i = before; i < needs->findings->rows.count; i++) {
        struct finding *row = &needs->findings->rows.items[i];

        row->line = line;
        if (!optional && row->kind == FINDING_SCRIPT_COMMAND && text_equal(row->provider, program))
            row->severity = SEVERITY_HIGH;
    }
}
