/* SPDX-License-Identifier: Apache-2.0 */
/* Extracts one reason from the errors of apt, dpkg and rpm. The texts are those of apt 1.8 to 3.0,
 * dpkg 1.19 to 1.22 and rpm 4.11 to 4.20 with LC_ALL=C.UTF-8. */
#include <stdlib.h>
#include <string.h>

#include "inside/install.h"

/* A line that names a cause. The first matching row is used. */
static const struct pattern {
    enum said said;
    bool at_start; /* match at the start of the line only; else anywhere in it */
    const char *text;
    const char *follows; /* the reason is on the next line, after this text; or NULL */
} patterns[] = {
    {SAID_LOCKED, false, "locked by another process", NULL},
    {SAID_LOCKED, false, "Could not get lock", NULL},
    {SAID_LOCKED, false, "can't create transaction lock", NULL},
    {SAID_SYSTEM, true, "E: dpkg was interrupted", NULL},
    {SAID_SYSTEM, true, "E: Command line option", NULL},
    {SAID_SYSTEM, true, "You might want to run 'apt", NULL},
    {SAID_PRODUCT, true, "dpkg: error processing", ""},
    {SAID_PRODUCT, true, "The following packages have unmet dependencies:", ""},
    {SAID_PRODUCT, true, "The following packages will be REMOVED:", "they would remove: "},
    {SAID_PRODUCT, true, "E: Could not read meta data from", NULL},
    {SAID_PRODUCT, true, "E: Invalid archive", NULL},
    {SAID_PRODUCT, true, "E: Unsupported file", NULL},
    {SAID_PRODUCT, true, "error: Failed dependencies:", ""},
    {SAID_PRODUCT, false, "scriptlet failed", NULL},
    {SAID_PRODUCT, false, "conflicts with file from package", NULL},
    {SAID_PRODUCT, false, "conflicts between attempted installs", NULL},
    {SAID_PRODUCT, false, "unpacking of archive failed", NULL},
    {SAID_PRODUCT, false, "is intended for a different", NULL},
    {SAID_PRODUCT, false, "not an rpm package", NULL},
    {SAID_PRODUCT, false, "does not verify", NULL},
    {SAID_PRODUCT, false, "cannot be installed", NULL},
};

/* After this, the packages' own scripts print too: what they say about locks does not come from the
 * package manager. */
static bool begins(const char *line)
{
    static const char *const starts[] = {"Selecting previously", "Preparing ", "Setting up ",
                                         "Unpacking ", "Removing "};

    for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
        if (strncmp(line, starts[i], strlen(starts[i])) == 0)
            return true;
    return false;
}

static const struct pattern *find(const char *line, bool begun)
{
    for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
        const char *at = strstr(line, patterns[i].text);

        if (begun && patterns[i].said != SAID_PRODUCT)
            continue;
        if (at != NULL && (at == line || !patterns[i].at_start))
            return &patterns[i];
    }
    return NULL;
}

/* "dpkg: error processing package NAME (--configure):", "… archive FILE (--unpack):": the part in
 * between is the subject of the reason that follows, without a file's folder. */
static void set_subject(struct report *report, const char *line)
{
    const char *word = strstr(line, "processing "), *end = strstr(line, " (--"), *slash;

    report->reason[0] = report->archive[0] = '\0';
    word = word != NULL ? strchr(word + strlen("processing "), ' ') : NULL;
    if (word == NULL || end == NULL || end <= word)
        return;
    word++;
    if (strstr(line, "processing archive ") != NULL)
        snprintf(report->archive, sizeof(report->archive), "%.*s", (int)(end - word), word);
    slash = memrchr(word, '/', (size_t)(end - word));
    if (slash != NULL)
        word = slash + 1;
    snprintf(report->reason, sizeof(report->reason), "%.*s: ", (int)(end - word), word);
}

static void add_reason(struct report *report, const char *text)
{
    size_t length = strlen(report->reason);

    snprintf(report->reason + length, sizeof(report->reason) - length, "%s", text);
}

/* A failure only because of order: what it waits for is installed in a later round. */
static bool is_order(const char *reason)
{
    return strstr(reason, "pre-dependency problem") != NULL ||
           strstr(reason, "dependency problems - leaving unconfigured") != NULL;
}

static void finish_reason(struct report *report, const char *line)
{
    add_reason(report, line);
    report->reason_follows = false;
    report->order = is_order(line);
    if (strstr(line, "pre-dependency problem") != NULL && report->archive[0] != '\0')
        words_add(&report->waiting, strdup(report->archive));
}

void report_line(struct report *report, char *line)
{
    const struct pattern *pattern;

    char *error = strstr(line, "dpkg: error processing");

    /* A script that asked a question and got no answer has left its line without a newline. */
    if (error != NULL && error > line) {
        snprintf(report->last, sizeof(report->last), "%.*s", (int)(error - line), line);
        line = error;
    }
    line += strspn(line, " \t");
    if (line[0] == '\0')
        return;
    if (report->reason_follows) {
        finish_reason(report, line);
        return;
    }
    report->begun = report->begun || begins(line);
    pattern = find(line, report->begun);
    /* A real cause takes precedence over one of order. */
    if (pattern != NULL && (report->said == SAID_NOTHING || report->order)) {
        report->said = pattern->said;
        report->order = false;
        report->reason_follows = pattern->follows != NULL;
        snprintf(report->before, sizeof(report->before), "%s", report->last);
        set_subject(report, line);
        add_reason(report, pattern->follows != NULL ? pattern->follows : line);
    }
    snprintf(report->last, sizeof(report->last), "%s", line);
}

void report_done(struct report *report)
{
    for (size_t i = 0; i < report->waiting.count; i++)
        free((char *)report->waiting.items[i]);
    report->waiting.count = 0;
}

/* True if the line before the failure was printed by a script rather than the package manager. */
static bool is_own_word(const char *line)
{
    static const char *const managers[] = {
        "dpkg",     "Setting up", "Unpacking", "Preparing", "Selecting", "(Reading",   "Processing",
        "Removing", "Purging",    "E: ",       "warning: ", "error: ",   "Errors were"};

    for (size_t i = 0; i < sizeof(managers) / sizeof(managers[0]); i++)
        if (strncmp(line, managers[i], strlen(managers[i])) == 0)
            return false;
    return line[0] != '\0';
}

int report_conclude(const struct report *report, const char *program, int exit_code)
{
    /* rpm exits with 0 after a %post scriptlet failed. */
    if (exit_code == 0 && (report->said != SAID_PRODUCT || strcmp(program, "rpm") != 0))
        return 0;
    if (report->said == SAID_LOCKED)
        return REPORT_LOCKED;
    if (report->said == SAID_PRODUCT) {
        bool own = strstr(report->reason, "script") != NULL && is_own_word(report->before);

        return install_end(INSTALL_FAILED, "%s%s%s%s", report->reason, own ? " (before it: " : "",
                           own ? report->before : "", own ? ")" : "");
    }
    return install_end(INSTALL_BROKE, "'%s' failed with exit code %d and named no package: %s",
                       program, exit_code,
                       report->said == SAID_SYSTEM ? report->reason : report->last);
}
