/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone explain: says what a word of a verdict, a finding or an exit code means. */
#include <stdio.h>
#include <strings.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/json_write.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "home/home.h"
#include "reports/table.h"
#include "reports/terms.h"

struct options {
    const char *word;
    enum language language;
    bool json;
};

static void set_option(void *input, enum option_id option, char *value)
{
    struct options *options = input;

    options->json |= option == OPTION_JSON;
    if (option == OPTION_LANG)
        language_parse(value, &options->language); /* one of the values listed in the table */
    if (option == OPTION_WORD)
        options->word = value;
}

static bool is_asked_for(const struct options *options, const struct term *term)
{
    return options->word == NULL || strcasecmp(options->word, term->word) == 0;
}

static void write_json(const struct options *options, const struct terms *terms)
{
    _cleanup_(json_writer_done) struct json_writer to = {.sink = output_write_json};

    json_write_object(&to, NULL);
    json_write_format(&to, "touchstone-explain", 1);
    json_write_array(&to, "terms");
    vec_foreach (term, terms) {
        if (!is_asked_for(options, term))
            continue;
        json_write_object(&to, NULL);
        json_write_text(&to, "group", term_group_name(term->group));
        json_write_text(&to, "word", term->word);
        json_write_text(&to, "text", term->text);
        json_write_text(&to, "severity", term->severity);
        json_write_text(&to, "remedy", term->remedy);
        json_write_text(&to, "where", term->where);
        json_write_end(&to);
    }
    json_write_end(&to);
    json_write_end(&to);
}

static void print_list(const struct terms *terms)
{
    _cleanup_buffer_ struct buffer text = {0};
    struct table table = {.columns = 3};

    vec_foreach (term, terms) {
        table_add(&table, term_group_name(term->group), TABLE_DIM);
        table_add(&table, term->word, TABLE_PLAIN);
        table_add(&table, term->text, TABLE_PLAIN);
    }
    table_print(&table, "", cli_colour(STDOUT_FILENO), &text);
    table_done(&table);
    output_write(text.data, text.length);
}

static void print_term(const struct term *term, enum language language)
{
    static const char *const remedies[LANGUAGE_COUNT] = {"remedy", "处理方法"};
    static const char *const places[LANGUAGE_COUNT] = {"reported as", "报告为"};

    cli_print("%s (%s%s%s)\n  %s\n", term->word, term_group_name(term->group),
              term->severity != NULL ? ", " : "", term->severity != NULL ? term->severity : "",
              term->text);
    if (term->remedy != NULL)
        cli_print("  %s: %s\n", remedies[language], term->remedy);
    if (term->where != NULL)
        cli_print("  %s: %s\n", places[language], term->where);
}

static int print_asked(const struct options *options, const struct terms *terms)
{
    bool found = false;

    vec_foreach (term, terms)
        found |= is_asked_for(options, term);
    if (!found) {
        _cleanup_strv_ struct strv words = {0};
        const char *closest;

        vec_foreach (term, terms)
            strv_add(&words, term->word);
        closest = strv_closest(&words, options->word);
        cli_refuse("'%s' is not a word of a verdict, a finding or an exit code%s%s%s; 'touchstone "
                   "explain' lists all of them",
                   options->word, closest != NULL ? ", did you mean '" : "",
                   closest != NULL ? closest : "", closest != NULL ? "'?" : "");
    }
    if (options->json) {
        write_json(options, terms);
        return EXIT_COMPATIBLE;
    }
    if (options->word == NULL) {
        print_list(terms);
        return EXIT_COMPATIBLE;
    }
    vec_foreach (term, terms)
        if (is_asked_for(options, term))
            print_term(term, options->language);
    return EXIT_COMPATIBLE;
}

int cmd_explain(int argc, char **argv)
{
    struct options options = {.language = LANGUAGE_EN};
    struct terms terms;
    int code;

    home_reads_only();
    cli_parse(argc, argv, set_option, &options);
    terms_list(options.language, &terms);
    code = print_asked(&options, &terms);
    vec_done(&terms);
    return code;
}
