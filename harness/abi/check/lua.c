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

/* From 1; the line that names the interpreter was added and is not counted. */
static unsigned line_of(const char *text, const char *at)
{
    unsigned line = 0;

    for (; text < at; text++)
        line += *text == '\n';
    return line;
}

/* The number of '=' in "[==["; -1: no long bracket begins here. */
static int long_bracket(const char *at)
{
    size_t level = *at == '[' ? strspn(at + 1, "=") : 0;

    return *at == '[' && at[1 + level] == '[' ? (int)level : -1;
}

/* Behind the bracket that closes one of this level; the end of the text if none does. */
static const char *skip_long(const char *at, int level)
{
    _cleanup_free_ char *close = text_format("]%*s]", level, "");
    const char *end;

    memset(close + 1, '=', (size_t)level);
    end = strstr(at, close);
    return end != NULL ? end + strlen(close) : at + strlen(at);
}

static const char *skip_string(const char *at)
{
    char quote = *at++;

    while (*at != '\0' && *at != quote && *at != '\n')
        at += *at == '\\' && at[1] != '\0' ? 2 : 1;
    return at + (*at == quote);
}

/* Behind the comment or string that begins here; `at` itself if none does: Lua 5.1 manual, 2.1. */
static const char *skip_token(const char *at)
{
    int level;

    if (at[0] == '-' && at[1] == '-') {
        level = long_bracket(at + 2);
        return level >= 0 ? skip_long(at + 4 + level, level) : at + strcspn(at, "\n");
    }
    level = long_bracket(at);
    if (level >= 0)
        return skip_long(at + 2 + level, level);
    return *at == '"' || *at == '\'' ? skip_string(at) : at;
}

/* ("CODE") or 'CODE', with nothing joined to it; NULL: it is no constant. Caller frees. */
static char *constant_argument(const char *at)
{
    char quote;
    size_t length;

    at += strspn(at, " \t\n(");
    at += *at == '{'; /* rpm.spawn({'program', …}) */
    at += strspn(at, " \t\n");
    if (long_bracket(at) >= 0) {
        int level = long_bracket(at);
        const char *begin = at + 2 + level, *end = skip_long(begin, level);

        begin += *begin == '\n';
        length = (size_t)(end - begin);
        return length >= (size_t)level + 2 && !text_starts(end + strspn(end, " \t\n"), "..")
                   ? text_ndup(begin, length - (size_t)level - 2)
                   : NULL;
    }
    quote = *at;
    if (quote != '"' && quote != '\'')
        return NULL;
    for (length = 0; at[1 + length] != quote; length++)
        if (at[1 + length] == '\0' || at[1 + length] == '\n' || at[1 + length] == '\\')
            return NULL;
    if (text_starts(at + 2 + length + strspn(at + 2 + length, " \t\n"), ".."))
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

        script_check_shell(script->path, NULL, argument, SEVERITY_WARN, needs);
        for (size_t i = before; i < needs->findings->rows.count; i++)
            needs->findings->rows.items[i].line = line;
    } else if (needs_program(needs, argument) == NEED_MISSING) {
        row = findings_add(needs->findings, FINDING_SCRIPT_COMMAND, script->path, NULL, NULL,
                           argument);
        row->line = line;
        finding_set_found(row, "%s is not on the image", argument);
    }
}

/* True if a call of this name is here: not a part of a longer name. */
static bool is_call(const char *text, const char *at, const char *name)
{
    char next = text_starts(at, name) ? at[strlen(name)] : '_';

    return !isalnum((unsigned char)next) && next != '_' &&
           (at == text || (!isalnum((unsigned char)at[-1]) && at[-1] != '_' && at[-1] != '.'));
}

static void check_script(const struct package_text *script, struct needs *needs)
{
    for (const char *at = script->text + strlen(SCRIPT_LUA); *at != '\0';) {
        const char *behind = skip_token(at);

        if (behind > at) {
            at = behind;
            continue;
        }
        for (size_t i = 0; i < sizeof(runners) / sizeof(runners[0]); i++)
            if (is_call(script->text, at, runners[i].name))
                check_call(script, &runners[i], at, needs);
        at++;
    }
}

void script_check_lua(const struct package *package, struct needs *needs)
{
    vec_foreach (script, &package->scripts)
        if (!script->beside && text_starts(script->text, SCRIPT_LUA))
            check_script(script, needs);
}
