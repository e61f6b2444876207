/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Scriptlets in Lua, which rpm runs itself: of what they run, constant commands are checked; a
 * command that is put together at run time cannot be told.
 */
#include <ctype.h>
#include <string.h>

#include "abi/check/needs.h"
#include "abi/check/scripts.h"
#include "base/cleanup.h"

static const struct runner {
    const char *name;
    bool shell; /* the argument is a command line; else a program */
} runners[] = {{"os.execute", true},  {"io.popen", true},     {"rpm.execute", false},
               {"posix.exec", false}, {"posix.execp", false}, {"rpm.spawn", false}};

static unsigned line_of(const char *text, const char *at)
{
    unsigned line = 1;

    for (; text < at; text++)
        line += *text == '\n';
    return line;
}

static bool is_comment(const char *text, const char *at)
{
    const char *begin = at;

    while (begin > text && begin[-1] != '\n')
        begin--;
    return memmem(begin, (size_t)(at - begin), "--", 2) != NULL;
}

/* ("CODE") or 'CODE', with nothing joined to it; NULL: it is no constant. Caller frees. */
static char *constant_argument(const char *at)
{
    char quote;
    size_t length;

    at += strspn(at, " \t\n(");
    at += *at == '{'; /* rpm.spawn({'program', …}) */
    at += strspn(at, " \t\n");
    quote = *at;
    if (quote != '"' && quote != '\'')
        return NULL;
    for (length = 0; at[1 + length] != quote; length++)
        if (at[1 + length] == '\0' || at[1 + length] == '\n' || at[1 + length] == '\\')
            return NULL;
    if (text_starts(at + 2 + length + strspn(at + 2 + length, " \t"), ".."))
        return NULL;
    return text_ndup(at + 1, length);
}

static void check_call(const struct package_text *script, const struct runner *runner,
                       const char *at, struct needs *needs)
{
    _cleanup_free_ char *argument = constant_argument(at + strlen(runner->name));
    unsigned line = line_of(script->text, at);
    struct finding *row;

    if (argument == NULL) {
        row = findings_add(needs->findings, FINDING_UNKNOWN, script->path, NULL, NULL, NULL);
        row->line = line;
        finding_set_found(row, "Lua runs a command that is computed at run time (%s)",
                          runner->name);
        finding_set_remedy(row, "run the installation in a guest of the image");
    } else if (runner->shell) {
        size_t before = needs->findings->rows.count;

        script_check_shell(script->path, argument, needs);
        for (size_t i = before; i < needs->findings->rows.count; i++)
            needs->findings->rows.items[i].line = line;
    } else if (needs_program(needs, argument) == NEED_MISSING) {
        row = findings_add(needs->findings, FINDING_SCRIPT_COMMAND, script->path, NULL, NULL,
                           argument);
        row->line = line;
        finding_set_found(row, "%s is not on the image", argument);
    }
}

static void check_script(const struct package_text *script, struct needs *needs)
{
    for (size_t i = 0; i < sizeof(runners) / sizeof(runners[0]); i++)
        for (const char *at = script->text; (at = strstr(at, runners[i].name)) != NULL; at++) {
            char next = at[strlen(runners[i].name)];

            if (!isalnum((unsigned char)next) && next != '_' && !is_comment(script->text, at))
                check_call(script, &runners[i], at, needs);
        }
}

void script_check_lua(const struct package *package, struct needs *needs)
{
    vec_foreach (script, &package->scripts)
        if (!script->beside && text_starts(script->text, SCRIPT_LUA))
            check_script(script, needs);
}
