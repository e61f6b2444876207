/* SPDX-License-Identifier: Apache-2.0 */
/* Parses unit files line by line: systemd.syntax(7). */
#include "abi/script/unit.h"

#include <ctype.h>
#include <string.h>

#include "base/cleanup.h"

static const struct directive {
    const char *name;
    unsigned since;
} directives[] = {
#define DIRECTIVE(name, since) {name, since},
#include "abi/script/unit_directives.def"
#undef DIRECTIVE
};

static const struct value {
    const char *directive, *value;
    unsigned since;
} values[] = {
#define VALUE(directive, value, since) {directive, value, since},
#include "abi/script/unit_values.def"
#undef VALUE
};

/* Values of Type= in all versions: systemd.service(5). */
static const char *const types[] = {"simple", "forking", "oneshot", "dbus",
                                    "notify", "idle",    "exec",    "notify-reload"};

bool unit_is_one(const char *path)
{
    static const char *const kinds[] = {".service", ".socket", ".timer", ".path",
                                        ".mount",   ".slice",  ".target"};

    if (strstr(path, "/systemd/system/") == NULL && strstr(path, "/systemd/user/") == NULL)
        return false;
    if (text_ends(path, ".conf"))
        return strstr(path, ".d/") != NULL;
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (text_ends(path, kinds[i]))
            return true;
    return false;
}

bool unit_is_sysusers(const char *path)
{
    return strstr(path, "/sysusers.d/") != NULL && text_ends(path, ".conf");
}

struct unit_reader {
    const char *at;
    unsigned next; /* line number of the next line */
    unsigned line; /* line number of the assignment */
    char *section, *name, *value;
};

static void reader_done(struct unit_reader *reader)
{
    free(reader->section);
    free(reader->name);
    free(reader->value);
}

/* Reads a line with its continuation lines; comments between them are skipped. */
static char *read_line(struct unit_reader *reader)
{
    struct buffer line = {0};
    bool more = true;

    reader->line = reader->next;
    while (more && *reader->at != '\0') {
        size_t length = strcspn(reader->at, "\n"), kept = length;
        const char *begin = reader->at;

        reader->at += length + (reader->at[length] == '\n');
        reader->next++;
        if (begin[0] == '#' || begin[0] == ';') {
            more = line.length > 0;
            continue;
        }
        while (kept > 0 && isspace((unsigned char)begin[kept - 1]))
            kept--;
        more = kept > 0 && begin[kept - 1] == '\\';
        buffer_add(&line, begin, kept - more);
        if (more)
            buffer_add(&line, " ", 1);
    }
    return buffer_steal(&line);
}

/* Reads the next "NAME=VALUE". */
static bool next_assignment(struct unit_reader *reader)
{
    while (*reader->at != '\0') {
        _cleanup_free_ char *line = read_line(reader);
        char *text = line + strspn(line, " \t"), *equals = strchr(text, '='), *end;

        if (*text == '[') {
            free(reader->section);
            reader->section = text_ndup(text + 1, strcspn(text + 1, "]"));
            continue;
        }
        if (equals == NULL)
            continue;
        for (end = equals; end > text && (end[-1] == ' ' || end[-1] == '\t'); end--)
            ;
        free(reader->name);
        free(reader->value);
        reader->name = text_ndup(text, (size_t)(end - text));
        reader->value = text_dup(equals + 1 + strspn(equals + 1, " \t"));
        return true;
    }
    return false;
}

static void check_type(const struct unit_reader *reader, const char *path,
                       struct findings *findings)
{
    struct finding *row;

    if (!text_equal(reader->name, "Type") || !text_equal(reader->section, "Service") ||
        reader->value[0] == '\0')
        return;
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        if (text_equal(reader->value, types[i]))
            return;
    row = findings_add(findings, FINDING_UNIT_VALUE, path, "Type", reader->value, NULL);
    row->line = reader->line;
    finding_set_found(row, "no release of systemd supports Type=%s", reader->value);
}

static void check_directive(const struct unit_reader *reader, unsigned release, const char *path,
                            struct findings *findings)
{
    for (size_t i = 0; i < sizeof(directives) / sizeof(directives[0]); i++) {
        struct finding *row;

        if (!text_equal(directives[i].name, reader->name) || directives[i].since <= release)
            continue;
        row = findings_add(findings, FINDING_UNIT_DIRECTIVE, path, reader->name, NULL, NULL);
        row->line = reader->line;
        finding_set_found(row, "systemd %u ignores it: %s= was added in %u", release,
                          directives[i].name, directives[i].since);
    }
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        size_t length = strlen(values[i].value);
        struct finding *row;

        if (!text_equal(values[i].directive, reader->name) || values[i].since <= release ||
            strncmp(reader->value, values[i].value, length) != 0 ||
            (reader->value[length] != '\0' && reader->value[length] != ':'))
            continue;
        row = findings_add(findings, FINDING_UNIT_VALUE, path, reader->name, values[i].value, NULL);
        row->line = reader->line;
        finding_set_found(row, "systemd %u ignores the line: %s=%s was added in %u", release,
                          reader->name, values[i].value, values[i].since);
        if (text_equal(values[i].value, "notify-reload"))
            finding_set_remedy(row,
                               "use Type=notify with ExecReload=, which every release supports");
        if (text_equal(values[i].value, "exec"))
            finding_set_remedy(row, "use Type=simple, which every release supports");
    }
}

void unit_check_text(const char *path, const char *text, unsigned release,
                     struct findings *findings)
{
    _cleanup_(reader_done) struct unit_reader reader = {.at = text, .next = 1};

    while (next_assignment(&reader)) {
        check_type(&reader, path, findings);
        if (release > 0)
            check_directive(&reader, release, path, findings);
    }
}

static struct unit_need *add_need(struct unit_needs *needs, const struct unit_reader *reader,
                                  enum unit_need_kind kind, const char *directive, char *name)
{
    struct unit_need *need = vec_add(needs);

    need->kind = kind;
    need->name = name;
    need->directive = directive;
    need->line = reader->line;
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
        else
            buffer_add(&word, *at, 1);
    }
    return buffer_steal(&word);
}

/* Prefixes of Exec lines: systemd.service(5), "Special executable prefixes". */
static void read_program(struct unit_needs *needs, const struct unit_reader *reader,
                         const char *directive)
{
    const char *at = reader->value;
    struct unit_need *need;
    bool optional = false;
    char *name, *word;

    for (; *at != '\0' && strchr("@-:+!|", *at) != NULL; at++)
        optional = optional || *at == '-';
    name = next_word(&at);
    if (name == NULL || strpbrk(name, "%$") != NULL) {
        free(name);
        return;
    }
    need = add_need(needs, reader, UNIT_NEEDS_PROGRAM, directive, name);
    need->optional = optional;
    if (!text_ends(name, "sh"))
        return;
    while (need->code == NULL && (word = next_word(&at)) != NULL) {
        if (word[0] == '-' && text_ends(word, "c"))
            need->code = next_word(&at);
        free(word);
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

static void read_names(struct unit_needs *needs, const struct unit_reader *reader,
                       enum unit_need_kind kind, const char *directive)
{
    _cleanup_strv_ struct strv names = {0};

    strv_split(&names, reader->value, " \t");
    for (size_t i = 0; i < names.count; i++) {
        bool plain = kind == UNIT_NEEDS_UNIT ? !is_made(names.items[i])
                                             : strchr(names.items[i], '%') == NULL &&
                                                   !isdigit((unsigned char)names.items[i][0]);

        if (plain)
            add_need(needs, reader, kind, directive, text_dup(names.items[i]));
    }
}

/* "ConditionFileIsExecutable=/usr/bin/x": if it is missing, the unit is skipped. */
static void take_condition(struct unit_needs *needs, const char *path)
{
    vec_foreach (need, needs)
        if (need->kind == UNIT_NEEDS_PROGRAM && text_equal(need->name, path))
            need->optional = true;
}

void unit_needs_read(const char *text, struct unit_needs *ret_needs)
{
    static const struct {
        const char *directive;
        enum unit_need_kind kind;
    } rows[] = {
        {"ExecStart", UNIT_NEEDS_PROGRAM},
        {"ExecStartPre", UNIT_NEEDS_PROGRAM},
        {"ExecStartPost", UNIT_NEEDS_PROGRAM},
        {"ExecCondition", UNIT_NEEDS_PROGRAM},
        {"ExecReload", UNIT_NEEDS_PROGRAM},
        {"ExecStop", UNIT_NEEDS_PROGRAM},
        {"ExecStopPre", UNIT_NEEDS_PROGRAM},
        {"ExecStopPost", UNIT_NEEDS_PROGRAM},
        {"User", UNIT_NEEDS_USER},
        {"SocketUser", UNIT_NEEDS_USER},
        {"Group", UNIT_NEEDS_GROUP},
        {"SocketGroup", UNIT_NEEDS_GROUP},
        {"SupplementaryGroups", UNIT_NEEDS_GROUP},
        {"Requires", UNIT_NEEDS_UNIT},
        {"Requisite", UNIT_NEEDS_UNIT},
        {"BindsTo", UNIT_NEEDS_UNIT},
    };
    _cleanup_(reader_done) struct unit_reader reader = {.at = text, .next = 1};
    _cleanup_strv_ struct strv conditions = {0};
    bool dynamic = false;
    size_t kept = 0;

    *ret_needs = (struct unit_needs){0};
    while (next_assignment(&reader)) {
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
            if (text_equal(rows[i].directive, reader.name)) {
                if (rows[i].kind == UNIT_NEEDS_PROGRAM)
                    read_program(ret_needs, &reader, rows[i].directive);
                else
                    read_names(ret_needs, &reader, rows[i].kind, rows[i].directive);
            }
        if (text_equal(reader.name, "DynamicUser"))
            dynamic = text_equal(reader.value, "yes") || text_equal(reader.value, "true") ||
                      text_equal(reader.value, "1") || text_equal(reader.value, "on");
        if (text_equal(reader.name, "ConditionFileIsExecutable") ||
            text_equal(reader.name, "ConditionPathExists"))
            strv_add(&conditions, reader.value);
    }
    for (size_t i = 0; i < conditions.count && i < 100; i++)
        take_condition(ret_needs, conditions.items[i]);
    for (size_t i = 0; i < ret_needs->count; i++) {
        struct unit_need need = ret_needs->items[i];

        if (dynamic && (text_equal(need.directive, "User") || text_equal(need.directive, "Group")))
            free(need.name);
        else
            ret_needs->items[kept++] = need;
    }
    ret_needs->count = kept;
}

void unit_needs_done(struct unit_needs *needs)
{
    vec_foreach (need, needs) {
        free(need->name);
        free(need->code);
    }
    vec_done(needs);
}
