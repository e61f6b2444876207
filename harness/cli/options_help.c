/* SPDX-License-Identifier: Apache-2.0 */
/* Builds the --help text from the tables. */
#include <string.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/text.h"
#include "base/translate.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "cli/output.h"
#include "reports/table.h"

enum { WIDTH = 79, OPTION_COLUMN = 30 };

/* Punctuation that no line begins with. */
static size_t closing_length(const char *at)
{
    static const char *const marks[] = {"，", "。", "；", "：", "、", "）", "”", "！", "？"};

    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
        if (text_starts(at, marks[i]))
            return strlen(marks[i]);
    return 0;
}

static size_t character_length(const char *at)
{
    size_t length = 1;

    while ((at[length] & 0xc0) == 0x80)
        length++;
    return length;
}

static bool is_wide(const char *at)
{
    char character[8] = "";
    size_t length = character_length(at);

    memcpy(character, at, length < sizeof(character) ? length : sizeof(character) - 1);
    return table_width(character) > 1;
}

/* The length of what stays on one line: a word, or a wide character with what closes it. */
static size_t piece_length(const char *text)
{
    const char *at = text;

    if (text_starts(at, "（"))
        at += strlen("（");
    if (*at != '\0' && is_wide(at))
        at += character_length(at);
    else
        while (*at != '\0' && *at != ' ' && !is_wide(at))
            at += character_length(at);
    for (size_t length; (length = closing_length(at)) > 0;)
        at += length;
    return (size_t)(at - text);
}

/* Wraps text at WIDTH; lines after the first are indented to `column`. at: column at which the
 * first line begins. */
static void add_wrapped(struct buffer *out, const char *text, size_t column, size_t at)
{
    while (*text != '\0') {
        size_t gap = strspn(text, " ");
        _cleanup_free_ char *piece = text_ndup(text + gap, piece_length(text + gap));
        size_t width = table_width(piece);

        if (at > column && at + gap + width > WIDTH) {
            buffer_format(out, "\n%*s", (int)column, "");
            at = column;
        } else if (at > column) {
            buffer_add(out, text, gap);
            at += gap;
        }
        buffer_text(out, piece);
        at += width;
        text += gap + strlen(piece);
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
    add_wrapped(out, _(use->help), OPTION_COLUMN, OPTION_COLUMN);
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
                      _(row->summary));
    }
}

static void add_program(struct buffer *out)
{
    buffer_text(out,
                _("Usage: touchstone VERB [OPTION…]\n\n"
                  "Boots OS images on CPU platforms, runs the test suites of products in them, "
                  "and\nrecords the compatibility matrix of each run with its evidence.\n\n"));
    add_rows(out, NULL);
    buffer_text(
        out,
        _("\nSee 'touchstone help VERB' for the options of a verb and 'man touchstone-VERB' for "
          "details.\nExit codes: 0 compatible, 1 incompatible, 2 not assessed, 3 no results, "
          "4 all skipped,\n5 partial, 64 usage error, 74 host failure, 130 interrupted "
          "(resumable).\n"));
}

static void add_verb(struct buffer *out, const struct verb *verb)
{
    _cleanup_strv_ struct strv forms = {0};
    size_t count = 0;

    strv_split(&forms, verb->words, "\n");
    for (size_t i = 0; i < forms.count || i == 0; i++)
        buffer_format(out, "%s touchstone %s%s%s [OPTION…]\n", i == 0 ? _("Usage:") : _("  or: "),
                      verb->name, forms.count > 0 ? " " : "",
                      forms.count > 0 ? forms.items[i] : "");
    buffer_text(out, "\n");
    add_wrapped(out, _(verb->about), 0, 0);
    for (const struct option_use *use = option_uses; use->verbs != NULL; use++) {
        if (!option_in_verb(use->verbs, verb->name))
            continue;
        if (use->id == OPTION_COUNT)
            buffer_format(out, "\n%s\n", _(use->help));
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
        buffer_format(&out, _("Usage: touchstone %s COMMAND [OPTION…]\n\n%s.\n\n"), verb->name,
                      _(verb->summary));
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
