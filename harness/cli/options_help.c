/* SPDX-License-Identifier: Apache-2.0 */
/* Builds the --help text from the tables. */
#include <string.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "cli/output.h"

enum { WIDTH = 79, OPTION_COLUMN = 30 };

/* Wraps text at WIDTH; lines after the first are indented to `column`. at: column at which the
 * first line begins. */
static void add_wrapped(struct buffer *out, const char *text, size_t column, size_t at)
{
    _cleanup_strv_ struct strv words = {0};

    strv_split(&words, text, " ");
    for (size_t i = 0; i < words.count; i++) {
        size_t length = strlen(words.items[i]);

        if (at > column && at + 1 + length > WIDTH) {
            buffer_format(out, "\n%*s", (int)column, "");
            at = column;
        } else if (at > column) {
            buffer_text(out, " ");
            at++;
        }
        buffer_text(out, words.items[i]);
        at += length;
    }
    buffer_text(out, "\n");
}

static void add_option(struct buffer *out, const struct option_use *use)
{
    char letter = option_letter(use->id);
    _cleanup_free_ char *left =
        text_format("  %c%c%s --%s%s%s", letter != 0 ? '-' : ' ', letter != 0 ? letter : ' ',
                    letter != 0 ? "," : " ", option_name(use->id), use->argument != NULL ? " " : "",
                    use->argument != NULL ? use->argument : "");

    buffer_text(out, left);
    if (strlen(left) + 2 > OPTION_COLUMN)
        buffer_format(out, "\n%*s", OPTION_COLUMN, "");
    else
        buffer_format(out, "%*s", OPTION_COLUMN - (int)strlen(left), "");
    add_wrapped(out, use->help, OPTION_COLUMN, OPTION_COLUMN);
}

static void add_rows(struct buffer *out, const char *group)
{
    for (const struct verb *row = verbs; row->name != NULL; row++) {
        const char *name = row->name;

        if (group != NULL && !(text_starts(name, group) && name[strlen(group)] == ' '))
            continue;
        if (row->hidden || (group == NULL && strchr(name, ' ') != NULL))
            continue;
        buffer_format(out, "  %-10s %s\n", group != NULL ? name + strlen(group) + 1 : name,
                      row->summary);
    }
}

static void add_program(struct buffer *out)
{
    buffer_text(out, "Usage: touchstone VERB [OPTION…]\n\n"
                     "Boots OS images on CPU platforms, runs the test suites of products in them, "
                     "and\nrecords the compatibility matrix of each run with its evidence.\n\n");
    add_rows(out, NULL);
    buffer_text(
        out, "\nSee 'touchstone help VERB' for the options of a verb and 'man touchstone-VERB' for "
             "details.\nExit codes: 0 compatible, 1 incompatible, 2 not assessed, 3 no results, "
             "4 all skipped,\n5 partial, 64 usage error, 74 host failure, 130 interrupted "
             "(resumable).\n");
}

static void add_verb(struct buffer *out, const struct verb *verb)
{
    _cleanup_strv_ struct strv forms = {0};
    size_t count = 0;

    strv_split(&forms, verb->words, "\n");
    for (size_t i = 0; i < forms.count || i == 0; i++)
        buffer_format(out, "%s touchstone %s%s%s [OPTION…]\n",
                      i == 0 ? "Usage:" : "  or: ", verb->name, forms.count > 0 ? " " : "",
                      forms.count > 0 ? forms.items[i] : "");
    buffer_text(out, "\n");
    add_wrapped(out, verb->about, 0, 0);
    for (const struct option_use *use = option_uses; use->verbs != NULL; use++) {
        if (!option_in_verb(use->verbs, verb->name))
            continue;
        if (use->id == OPTION_COUNT)
            buffer_format(out, "\n%s\n", use->help);
        else if (count++ == 0 && !text_ends(out->data, ":\n"))
            buffer_text(out, "\n");
        if (use->id != OPTION_COUNT)
            add_option(out, use);
    }
}

char *verb_help(const struct verb *verb)
{
    struct buffer out = {0};

    if (verb == NULL)
        add_program(&out);
    else if (verb->group) {
        buffer_format(&out, "Usage: touchstone %s COMMAND [OPTION…]\n\n%s.\n\n", verb->name,
                      verb->summary);
        add_rows(&out, verb->name);
    } else
        add_verb(&out, verb);
    return buffer_steal(&out);
}

void verb_print_help(const struct verb *verb)
{
    _cleanup_free_ char *text = verb_help(verb);

    output_write(text, strlen(text));
}

int verb_unknown(const char *group, const char *word)
{
    _cleanup_free_ char *prefix = group != NULL ? text_format("%s ", group) : text_dup("");
    _cleanup_free_ char *all = NULL;
    _cleanup_strv_ struct strv names = {0};
    const char *closest;

    for (const struct verb *row = verbs; row->name != NULL; row++)
        if (!row->hidden && text_starts(row->name, prefix) &&
            strchr(row->name + strlen(prefix), ' ') == NULL)
            strv_add(&names, row->name + strlen(prefix));
    all = strv_join(&names, ", ");
    if (word == NULL)
        log_error("missing %s: use one of %s", group != NULL ? "command" : "verb", all);
    closest = word != NULL ? strv_closest(&names, word) : NULL;
    if (closest != NULL)
        log_error("'%s' is not a %s%s, did you mean '%s'?", word,
                  group != NULL ? "command of " : "verb", group != NULL ? group : "", closest);
    else if (word != NULL)
        log_error("'%s' is not a %s%s: use one of %s", word, group != NULL ? "command of " : "verb",
                  group != NULL ? group : "", all);
    return EXIT_USAGE;
}
