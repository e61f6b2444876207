/* SPDX-License-Identifier: Apache-2.0 */
/* The command that runs a cell again, from the stored run. */
#include "reports/again.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "home/home.h"
#include "model/record.h"

/* Words with characters that a reader or terminal might not show literally: written as $'…', which
 * is in POSIX since 2024 and has long been supported by bash, zsh and ksh. */
static void add_escaped(struct buffer *out, const char *word)
{
    buffer_text(out, "$'");
    for (; *word != '\0'; word++)
        if (*word == '\'' || *word == '\\')
            buffer_format(out, "\\%c", *word);
        else if (*word == '\n')
            buffer_text(out, "\\n");
        else if (*word >= ' ' && *word <= '~')
            buffer_add(out, word, 1);
        else
            buffer_format(out, "\\%03o", (unsigned char)*word);
    buffer_text(out, "'");
}

static bool is_shown_as_it_is(const char *word)
{
    _cleanup_buffer_ struct buffer shown = {0};

    buffer_printable(&shown, word, strlen(word), false);
    return text_equal(shown.data, word);
}

/* Quotes a word for a shell. */
static void add_word(struct buffer *out, const char *word)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                                "@%+=:,./_-";

    if (word[0] != '\0' && word[strspn(word, plain)] == '\0') {
        buffer_text(out, word);
        return;
    }
    if (word[0] != '\0' && !is_shown_as_it_is(word)) {
        add_escaped(out, word);
        return;
    }
    buffer_text(out, "'");
    for (; *word != '\0'; word++)
        if (*word == '\'')
            buffer_text(out, "'\\''");
        else
            buffer_add(out, word, 1);
    buffer_text(out, "'");
}

static void add_option(struct buffer *out, const char *option, const char *value)
{
    buffer_format(out, " %s ", option);
    add_word(out, value);
}

static void add_number(struct buffer *out, const char *option, unsigned number)
{
    buffer_format(out, " %s %u", option, number);
}

void again_program(struct buffer *out)
{
    const char *home = home_setting();

    if (home != NULL) {
        buffer_text(out, "TOUCHSTONE_HOME=");
        add_word(out, home);
        buffer_text(out, " ");
    }
    buffer_text(out, "touchstone");
}

/* The folder that was given or, if the run does not record it, the run's copy of the suite. */
static const char *find_suite(const struct run_record *run, const char *suite)
{
    vec_foreach (row, &run->plan.folders) {
        if (strcmp(row->suite, suite) == 0)
            return row->folder;
    }
    if (run->plan.folders_unknown)
        vec_foreach (input, &run->inputs) {
            if (strcmp(input->kind, "suite") == 0 && strcmp(input->name, suite) == 0)
                return input->path;
        }
    return suite;
}

static void add_policy(struct buffer *out, const struct plan *plan, bool keep_failed)
{
    if (plan->accel != ACCEL_POLICY_AUTO)
        add_option(out, "--accel", accel_policy_name(plan->accel));
    if (plan->time_scale > 0)
        add_number(out, "--time-scale", plan->time_scale);
    if (plan->cold)
        buffer_text(out, " --cold");
    if (plan->packages != NULL)
        add_option(out, "--from", plan->packages);
    if (plan->connect != NULL)
        add_option(out, "--connect", plan->connect);
    if (plan->jobs > 0)
        add_number(out, "--jobs", plan->jobs);
    if (plan->probes)
        buffer_text(out, " --probes");
    if (plan->no_probes)
        buffer_text(out, " --no-probes");
    for (size_t i = 0; i < plan->measures.count; i++)
        add_option(out, "--measure", plan->measures.items[i]);
    if (plan->reuse_install)
        buffer_text(out, " --reuse-install");
    if (plan->repeat > 1)
        add_number(out, "--repeat", plan->repeat);
    if (plan->retry > 0)
        add_number(out, "--retry", plan->retry);
    if (plan->retry_infrastructure != PLAN_RETRY_INFRASTRUCTURE)
        add_number(out, "--retry-infrastructure", plan->retry_infrastructure);
    if (plan->rounds > 0)
        add_number(out, "--rounds", plan->rounds);
    if (plan->minutes > 0)
        add_number(out, "--minutes", plan->minutes);
    if (plan->strict)
        buffer_text(out, " --strict");
    if (plan->allow_partial)
        buffer_text(out, " --allow-partial");
    if (plan->keep_failed || keep_failed)
        buffer_text(out, " --keep-failed");
}

char *again_command(const struct run_record *run, const struct cell_record *cell, bool keep_failed)
{
    struct buffer out = {0};

    again_program(&out);
    buffer_text(&out, " run");
    add_option(&out, "--image", cell->image);
    add_option(&out, "--platform", cell->platform);
    add_option(&out, "--suite", find_suite(run, cell->suite));
    for (size_t i = 0; i < run->plan.items.count; i++)
        add_option(&out, "--item", run->plan.items.items[i]);
    add_policy(&out, &run->plan, keep_failed);
    return buffer_steal(&out);
}
