/* SPDX-License-Identifier: Apache-2.0 */
/*
 * compatibility_testing.conf of the Kunpeng compatibility tool: the product's processes, and the
 * commands that start, stop and load it. The tool looks whether the processes exist after a start
 * and are gone after a stop; so do these cases.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"
#include "base/text.h"
#include "import/draft.h"

enum { SETTLE_S = 30, MINUTES = 15 /* the tool's run when the configuration does not say */ };

struct configuration {
    char *names, *start, *stop, *load;
    uint64_t minutes;
};

static void configuration_done(struct configuration *all)
{
    free(all->names);
    free(all->start);
    free(all->stop);
    free(all->load);
}

bool kunpeng_is(const char *source)
{
    return strcmp(path_base(source), "compatibility_testing.conf") == 0;
}

/* The value after '=', without blanks and a comment behind it. Caller frees. */
static char *value_of(const char *text)
{
    const char *hash = strstr(text, " #");
    size_t length = hash != NULL ? (size_t)(hash - text) : strlen(text);

    while (length > 0 && isspace((unsigned char)*text)) {
        text++;
        length--;
    }
    while (length > 0 && isspace((unsigned char)text[length - 1]))
        length--;
    return text_ndup(text, length);
}

static void read_line(struct configuration *all, struct draft *draft, char *line)
{
    char *equals = strchr(line, '=');
    _cleanup_free_ char *value = NULL;
    char **place = NULL;

    if (*line == '#' || equals == NULL)
        return;
    *equals = '\0';
    value = value_of(equals + 1);
    if (strcmp(line, "application_names") == 0)
        place = &all->names;
    else if (strcmp(line, "start_app_commands") == 0)
        place = &all->start;
    else if (strcmp(line, "stop_app_commands") == 0)
        place = &all->stop;
    else if (strcmp(line, "start_performance_scripts") == 0)
        place = &all->load;
    else if (text_ends(line, "minutes"))
        text_parse_u64(value, line, 1, 10000, &all->minutes, NULL);
    else if (*value != '\0')
        draft_note(draft, "Setting `%s=%s` is not mapped", line, value);
    if (place != NULL) {
        free(*place);
        *place = steal_ptr(value);
    }
}

/* A loop in sh that waits until all processes exist (want 1) or none does (want 0). */
static char *wait_for(const struct strv *names, bool wanted)
{
    _cleanup_buffer_ struct buffer text = {0};

    buffer_format(&text, "left=$((%d * TOUCHSTONE_TIMEOUT_SCALE))\n", SETTLE_S);
    for (size_t i = 0; i < names->count; i++) {
        _cleanup_free_ char *name = value_of(names->items[i]);
        _cleanup_free_ char *quoted = draft_quote(name);

        if (*name == '\0')
            continue;
        /* The runner's own command line does not contain the name. */
        buffer_format(
            &text,
            "name=%s\n"
            "while :; do\n"
            "    found=no\n"
            "    for file in /proc/[0-9]*/cmdline; do\n"
            "        pid=${file#/proc/} pid=${pid%%/cmdline}\n"
            "        [ \"$pid\" != $$ ] || continue\n"
            "        tr '\\0' ' ' 2>/dev/null < \"$file\" | grep -qF -- \"$name\" && found=yes\n"
            "    done\n"
            "    [ $found = %s ] && break\n"
            "    left=$((left - 1))\n"
            "    [ $left -gt 0 ] || { echo \"process '$name' %s\" >&2; exit 1; }\n"
            "    sleep 1\n"
            "done\n",
            quoted, wanted ? "yes" : "no", wanted ? "does not exist" : "still exists");
    }
    return buffer_steal(&text);
}

/* Commands separated by commas, one line each; each may end with '&'. */
static char *commands_of(const char *list)
{
    _cleanup_strv_ struct strv commands = {0};
    _cleanup_buffer_ struct buffer text = {0};

    strv_split(&commands, list, ",");
    for (size_t i = 0; i < commands.count; i++) {
        const char *command = commands.items[i] + strspn(commands.items[i], " \t");
        _cleanup_free_ char *quoted = draft_quote(command);

        if (*command != '\0')
            buffer_format(
                &text, "setsid sh -c %s > /dev/null 2>&1 || { echo %s\" failed\" >&2; exit 1; }\n",
                quoted, quoted);
    }
    return buffer_steal(&text);
}

static struct draft_case *add(struct draft *draft, const char *id, const char *title,
                              const char *needs, const char *commands, const char *check)
{
    struct draft_case *row = draft_add_case(draft, id);

    text_replace(&row->title, title);
    row->timeout_s = 120;
    row->needs = needs;
    row->script = text_format("%s%s", commands, check);
    if (*commands == '\0')
        draft_skip(row, "the configuration gives no command for this");
    return row;
}

static void add_cases(struct draft *draft, const struct configuration *all)
{
    _cleanup_strv_ struct strv names = {0};
    _cleanup_free_ char *there = NULL, *gone = NULL, *watch = NULL;
    _cleanup_free_ char *start = commands_of(all->start != NULL ? all->start : "");
    _cleanup_free_ char *stop = commands_of(all->stop != NULL ? all->stop : "");
    _cleanup_free_ char *load = commands_of(all->load != NULL ? all->load : "");
    unsigned minutes = all->minutes > 0 ? (unsigned)all->minutes : MINUTES;
    struct draft_case *row;

    strv_split(&names, all->names, ",");
    there = wait_for(&names, true);
    gone = wait_for(&names, false);
    watch = text_format("end=$(($(date +%%s) + %u))\n"
                        "while [ \"$(date +%%s)\" -lt $end ]; do\n%ssleep 5\ndone\n%s",
                        minutes * 60, there, there);
    /* A product that was never started is not one that stopped. */
    add(draft, "start", "The product starts", NULL, start, there);
    add(draft, "stop", "The product stops", "start", stop, gone);
    add(draft, "start-again", "The product starts again", "stop", start, there);
    row = add(draft, "performance", "The load runs, and the product survives it", "start-again",
              load, watch);
    row->item = ITEM_PERFORMANCE;
    row->timeout_s = minutes * 60 + 120;
    row->native = true;
    add(draft, "stop-again", "The product stops after the load", "start-again", stop, gone);
}

int kunpeng_read(const char *source, struct draft *draft, struct error **err)
{
    _cleanup_(configuration_done) struct configuration all = {0};
    _cleanup_buffer_ struct buffer text = {0};
    _cleanup_strv_ struct strv lines = {0};
    int code = path_read(source, IMPORT_FILE_BYTES, &text, err);

    if (code < 0)
        return code;
    strv_split(&lines, text.data, "\r\n");
    for (size_t i = 0; i < lines.count; i++)
        read_line(&all, draft, lines.items[i]);
    if (all.names == NULL || *all.names == '\0')
        return error_set(err, -EINVAL, "'%s': application_names is empty: name the processes",
                         source);
    draft->product = text_dup(all.names);
    draft->vendor = text_dup("unknown");
    add_cases(draft, &all);
    draft_note(draft,
               "Put the product into `files/`, name its packages in `suite.xml`, and add cases of "
               "item install and uninstall: the configuration does not say how it is installed");
    return 0;
}
