/* SPDX-License-Identifier: Apache-2.0 */
/* Programs for awk on an image whose awk is mawk. */
#include <stdlib.h>
#include <string.h>

#include "abi/check/needs.h"
#include "abi/check/script_place.h"
#include "abi/check/scripts.h"
#include "abi/script/awk.h"
#include "abi/script/shell_flow.h"
#include "abi/script/shell_use.h"
#include "base/cleanup.h"
#include "base/path.h"

#define MAWK_INTERVALS "20200717" /* the first version that knows "a{2}" */

static bool is_mawk(const struct needs *needs, const char *program)
{
    _cleanup_free_ char *behind = NULL;

    if (!text_equal(path_base(program), "awk") && !text_equal(path_base(program), "mawk"))
        return false;
    behind = script_interpreter_behind(needs, program);
    return behind != NULL && text_equal(path_base(behind), "mawk");
}

/* "1.3.4.20200120-3.1" */
static bool has_intervals(const struct needs *needs)
{
    const struct surface *image = needs->world->layers[LAYER_IMAGE];

    for (uint64_t i = 0; i < image->counts[TABLE_PACKAGES]; i++) {
        const char *version = surface_text(image, image->packages[i].version);
        const char *date = strstr(version, "20");

        if (text_equal(surface_text(image, image->packages[i].name), "mawk"))
            return date != NULL && strncmp(date, MAWK_INTERVALS, strlen(MAWK_INTERVALS)) >= 0;
    }
    return true;
}

static void report(const char *path, const char *program, const struct awk_use *use, unsigned line,
                   enum finding_severity severity, struct needs *needs)
{
    struct finding *row =
        findings_add(needs->findings, FINDING_SCRIPT_DIALECT, path, NULL, NULL, program);

    row->line = line;
    row->severity = use->silent ? SEVERITY_WARN : severity;
    finding_set_found(row, "%s on the image is mawk; the program uses %s, %s", program, use->what,
                      use->silent ? "which means something else" : "which it refuses");
    finding_set_remedy(row, "require gawk and start it by this name, or use only what POSIX "
                            "specifies");
}

/* Index of the word that is the program's text; the number of words if there is none. *ret_refused:
 * an option whose value mawk takes for the program. */
static size_t find_program(const struct shell_command *command, size_t at, const char **ret_refused)
{
    const struct shell_word *words = command->words.items;

    *ret_refused = NULL;
    for (at++; at < command->words.count && words[at].text[0] == '-' && words[at].text[1] != '\0' &&
               !words[at].dynamic;
         at++) {
        if (strcmp(words[at].text, "--") == 0)
            return at + 1;
        if (words[at].text[1] == 'f')
            return command->words.count;
        if (strchr("il", words[at].text[1]) != NULL) {
            *ret_refused = words[at].text;
            return command->words.count;
        }
        /* It says that it does not have the option, and goes on. */
        if (strchr("FvW", words[at].text[1]) == NULL)
            continue;
        at += words[at].text[2] == '\0';
    }
    return at;
}

static void check_command(const char *path, const struct shell_command *command, size_t at,
                          enum finding_severity severity, bool intervals, struct needs *needs)
{
    const char *refused, *program = command->words.items[at].text;
    size_t text = find_program(command, at, &refused);
    struct awk_use use = {0};

    if (refused != NULL) {
        use.what = text_format("the option '%s'", refused);
        use.line = 1;
    } else if (text < command->words.count && !command->words.items[text].dynamic) {
        awk_read(command->words.items[text].text, intervals, &use);
    }
    if (use.what != NULL)
        report(path, program, &use,
               text < command->words.count ? command->words.items[text].line + use.line - 1
                                           : command->line,
               severity, needs);
    free(use.what);
}

void script_check_awk(const char *path, const struct shell_script *script,
                      const struct shell_flow *flow, enum finding_severity ends,
                      struct needs *needs)
{
    int known = -1, intervals = 1;

    for (size_t i = 0; i < script->commands.count && i < flow->end; i++) {
        const struct shell_command *command = &script->commands.items[i];
        size_t at = shell_program_at(command);
        bool certain = (command->where & SHELL_HANDLED) == 0 && command->pipe_to == 0 &&
                       shell_flow_reaches(flow, i, command->where) &&
                       (script->errexit || i == flow->last);

        if (at >= command->words.count || command->words.items[at].dynamic ||
            !text_ends(command->words.items[at].text, "awk") ||
            strv_has(&script->functions, command->words.items[at].text) ||
            !is_mawk(needs, command->words.items[at].text))
            continue;
        if (known < 0)
            intervals = known = has_intervals(needs);
        check_command(path, command, at, certain ? ends : SEVERITY_WARN, intervals != 0, needs);
    }
}

void script_check_awk_file(const struct package_text *script, const char *program,
                           struct needs *needs)
{
    struct awk_use use;

    if (!is_mawk(needs, program))
        return;
    awk_read(script->text, has_intervals(needs), &use);
    if (use.what != NULL)
        report(script->path, program, &use, use.line,
               script_need_severity(needs, script->path, script_end_severity(needs, script->path)),
               needs);
    free(use.what);
}
