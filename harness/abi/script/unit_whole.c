/* SPDX-License-Identifier: Apache-2.0 */
/* What makes systemd refuse to load a unit: service_verify, socket_verify, timer_verify and
 * path_verify of its src/core. */
#include <stdlib.h>
#include <string.h>

#include "abi/script/unit.h"
#include "abi/script/unit_reader.h"

#define RESTARTS_ONESHOT 244 /* from this version on, oneshot accepts Restart=on-failure */

struct whole {
    const struct unit_parts *parts;
    unsigned release;
    struct findings *findings;
    unsigned starts, stops; /* commands of ExecStart= and ExecStop= */
    bool succeeds, remains, accepts;
    bool listens, elapses, watches;
    char *type, *restart, *bus, *triggered;
    size_t part;                     /* of the line that is read */
    size_t restart_part, start_part; /* of the last Restart= and ExecStart= */
    unsigned line, restart_line, start_line;
};

static void refuse(struct whole *whole, size_t part, unsigned line, const char *directive,
                   const char *found, const char *remedy)
{
    struct finding *row = findings_add(whole->findings, FINDING_UNIT_REFUSED,
                                       whole->parts->items[part].path, directive, NULL, NULL);

    row->line = line;
    finding_set_found(row, "%s", found);
    finding_set_remedy(row, "%s", remedy);
}

/* Counts the commands of a line; a relative path is none, and makes systemd refuse the unit unless
 * the line begins with '-'. */
static void count_commands(struct whole *whole, const struct unit_reader *reader, unsigned *count)
{
    const char *at = reader->value + strspn(reader->value, "@-:+!|\"' ");
    size_t length = strcspn(at, " \t\"'");
    bool optional = memchr(reader->value, '-', (size_t)(at - reader->value)) != NULL;
    _cleanup_free_ char *name = text_ndup(at, length);
    struct finding *row;

    if (reader->value[0] == '\0')
        *count = 0;
    if (length == 0)
        return;
    if (name[0] == '/' || name[0] == '%' || strchr(name, '/') == NULL) {
        ++*count;
        return;
    }
    row = findings_add(whole->findings, FINDING_UNIT_REFUSED, whole->parts->items[whole->part].path,
                       reader->name, name, NULL);
    row->line = reader->line;
    if (optional)
        row->severity = SEVERITY_WARN;
    finding_set_found(row, "'%s' is neither an absolute path nor a name without '/': systemd %s",
                      name, optional ? "ignores the line" : "refuses the unit");
    finding_set_remedy(row, "write the whole path, from '/' on");
    *count += !optional; /* it is reported once */
}

static void read_service(struct whole *whole, const struct unit_reader *reader)
{
    const char *name = reader->name;

    if (text_equal(name, "ExecStart")) {
        count_commands(whole, reader, &whole->starts);
        whole->start_part = whole->part;
        whole->start_line = reader->line;
    } else if (text_equal(name, "ExecStop")) {
        count_commands(whole, reader, &whole->stops);
    } else if (text_starts(name, "Exec")) {
        unsigned ignored = 0;

        count_commands(whole, reader, &ignored);
    } else if (text_equal(name, "Type")) {
        text_replace(&whole->type, reader->value);
    } else if (text_equal(name, "Restart")) {
        text_replace(&whole->restart, reader->value);
        whole->restart_part = whole->part;
        whole->restart_line = reader->line;
    } else if (text_equal(name, "BusName")) {
        text_replace(&whole->bus, reader->value);
    } else if (text_equal(name, "RemainAfterExit")) {
        whole->remains = unit_reader_is_true(reader);
    }
}

static void read_trigger(struct whole *whole, const struct unit_reader *reader)
{
    static const char *const watched[] = {"PathExists", "PathExistsGlob", "PathChanged",
                                          "PathModified", "DirectoryNotEmpty"};
    const char *name = reader->name;
    bool socket = text_equal(reader->section, "Socket");

    if (text_equal(name, socket ? "Service" : "Unit"))
        text_replace(&whole->triggered, reader->value);
    if (socket && text_equal(name, "Accept"))
        whole->accepts = unit_reader_is_true(reader);
    whole->listens |= socket && text_starts(name, "Listen") && reader->value[0] != '\0';
    whole->elapses |=
        text_equal(reader->section, "Timer") && text_starts(name, "On") && reader->value[0] != '\0';
    for (size_t i = 0; i < sizeof(watched) / sizeof(watched[0]); i++)
        whole->watches |= text_equal(name, watched[i]);
}

static void read_parts(struct whole *whole)
{
    for (whole->part = 0; whole->part < whole->parts->count; whole->part++) {
        _cleanup_unit_reader_ struct unit_reader reader = {
            .at = whole->parts->items[whole->part].text, .next = 1};

        while (unit_reader_next(&reader)) {
            if (text_equal(reader.section, "Service"))
                read_service(whole, &reader);
            else if (text_equal(reader.section, "Socket") || text_equal(reader.section, "Timer") ||
                     text_equal(reader.section, "Path"))
                read_trigger(whole, &reader);
            whole->succeeds |=
                text_equal(reader.name, "SuccessAction") && !text_equal(reader.value, "none");
        }
    }
}

static void check_restart(struct whole *whole)
{
    const char *restart = whole->restart != NULL ? whole->restart : "no";
    bool always = text_equal(restart, "always") || text_equal(restart, "on-success");

    if (always)
        refuse(
            whole, whole->restart_part, whole->restart_line, "Restart",
            "Type=oneshot does not allow Restart=always and on-success: systemd refuses the unit",
            "use Type=simple, or Restart=on-failure (systemd 244 and later)");
    else if (whole->release > 0 && whole->release < RESTARTS_ONESHOT && restart[0] != '\0' &&
             !text_equal(restart, "no"))
        refuse(whole, whole->restart_part, whole->restart_line, "Restart",
               "before systemd 244, Type=oneshot does not allow Restart=: it refuses the unit",
               "use Type=simple, or leave Restart= out");
}

static void check_service(struct whole *whole)
{
    const char *type = whole->type != NULL && whole->type[0] != '\0' ? whole->type
                       : whole->bus != NULL                          ? "dbus"
                       : whole->starts == 0                          ? "oneshot"
                                                                     : "simple";
    bool oneshot = text_equal(type, "oneshot");

    if (oneshot)
        check_restart(whole);
    if (whole->starts == 0 && !oneshot)
        refuse(
            whole, 0, 0, "ExecStart",
            "no ExecStart=, without which only Type=oneshot is accepted: systemd refuses the unit",
            "add ExecStart=");
    else if (whole->starts == 0 && !whole->succeeds && (whole->stops == 0 || !whole->remains))
        refuse(whole, 0, 0, "ExecStart",
               "neither ExecStart=, SuccessAction= nor ExecStop= with RemainAfterExit=yes: systemd "
               "refuses the unit",
               "add ExecStart=");
    if (whole->starts > 1 && !oneshot)
        refuse(
            whole, whole->start_part, whole->start_line, "ExecStart",
            "more than one ExecStart=, which only Type=oneshot accepts: systemd refuses the unit",
            "keep one, after an empty 'ExecStart=' in a drop-in, or use ExecStartPre=");
    if (text_equal(type, "dbus") && (whole->bus == NULL || whole->bus[0] == '\0'))
        refuse(whole, 0, 0, "BusName", "Type=dbus without BusName=: systemd refuses the unit",
               "add BusName=");
}

/* The name without its type, "@" and an instance: "a" of "a@b.socket". */
static char *triggered_name(const struct whole *whole, const char *name)
{
    size_t stem = strcspn(name, "@");
    const char *dot = strrchr(name, '.');
    bool template = name[stem] == '@';

    if (whole->triggered != NULL && whole->triggered[0] != '\0')
        return strchr(whole->triggered, '%') == NULL ? text_dup(whole->triggered) : NULL;
    if (!template && dot != NULL)
        stem = (size_t)(dot - name);
    return text_format("%.*s%s.service", (int)stem, name, template || whole->accepts ? "@" : "");
}

char *unit_check_whole(const struct unit_parts *parts, const char *name, unsigned release,
                       struct findings *findings)
{
    struct whole whole = {.parts = parts, .release = release, .findings = findings};
    char *triggered = NULL;

    read_parts(&whole);
    if (text_ends(name, ".service")) {
        check_service(&whole);
    } else if (text_ends(name, ".socket")) {
        triggered = triggered_name(&whole, name);
        if (!whole.listens)
            refuse(&whole, 0, 0, "ListenStream", "no Listen line: systemd refuses the unit",
                   "say what it listens on");
        if (whole.accepts && whole.triggered != NULL)
            refuse(&whole, 0, 0, "Service", "Accept=yes with Service=: systemd refuses the unit",
                   "name the service's template as the socket");
    } else if (text_ends(name, ".timer")) {
        triggered = triggered_name(&whole, name);
        if (!whole.elapses)
            refuse(&whole, 0, 0, "OnCalendar", "no line says when: systemd refuses the unit",
                   "add OnCalendar= or another such line");
    } else if (text_ends(name, ".path")) {
        triggered = triggered_name(&whole, name);
        if (!whole.watches)
            refuse(&whole, 0, 0, "PathExists", "no path is watched: systemd refuses the unit",
                   "add PathExists= or another such line");
    }
    free(whole.type);
    free(whole.restart);
    free(whole.bus);
    free(whole.triggered);
    return triggered;
}
