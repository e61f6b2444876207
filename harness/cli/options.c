/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of verbs.def and options.def, and lookups in them. */
#include "cli/options.h"

#include <stdint.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

const struct verb verbs[] = {
#define VERB(name, hidden, words, summary, about) {#name, words, summary, about, hidden, false},
#define GROUP(name, summary) {#name, "", summary, NULL, false, true},
#define COMMAND(group, name, hidden, words, summary, about)                                        \
    {#group " " #name, words, summary, about, hidden, false},
#include "cli/verbs.def"
    {0},
};

static const struct {
    char letter;
    const char *name;
} named[] = {
#define OPTION(id, letter, name) {letter, name},
#include "cli/options.def"
};

const struct option_use option_uses[] = {
#define USE(id, argument, verbs, help) {OPTION_##id, argument, verbs, help},
#define HEADING(verb, text) {OPTION_COUNT, NULL, verb, text},
#include "cli/options.def"
    {0},
};

const struct option_former option_formers[] = {
#define FORMER(letter, id, verbs) {letter, OPTION_##id, verbs},
#include "cli/options.def"
    {0},
};

const struct option_former_name option_former_names[OPTION_FORMER_NAMES] = {
#define FORMER_NAME(name, id, verbs) {name, OPTION_##id, verbs},
#include "cli/options.def"
};

const char *option_name(enum option_id id)
{
    return named[id].name;
}

char option_letter(enum option_id id)
{
    return named[id].letter;
}

bool option_in_verb(const char *list, const char *verb)
{
    _cleanup_strv_ struct strv names = {0};

    strv_split(&names, list, ",");
    return strv_has(&names, "*") || strv_has(&names, verb);
}

const struct verb *verb_find(const char *name)
{
    for (const struct verb *row = verbs; row->name != NULL; row++)
        if (strcmp(row->name, name) == 0)
            return row;
    return NULL;
}

/* Counts the arguments of one form, in which an option includes its argument. */
static void count_form(const char *form, size_t *ret_min, size_t *ret_max)
{
    _cleanup_strv_ struct strv words = {0};

    *ret_min = *ret_max = 0;
    strv_split(&words, form, " ");
    for (size_t i = 0; i < words.count; i++) {
        const char *word = words.items[i];

        if (text_starts(word, "--")) {
            i++;
            continue;
        }
        *ret_min += word[0] != '[';
        *ret_max = *ret_max == SIZE_MAX || strstr(word, "…") != NULL ? SIZE_MAX : *ret_max + 1;
    }
}

void verb_count_words(const struct verb *verb, size_t *ret_min, size_t *ret_max)
{
    _cleanup_strv_ struct strv forms = {0};

    strv_split(&forms, verb->words, "\n");
    *ret_min = forms.count > 0 ? SIZE_MAX : 0;
    *ret_max = 0;
    for (size_t i = 0; i < forms.count; i++) {
        size_t min, max;

        count_form(forms.items[i], &min, &max);
        *ret_min = min < *ret_min ? min : *ret_min;
        *ret_max = max > *ret_max ? max : *ret_max;
    }
}
