/* SPDX-License-Identifier: Apache-2.0 */
/* Which files are units, and directives and values that came with later releases of systemd. */
#include "abi/script/unit.h"

#include <string.h>

#include "abi/script/unit_syntax.h"

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

bool unit_is_declaration(const char *path)
{
    return unit_is_sysusers(path) ||
           (strstr(path, "/tmpfiles.d/") != NULL && text_ends(path, ".conf"));
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

/* A section that systemd does not know: it ignores all lines of it. "X-…" is for other programs. */
static bool is_section(const char *name)
{
    static const char *const sections[] = {"Unit",      "Install", "Service", "Socket",
                                           "Timer",     "Path",    "Mount",   "Slice",
                                           "Automount", "Swap",    "Scope"};

    for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++)
        if (text_equal(name, sections[i]))
            return true;
    return text_starts(name, "X-");
}

static void check_section(const struct unit_reader *reader, const char *path,
                          struct findings *findings)
{
    struct finding *row;

    if (reader->section != NULL && is_section(reader->section))
        return;
    row = findings_add(findings, FINDING_UNIT_VALUE, path, reader->name, reader->section, NULL);
    row->line = reader->line;
    if (reader->section == NULL)
        finding_set_found(row, "%s= is before the first section: systemd ignores it", reader->name);
    else
        finding_set_found(row, "systemd knows no section [%s], and ignores %s= in it",
                          reader->section, reader->name);
    finding_set_remedy(row, "write the section as systemd spells it, as in [Service]");
}

void unit_check_text(const char *path, const char *text, unsigned release,
                     struct findings *findings)
{
    _cleanup_unit_reader_ struct unit_reader reader = {.at = text, .next = 1};

    while (unit_reader_next(&reader)) {
        check_section(&reader, path, findings);
        check_type(&reader, path, findings);
        unit_check_syntax(&reader, release, path, findings);
        if (release > 0)
            check_directive(&reader, release, path, findings);
    }
}
