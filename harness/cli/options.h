/* SPDX-License-Identifier: Apache-2.0 */
/* The verbs and their options as tables (verbs.def, options.def). Parser, --help, shell completion
 * and the test of the man pages use only these tables. */
#ifndef TS_CLI_OPTIONS_H
#define TS_CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct strv;

enum option_id {
#define OPTION(id, letter, name) OPTION_##id,
#include "cli/options.def"
    OPTION_COUNT,
    OPTION_WORD, /* a positional argument */
};

struct verb {
    const char *name;  /* "run", "image add" */
    const char *words; /* its arguments, one form a line */
    const char *summary, *about;
    bool hidden; /* internal: not shown in --help */
    bool group;  /* has commands, but no function of its own */
};
extern const struct verb verbs[]; /* ends with a row whose name is NULL */

/* A row of USE, or of HEADING, whose id is OPTION_COUNT. */
struct option_use {
    enum option_id id;
    const char *argument; /* NULL: none */
    const char *verbs, *help;
};
extern const struct option_use option_uses[]; /* ends with a row whose verbs is NULL */

struct option_former {
    char letter;
    enum option_id id;
    const char *verbs;
};
extern const struct option_former option_formers[]; /* ends with a row whose verbs is NULL */

struct option_former_name {
    const char *name;
    enum option_id id;
    const char *verbs;
};
#define OPTION_FORMER_NAMES 2
extern const struct option_former_name option_former_names[OPTION_FORMER_NAMES];

const char *option_name(enum option_id id);
char option_letter(enum option_id id); /* 0: none */

/* True if a list of verbs contains this one. */
bool option_in_verb(const char *list, const char *verb);

/* Returns the verb of that name, or NULL. */
const struct verb *verb_find(const char *name);

/* Returns how many arguments a verb accepts; SIZE_MAX: any number. */
void verb_count_words(const struct verb *verb, size_t *ret_min, size_t *ret_max);

/* Reports that a group (NULL: the program) has no such verb, suggesting the closest, or, if `word`
 * is NULL, that a verb is missing. Returns EXIT_USAGE. */
int verb_unknown(const char *group, const char *word);

/* Returns the --help text of a verb or group; NULL: of the program. Caller frees. */
char *verb_help(const struct verb *verb);
void verb_print_help(const struct verb *verb); /* to standard output */

#endif
