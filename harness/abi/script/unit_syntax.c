/* SPDX-License-Identifier: Apache-2.0 */
/* Values that systemd cannot parse. It refuses a unit whose command it cannot parse, and ignores
 * other lines. Sources: systemd.syntax(7), systemd.service(5), systemd.time(7), systemd.exec(5);
 * tried with systemd-analyze verify. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "abi/script/unit_calendar.h"
#include "abi/script/unit_syntax.h"
#include "base/cleanup.h"

#define REFUSES_SPECIFIERS 250 /* earlier releases leave unknown ones as they are */

static bool is_one_of(const char *name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcasecmp(name, names[i]) == 0)
            return true;
    return false;
}
#define IS_ONE_OF(name, names) is_one_of(name, names, sizeof(names) / sizeof((names)[0]))

static struct finding *add(const struct unit_reader *reader, const char *path,
                           struct findings *findings, enum finding_kind kind)
{
    struct finding *row = findings_add(findings, kind, path, reader->name, reader->value, NULL);

    row->line = reader->line;
    return row;
}

/* Quotes and backslashes as in extract_first_word() of systemd. */
static bool is_balanced(const char *text)
{
    char quote = '\0';

    for (; *text != '\0'; text++) {
        if (*text == '\\' && text[1] != '\0')
            text++;
        else if (quote != '\0' ? *text == quote : *text == '"' || *text == '\'')
            quote = quote != '\0' ? '\0' : *text;
    }
    return quote == '\0';
}

/* Letters that no release up to 258 knows: the others are added now and then. */
static char unknown_specifier(const char *text)
{
    for (; (text = strchr(text, '%')) != NULL && text[1] != '\0'; text += 2)
        if (strchr("ekxzFKOQXZ", text[1]) != NULL)
            return text[1];
    return '\0';
}

static bool is_command(const struct unit_reader *reader)
{
    return text_starts(reader->name, "Exec") && !text_equal(reader->name, "ExecPaths") &&
           !text_equal(reader->name, "ExecSearchPath") && reader->section != NULL &&
           !text_starts(reader->section, "X-");
}

static void check_command(const struct unit_reader *reader, unsigned release, const char *path,
                          struct findings *findings)
{
    const char *program = reader->value + strspn(reader->value, "@-:+!|");
    char specifier = unknown_specifier(reader->value);
    struct finding *row;

    if (!is_balanced(reader->value)) {
        row = add(reader, path, findings, FINDING_UNIT_REFUSED);
        finding_set_found(row, "a quotation mark in it is not closed: systemd refuses the unit");
        finding_set_remedy(row, "close it, or write a literal one as \\\" or \\'");
    } else if (specifier != '\0' && release >= REFUSES_SPECIFIERS) {
        row = add(reader, path, findings, FINDING_UNIT_REFUSED);
        finding_set_found(row, "systemd %u knows no specifier %%%c, and refuses the unit", release,
                          specifier);
        finding_set_remedy(row, "write a literal percent sign as %%%%");
    } else if (program[0] == '$' && program[1] != '$' &&
               !memchr(program, '/', strcspn(program, " \t"))) {
        row = add(reader, path, findings, FINDING_UNIT_REFUSED);
        finding_set_found(row,
                          "systemd expands no variables in the name of the program: '%.*s' is "
                          "not there",
                          (int)strcspn(program, " \t"), program);
        finding_set_remedy(row, "name the program by its path, or start it with /bin/sh -c");
    }
}

/* The last is of PrivateTmp=. */
static bool is_boolean(const char *value)
{
    static const char *const words[] = {"1",  "yes", "y",     "true", "t",   "on",          "0",
                                        "no", "n",   "false", "f",    "off", "disconnected"};

    return IS_ONE_OF(value, words);
}

/* "1h 30min", "2.5", "infinity" */
static bool is_time_span(const char *value)
{
    static const char *const units[] = {
        "seconds", "second", "sec", "s",     "minutes", "minute", "min",   "months",
        "month",   "msec",   "ms",  "m",     "hours",   "hour",   "hr",    "h",
        "days",    "day",    "d",   "weeks", "week",    "w",      "years", "year",
        "y",       "usec",   "us",  "nsec",  "ns",      "µs",     "μs",    "M"};
    const char *at = value + strspn(value, " \t");

    if (strcmp(at, "infinity") == 0)
        return true;
    while (*at != '\0') {
        size_t digits = strspn(at, "0123456789."), letters;
        _cleanup_free_ char *unit = NULL;

        if (digits == 0)
            return false;
        at += digits;
        at += strspn(at, " \t");
        letters = strcspn(at, " \t0123456789");
        unit = text_ndup(at, letters);
        if (letters > 0 && !IS_ONE_OF(unit, units))
            return false;
        at += letters;
        at += strspn(at, " \t");
    }
    return true;
}

/* "1024", "512K:1G", "infinity" */
static bool is_limit(const char *value)
{
    for (const char *at = value;; at++) {
        size_t length = strcspn(at, ":");

        if (!(length == 8 && strncmp(at, "infinity", 8) == 0) &&
            !isdigit((unsigned char)at[*at == '+' || *at == '-' ? 1 : 0]))
            return false;
        at += length;
        if (*at == '\0')
            return true;
    }
}

static bool is_output(const char *value)
{
    static const char *const words[] = {
        "inherit",       "null",   "tty", "journal",         "kmsg",
        "syslog",        "socket", "fd",  "journal+console", "kmsg+console",
        "syslog+console"};

    return IS_ONE_OF(value, words) || text_starts(value, "fd:") || text_starts(value, "file:") ||
           text_starts(value, "append:") || text_starts(value, "truncate:");
}

static const char *const booleans[] = {
    "RemainAfterExit",  "GuessMainPID",      "NoNewPrivileges",  "PrivateDevices",
    "PrivateNetwork",   "PrivateTmp",        "SendSIGHUP",       "SendSIGKILL",
    "StopWhenUnneeded", "RefuseManualStart", "RefuseManualStop", "DefaultDependencies",
    "CPUAccounting",    "MemoryAccounting",  "TasksAccounting",  "MemoryDenyWriteExecute",
    "RestrictRealtime", "LockPersonality",   "Persistent",       "WakeSystem",
    "DynamicUser",      "TTYReset",          "TTYVHangup",       "Accept",
    "ReusePort",        "FreeBind",          "RemoveOnStop",     "MakeDirectory",
    "IgnoreSIGPIPE"};
static const char *const spans[] = {
    "RestartSec",         "TimeoutStartSec",       "TimeoutStopSec",
    "TimeoutSec",         "WatchdogSec",           "OnBootSec",
    "OnActiveSec",        "OnStartupSec",          "OnUnitActiveSec",
    "OnUnitInactiveSec",  "AccuracySec",           "RuntimeMaxSec",
    "RandomizedDelaySec", "StartLimitIntervalSec", "JobTimeoutSec"};
static const char *const outputs[] = {"StandardOutput", "StandardError"};

static bool is_valid(const struct unit_reader *reader)
{
    const char *value = reader->value;

    if (*value == '\0' || strchr(value, '%') != NULL)
        return true;
    if (IS_ONE_OF(reader->name, booleans))
        return is_boolean(value);
    if (IS_ONE_OF(reader->name, spans))
        return is_time_span(value);
    if (IS_ONE_OF(reader->name, outputs))
        return is_output(value);
    if (text_equal(reader->name, "OnCalendar"))
        return unit_calendar_is_valid(value);
    return !text_starts(reader->name, "Limit") || is_limit(value);
}

void unit_check_syntax(const struct unit_reader *reader, unsigned release, const char *path,
                       struct findings *findings)
{
    bool timer = text_equal(reader->section, "Timer") && text_starts(reader->name, "On");
    struct finding *row;

    if (reader->section == NULL || text_starts(reader->section, "X-"))
        return;
    if (is_command(reader)) {
        check_command(reader, release, path, findings);
        return;
    }
    if (is_valid(reader))
        return;
    row = add(reader, path, findings, FINDING_UNIT_VALUE);
    if (!timer)
        row->severity = SEVERITY_WARN;
    finding_set_found(row, "systemd cannot parse '%s' as a value of %s=, and ignores the line%s",
                      reader->value, reader->name,
                      timer ? ": the timer does not start at that time" : "");
    finding_set_remedy(row, "write it as in systemd.syntax(7) and systemd.time(7); try it with "
                            "'systemd-analyze verify'");
}
