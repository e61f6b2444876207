/* SPDX-License-Identifier: Apache-2.0 */
/* Parses a command line by the tables: getopt_long does the parsing, and errors suggest what was
 * probably meant. */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "base/translate.h"
#include "cli/cli.h"
#include "cli/options.h"

enum { CODE = 256 }; /* value returned for an option: CODE + its ID */

static const char *current; /* the verb whose command line is being parsed */

void cli_refuse(const char *format, ...)
{
    _cleanup_free_ char *text = NULL;
    va_list args;

    va_start(args, format);
    text = text_vformat(gettext(format), args);
    va_end(args);
    exit(cli_usage(current, "%s", text));
}

uint64_t cli_number(enum option_id option, const char *value, uint64_t min, uint64_t max)
{
    _cleanup_free_ char *what = text_format("--%s", option_name(option));
    _cleanup_error_ struct error *err = NULL;
    uint64_t number = 0;

    if (text_parse_u64(value, what, min, max, &number, &err) < 0)
        cli_refuse("%s", error_said(err));
    return number;
}

static const struct option_use *use_of(enum option_id id, const char *verb)
{
    for (const struct option_use *use = option_uses; use->verbs != NULL; use++)
        if (use->id == id && option_in_verb(use->verbs, verb))
            return use;
    return NULL;
}

static const struct option_former *former_of(char letter, const char *verb)
{
    for (const struct option_former *row = option_formers; row->verbs != NULL; row++)
        if (row->letter == letter && option_in_verb(row->verbs, verb))
            return row;
    return NULL;
}

static enum option_id of_letter(char letter)
{
    enum option_id id = 0;

    while (id < OPTION_COUNT && option_letter(id) != letter)
        id++;
    return id;
}

/* True for an old letter that has no other meaning. */
static bool is_free(char letter)
{
    enum option_id id = OPTION_COUNT;

    for (const struct option_former *row = option_formers; row->verbs != NULL; row++) {
        if (row->letter != letter)
            continue;
        if (id != OPTION_COUNT && id != row->id)
            return false;
        id = row->id;
    }
    return of_letter(letter) == OPTION_COUNT;
}

static void refuse_letter(char letter)
{
    const struct option_former *former = former_of(letter, current);
    enum option_id id = of_letter(letter);

    if (former != NULL)
        cli_refuse("'-%c' no longer means --%s: use --%s", letter, option_name(former->id),
                   option_name(former->id));
    if (id != OPTION_COUNT)
        cli_refuse("'-%c' (--%s) is not an option of '%s'", letter, option_name(id), current);
    cli_refuse("unknown option '-%c'", letter);
}

/* The part before any '='. */
static void refuse_name(const char *word)
{
    _cleanup_free_ char *given = text_ndup(word, strcspn(word, "="));
    _cleanup_strv_ struct strv own = {0}, fit = {0};
    const char *closest;

    for (enum option_id id = 0; id < OPTION_COUNT; id++) {
        _cleanup_free_ char *name = text_format("--%s", option_name(id));

        if (use_of(id, current) == NULL) {
            if (text_equal(given, name))
                cli_refuse("'%s' is not an option of '%s'", given, current);
            continue;
        }
        strv_add(&own, name);
        if (text_equal(given, name))
            cli_refuse("option '%s' takes no value", given);
        if (text_starts(name, given))
            strv_add(&fit, name);
    }
    if (fit.count > 1) {
        _cleanup_free_ char *list = strv_join(&fit, ", ");

        cli_refuse("option '%s' is ambiguous: %s", given, list);
    }
    closest = strv_closest(&own, given);
    if (closest != NULL)
        cli_refuse("unknown option '%s', did you mean '%s'?", given, closest);
    cli_refuse("unknown option '%s'", given);
}

/* Rejects a value that is not one of those listed by the argument. */
static void check_value(enum option_id id, const char *value)
{
    const struct option_use *use = use_of(id, current);
    _cleanup_strv_ struct strv values = {0};
    _cleanup_free_ char *list = NULL;

    if (use->argument == NULL || strchr(use->argument, '|') == NULL)
        return;
    strv_split(&values, use->argument, "|");
    if (strv_has(&values, value))
        return;
    list = strv_join(&values, " or ");
    cli_refuse("--%s '%s': use %s", option_name(id), value, list);
}

/* The verb's options in the form that getopt_long requires. The caller frees both. */
static void make_getopt(struct option *ret_names, struct buffer *ret_letters)
{
    size_t count = 0;

    buffer_text(ret_letters,
                ":"); /* makes getopt return ':' instead of '?' for a missing argument */
    for (enum option_id id = 0; id < OPTION_COUNT; id++) {
        const struct option_use *use = use_of(id, current);

        if (use == NULL)
            continue;
        ret_names[count++] =
            (struct option){option_name(id), use->argument != NULL, NULL, CODE + (int)id};
        if (option_letter(id) != 0)
            buffer_format(ret_letters, "%c%s", option_letter(id), use->argument != NULL ? ":" : "");
    }
    for (size_t i = 0; i < OPTION_FORMER_NAMES; i++) {
        const struct option_former_name *row = &option_former_names[i];

        if (option_in_verb(row->verbs, current))
            ret_names[count++] = (struct option){
                row->name, use_of(row->id, current)->argument != NULL, NULL, CODE + (int)row->id};
    }
    for (const struct option_former *row = option_formers; row->verbs != NULL; row++)
        if (option_in_verb(row->verbs, current) && is_free(row->letter))
            buffer_format(ret_letters, "%c%s", row->letter,
                          use_of(row->id, current)->argument != NULL ? ":" : "");
}

static enum option_id id_of(int code)
{
    const struct option_former *former;
    enum option_id id;

    if (code >= CODE)
        return (enum option_id)(code - CODE);
    id = of_letter((char)code);
    former = former_of((char)code, current);
    return id != OPTION_COUNT ? id : former->id;
}

static void take_option(int code, const char *word, cli_set_option *take, void *input)
{
    enum option_id id;

    if (code == ':')
        cli_refuse("option '%s' needs a value", word);
    if (code == '?' && optopt == '?')
        code = CODE + OPTION_HELP;
    if (code == '?' && text_starts(word, "--"))
        refuse_name(word);
    if (code == '?')
        refuse_letter((char)optopt);
    id = id_of(code);
    if (id == OPTION_HELP) {
        verb_print_help(verb_find(current));
        exit(EXIT_COMPATIBLE);
    }
    if (optarg != NULL)
        check_value(id, optarg);
    take(input, id, optarg);
}

static void take_words(size_t count, char **words, cli_set_option *take, void *input)
{
    const struct verb *verb = verb_find(current);
    size_t min, max;

    verb_count_words(verb, &min, &max);
    if (count > max)
        cli_refuse("unexpected argument '%s'", words[max]);
    if (count < min) {
        _cleanup_strv_ struct strv names = {0};

        strv_split(&names, verb->words, " \n…");
        cli_refuse("missing argument %s", names.items[count]);
    }
    for (size_t i = 0; i < count; i++)
        take(input, OPTION_WORD, words[i]);
}

void cli_parse(int argc, char **argv, cli_set_option *take, void *input)
{
    _cleanup_buffer_ struct buffer letters = {0};
    struct option names[OPTION_COUNT + OPTION_FORMER_NAMES + 1] = {0};
    int code;

    current = argv[0];
    make_getopt(names, &letters);
    opterr = 0;
    optind = 0; /* also resets the state of an earlier call */
    while (code = getopt_long(argc, argv, letters.data, names, NULL), code != -1)
        take_option(code, argv[optind - 1], take, input);
    take_words((size_t)(argc - optind), argv + optind, take, input);
}
