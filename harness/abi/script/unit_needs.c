/* SPDX-License-Identifier: Apache-2.0 */
/* What a unit requires: systemd.service(5), systemd.exec(5), systemd.unit(5). */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "abi/script/invocation.h"
#include "abi/script/unit.h"
#include "abi/script/unit_reader.h"
#include "base/path.h"

#define NEEDS_MAX 10000 /* of one unit */
#define CONDITIONS_MAX 100

static const struct row {
    const char *directive;
    enum unit_need_kind kind;
    bool one; /* a later value replaces an earlier one */
} rows[] = {
    {"ExecStart", UNIT_NEEDS_PROGRAM, false},
    {"ExecStartPre", UNIT_NEEDS_PROGRAM, false},
    {"ExecStartPost", UNIT_NEEDS_PROGRAM, false},
    {"ExecCondition", UNIT_NEEDS_PROGRAM, false},
    {"ExecReload", UNIT_NEEDS_PROGRAM, false},
    {"ExecStop", UNIT_NEEDS_PROGRAM, false},
    {"ExecStopPre", UNIT_NEEDS_PROGRAM, false},
    {"ExecStopPost", UNIT_NEEDS_PROGRAM, false},
    {"User", UNIT_NEEDS_USER, true},
    {"SocketUser", UNIT_NEEDS_USER, true},
    {"Group", UNIT_NEEDS_GROUP, true},
    {"SocketGroup", UNIT_NEEDS_GROUP, true},
    {"SupplementaryGroups", UNIT_NEEDS_GROUP, false},
    {"Requires", UNIT_NEEDS_UNIT, false},
    {"Requisite", UNIT_NEEDS_UNIT, false},
    {"BindsTo", UNIT_NEEDS_UNIT, false},
    {"EnvironmentFile", UNIT_NEEDS_FILE, false},
    {"WorkingDirectory", UNIT_NEEDS_FOLDER, true},
    {"RootDirectory", UNIT_NEEDS_FOLDER, true},
    {"AssertPathExists", UNIT_NEEDS_FILE, false},
    {"AssertPathIsDirectory", UNIT_NEEDS_FOLDER, false},
    {"ReadWritePaths", UNIT_NEEDS_FOLDER, false},
    {"ReadOnlyPaths", UNIT_NEEDS_FOLDER, false},
    {"ReadWriteDirectories", UNIT_NEEDS_FOLDER, false},
    {"ReadOnlyDirectories", UNIT_NEEDS_FOLDER, false},
};

struct reading {
    struct unit_reader reader;
    size_t part;
    struct unit_needs *needs;
    struct strv conditions;
    struct strv made; /* folders that systemd makes for the unit: StateDirectory= and others */
    bool dynamic;     /* DynamicUser=yes */
};

static struct unit_need *add_need(struct reading *reading, enum unit_need_kind kind,
                                  const char *directive, const char *name)
{
    struct unit_need *need = vec_add(reading->needs);

    need->kind = kind;
    need->name = text_dup(name);
    need->directive = directive;
    need->line = reading->reader.line;
    need->part = reading->part;
    return need;
}

/* Returns the next word of a command line, unquoted. NULL at the end. */
static char *next_word(const char **at)
{
    struct buffer word = {0};
    char quote = '\0';

    *at += strspn(*at, " \t");
    if (**at == '\0')
        return NULL;
    for (; **at != '\0' && (quote != '\0' || (**at != ' ' && **at != '\t')); (*at)++) {
        if (quote == '\0' && (**at == '"' || **at == '\''))
            quote = **at;
        else if (**at == quote)
            quote = '\0';
        else if (**at == '\\' && (*at)[1] != '\0' && strchr("\"'\\", (*at)[1]) != NULL)
            buffer_add(&word, ++*at, 1);
        else
            buffer_add(&word, *at, 1);
    }
    return buffer_steal(&word);
}

static bool is_constant(const char *name)
{
    return strpbrk(name, "%$") == NULL;
}

/* "$$" and "%%" are one character. */
static char *unescaped(const char *text)
{
    _cleanup_buffer_ struct buffer code = {0};

    buffer_add(&code, "", 0);
    for (; *text != '\0'; text++) {
        buffer_add(&code, text, 1);
        text += (*text == '$' || *text == '%') && text[1] == *text;
    }
    return buffer_steal(&code);
}

/* "sh -c CODE", "python3 /opt/x.py": the words after an interpreter. */
static void read_arguments(struct reading *reading, const struct strv *words, size_t at,
                           bool optional)
{
    struct unit_need *need = &reading->needs->items[reading->needs->count - 1];
    const char *directive = need->directive, *argument;
    bool code;

    at = invocation_argument(words, at, &code);
    argument = at > 0 ? words->items[at] : "";
    if (code)
        need->code = unescaped(argument);
    else if (argument[0] == '/' && is_constant(argument))
        add_need(reading, UNIT_NEEDS_SCRIPT, directive, argument)->optional = optional;
}

static void read_command(struct reading *reading, const char *directive, const struct strv *words,
                         bool optional)
{
    size_t last;

    if (!is_constant(words->items[0]))
        return;
    add_need(reading, UNIT_NEEDS_PROGRAM, directive, words->items[0])->optional = optional;
    last = invocation_program(words, 0);
    if (last > 0 && last < words->count) {
        struct unit_need *need;

        if (!is_constant(words->items[last]))
            return;
        need = add_need(reading, UNIT_NEEDS_PROGRAM, directive, words->items[last]);
        need->optional = optional;
        need->by_name = true;
    }
    if (last < words->count)
        read_arguments(reading, words, last, optional);
}

/* Prefixes of Exec lines: systemd.service(5), "Special executable prefixes". A word ";" begins
 * another command. */
static void read_programs(struct reading *reading, const char *directive)
{
    const char *at = reading->reader.value;

    while (*at != '\0') {
        _cleanup_strv_ struct strv words = {0};
        bool optional = false, named = false;
        char *word;

        for (at += strspn(at, " \t"); *at != '\0' && strchr("@-:+!|", *at) != NULL; at++) {
            optional = optional || *at == '-';
            named = named || *at == '@';
        }
        while ((word = next_word(&at)) != NULL && !text_equal(word, ";")) {
            /* the second word is argv[0] */
            if (named && words.count == 1) {
                named = false;
                free(word);
            } else {
                strv_take(&words, word);
            }
        }
        free(word);
        if (words.count > 0)
            read_command(reading, directive, &words, optional);
    }
}

/* Units that systemd provides itself or generates from fstab and devices. */
static bool is_made(const char *unit)
{
    static const char *const ends[] = {".device", ".mount", ".automount",
                                       ".swap",   ".slice", ".scope"};

    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
        if (text_ends(unit, ends[i]))
            return true;
    return strchr(unit, '%') != NULL;
}

static void read_names(struct reading *reading, enum unit_need_kind kind, const char *directive)
{
    _cleanup_strv_ struct strv names = {0};

    strv_split(&names, reading->reader.value, " \t");
    for (size_t i = 0; i < names.count; i++) {
        const char *name = names.items[i];
        bool path = kind == UNIT_NEEDS_FILE || kind == UNIT_NEEDS_FOLDER;
        bool optional = path && *name == '-';

        name += path ? strspn(name, "-+") : 0;
        if (path ? *name == '/' && strpbrk(name, "%$*?[") == NULL
            : kind == UNIT_NEEDS_UNIT
                ? !is_made(name)
                : strchr(name, '%') == NULL && !isdigit((unsigned char)name[0]))
            add_need(reading, kind, directive, name)->optional = optional;
    }
}

static void read_made(struct reading *reading)
{
    static const struct {
        const char *directive, *below;
    } folders[] = {{"StateDirectory", "/var/lib"},
                   {"CacheDirectory", "/var/cache"},
                   {"LogsDirectory", "/var/log"},
                   {"RuntimeDirectory", "/run"},
                   {"ConfigurationDirectory", "/etc"}};

    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
        _cleanup_strv_ struct strv names = {0};

        if (!text_equal(folders[i].directive, reading->reader.name))
            continue;
        strv_split(&names, reading->reader.value, " \t");
        for (size_t n = 0; n < names.count; n++)
            strv_take(&reading->made, text_format("%s/%s", folders[i].below, names.items[n]));
    }
}

static void free_need(struct unit_need *need)
{
    free(need->name);
    free(need->code);
}

/* Removes what an earlier line of this directive required. */
static void reset(struct reading *reading, const char *directive)
{
    size_t kept = 0;

    for (size_t i = 0; i < reading->needs->count; i++) {
        struct unit_need need = reading->needs->items[i];

        if (text_equal(need.directive, directive))
            free_need(&need);
        else
            reading->needs->items[kept++] = need;
    }
    reading->needs->count = kept;
}

static void read_assignment(struct reading *reading)
{
    struct unit_reader *reader = &reading->reader;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (!text_equal(rows[i].directive, reader->name))
            continue;
        if (rows[i].one || reader->value[0] == '\0')
            reset(reading, rows[i].directive);
        if (reading->needs->count >= NEEDS_MAX)
            return;
        if (rows[i].kind == UNIT_NEEDS_PROGRAM)
            read_programs(reading, rows[i].directive);
        else
            read_names(reading, rows[i].kind, rows[i].directive);
        return;
    }
    if (text_equal(reader->name, "DynamicUser"))
        reading->dynamic = unit_reader_is_true(reader);
    if (text_starts(reader->name, "Condition") && reader->value[0] == '/' &&
        reading->conditions.count < CONDITIONS_MAX)
        strv_add(&reading->conditions, reader->value);
    read_made(reading);
}

static bool is_below(const char *path, const char *folder)
{
    size_t length = strlen(folder);

    return strncmp(path, folder, length) == 0 && (path[length] == '\0' || path[length] == '/');
}

/* systemd itself provides it. */
static bool is_provided(const struct reading *reading, const struct unit_need *need)
{
    if (reading->dynamic &&
        (text_equal(need->directive, "User") || text_equal(need->directive, "Group")))
        return true;
    /* It marks the initrd, in which such units run (systemd's initrd interface). */
    if (text_starts(need->directive, "Assert") && text_equal(need->name, "/etc/initrd-release"))
        return true;
    for (size_t i = 0; need->kind == UNIT_NEEDS_FOLDER && i < reading->made.count; i++)
        if (is_below(need->name, reading->made.items[i]) ||
            is_below(reading->made.items[i], need->name))
            return true;
    return false;
}

void unit_needs_read(const struct unit_parts *parts, struct unit_needs *ret_needs)
{
    struct reading reading = {.needs = ret_needs};
    size_t kept = 0;

    *ret_needs = (struct unit_needs){0};
    for (reading.part = 0; reading.part < parts->count; reading.part++) {
        reading.reader = (struct unit_reader){.at = parts->items[reading.part].text, .next = 1};
        while (unit_reader_next(&reading.reader))
            read_assignment(&reading);
        unit_reader_done(&reading.reader);
    }
    for (size_t i = 0; i < ret_needs->count; i++) {
        struct unit_need need = ret_needs->items[i];

        /* "ConditionFileIsExecutable=/usr/bin/x": if it is missing, the unit is skipped. */
        need.optional = need.optional || strv_has(&reading.conditions, need.name);
        for (size_t c = 0; need.code != NULL && c < reading.conditions.count; c++)
            need.optional |= strstr(need.code, reading.conditions.items[c]) != NULL;
        if (is_provided(&reading, &need))
            free_need(&need);
        else
            ret_needs->items[kept++] = need;
    }
    ret_needs->count = kept;
    strv_done(&reading.conditions);
    strv_done(&reading.made);
}

void unit_needs_done(struct unit_needs *needs)
{
    vec_foreach (need, needs)
        free_need(need);
    vec_done(needs);
}
