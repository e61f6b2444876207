/* SPDX-License-Identifier: Apache-2.0 */
/* Scripts for sh against the shell that is the image's /bin/sh: dash, or bash in POSIX mode. */
#include "abi/script/dialect.h"

#include <string.h>

#include "abi/check/needs.h"
#include "abi/check/script_place.h"
#include "abi/check/scripts.h"
#include "base/cleanup.h"
#include "base/path.h"

enum shell_flavour { FLAVOUR_OTHER, FLAVOUR_DASH, FLAVOUR_POSIX, FLAVOUR_BASH };

struct dialect_check {
    struct needs *needs;
    const char *path;
    const char *program; /* as in its first line */
    const struct shell_script *script;
    enum shell_flavour flavour;
    enum finding_severity ends; /* of what certainly ends the script */
};

static enum shell_flavour flavour_of(const struct needs *needs, const char *program)
{
    enum script_shell shell = script_shell_of(needs, program);

    if (shell != SCRIPT_SHELL_BASH)
        return shell == SCRIPT_SHELL_DASH ? FLAVOUR_DASH : FLAVOUR_OTHER;
    return text_equal(path_base(program), "sh") ? FLAVOUR_POSIX : FLAVOUR_BASH;
}

/* Sources: bash's CHANGES (process substitution in POSIX mode since 5.1, any name of a function
 * since 5.3); dash's ChangeLog (pipefail since 0.5.13). */
static enum dialect_fault fault_of(const struct dialect_check *check, enum shell_feature_kind kind)
{
    bool dash = check->flavour == FLAVOUR_DASH;
    unsigned release = 0;

    if (check->flavour == FLAVOUR_BASH)
        return kind == FEATURE_LOCAL_OUTSIDE ? DIALECT_FAILS : DIALECT_NONE;
    if (kind == FEATURE_TIME && needs_program(check->needs, "time") != NEED_MISSING)
        return DIALECT_NONE;
    if (kind == FEATURE_PIPEFAIL || kind == FEATURE_PROCESS || kind == FEATURE_FUNCTION_NAME)
        release = script_release_of(check->needs, dash ? "dash" : "bash");
    if (dash && kind == FEATURE_PIPEFAIL && release >= 513)
        return DIALECT_NONE;
    if (!dash && kind == FEATURE_PROCESS && release > 0 && release < 50100)
        return DIALECT_SYNTAX;
    if (!dash && kind == FEATURE_FUNCTION_NAME && release >= 50300)
        return DIALECT_NONE;
    return dash ? dialect_kinds[kind].dash : dialect_kinds[kind].posix;
}

/* Whether the script ends there whenever it is executed. */
static bool ends(const struct dialect_check *check, const struct dialect_use *use,
                 enum dialect_fault fault)
{
    return fault == DIALECT_SYNTAX || (fault == DIALECT_FATAL && use->certain && !use->inner) ||
           (fault == DIALECT_FAILS && use->certain && !use->handled &&
            (check->script->errexit || use->decides));
}

/* "if type -t NAME": its result is wrong. */
static bool is_asked(const struct dialect_use *use)
{
    return use->kind == FEATURE_OPTION && text_equal(use->name, "type");
}

static enum finding_severity severity_of(const struct dialect_check *check,
                                         const struct dialect_use *use, enum dialect_fault fault)
{
    bool decides = use->kind == FEATURE_TEST || use->kind == FEATURE_TEST_EQUAL ||
                   use->kind == FEATURE_SOURCE || use->kind == FEATURE_ARITHMETIC_COMMAND ||
                   use->kind == FEATURE_TEST_OPERATOR || use->kind == FEATURE_TIME || is_asked(use);

    if (check->ends == SEVERITY_WARN)
        return SEVERITY_WARN;
    if (ends(check, use, fault))
        return check->ends;
    return fault == DIALECT_FAILS && use->certain && decides ? SEVERITY_HIGH : SEVERITY_WARN;
}

static const char *effect_of(enum dialect_fault fault, bool ends)
{
    return fault == DIALECT_SYNTAX  ? "which is a syntax error: the script ends there"
           : ends                   ? "which fails: the script ends there"
           : fault == DIALECT_FATAL ? "which fails: the script ends there when it gets to this line"
           : fault == DIALECT_FAILS ? "which fails"
                                    : "which means something else";
}

static void report(const struct dialect_check *check, const struct dialect_use *use, size_t more,
                   enum finding_severity severity)
{
    const struct dialect_kind *kind = &dialect_kinds[use->kind];
    enum dialect_fault fault = fault_of(check, use->kind);
    struct finding *row = findings_add(check->needs->findings, FINDING_SCRIPT_DIALECT, check->path,
                                       NULL, NULL, check->program);
    _cleanup_free_ char *again =
        more > 0 ? text_format(" (also on %zu more %s)", more, text_plural(more, "line", "lines"))
                 : text_dup("");

    row->line = use->line;
    row->severity = severity;
    finding_set_found(row, "%s on the image is %s; the script uses %s%s%s, %s%s", check->program,
                      check->flavour == FLAVOUR_DASH    ? "dash"
                      : check->flavour == FLAVOUR_POSIX ? "bash in POSIX mode"
                                                        : "bash",
                      kind->what, use->name != NULL ? ": " : "", use->name != NULL ? use->name : "",
                      effect_of(fault, ends(check, use, fault)), again);
    if (check->flavour == FLAVOUR_DASH)
        finding_set_remedy(row, "begin the script with #!/bin/bash, or %s", kind->instead);
    else
        finding_set_remedy(row, "%s", kind->instead);
}

/* What a script does without: "shopt … || true". */
static bool is_handled(const struct dialect_use *use, enum dialect_fault fault)
{
    return use->handled && fault == DIALECT_FAILS && !is_asked(use) &&
           (use->kind == FEATURE_SOURCE || use->kind == FEATURE_COMMAND ||
            use->kind == FEATURE_OPTION || use->kind == FEATURE_SIGNAL);
}

/* What no shell can parse; the shells execute what is before it. */
static void check_syntax(const struct dialect_check *check, size_t end)
{
    const struct shell_script *script = check->script;
    struct finding *row;

    if (script->error == NULL || script->limited || script->error_command >= end ||
        text_ends(check->program, "ksh") || text_ends(check->program, "ksh93"))
        return;
    row = findings_add(check->needs->findings, FINDING_SCRIPT_SYNTAX, check->path, NULL, NULL,
                       check->program);
    row->line = script->error_line;
    row->severity = check->ends;
    finding_set_found(row, "syntax error: %s; the script ends there", script->error);
}

void script_check_dialect(const char *path, const char *program, const struct shell_script *script,
                          enum finding_severity ends, struct needs *needs)
{
    struct dialect_check check = {needs, path, program, script, flavour_of(needs, program), ends};
    struct dialect_uses uses;
    size_t next, end;

    dialect_read(script, &uses, &end);
    check_syntax(&check, end);
    if (check.flavour == FLAVOUR_OTHER)
        uses.count = 0;
    for (size_t i = 0; i < uses.count; i = next) {
        enum dialect_fault fault = fault_of(&check, uses.items[i].kind);
        const struct dialect_use *worst = NULL;
        enum finding_severity severity = SEVERITY_WARN;
        size_t count = 0;

        for (next = i; next < uses.count && uses.items[next].kind == uses.items[i].kind; next++) {
            const struct dialect_use *use = &uses.items[next];
            enum finding_severity one = severity_of(&check, use, fault);

            if (fault == DIALECT_NONE || is_handled(use, fault))
                continue;
            count++;
            if (worst == NULL || one > severity) {
                worst = use;
                severity = one;
            }
        }
        /* "(set -o pipefail) && set -o pipefail" */
        if (worst != NULL &&
            !((worst->kind == FEATURE_PIPEFAIL || worst->kind == FEATURE_SET_OPTION) &&
              uses.items[i].inner))
            report(&check, worst, count - 1, severity);
    }
    vec_done(&uses);
}
