/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verbs and their options as data (verbs.def, options.def): the parser, --help, the completion
 * for shells and the test of the man pages read these tables and nothing else.
 */
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
    OPTION_WORD, /* an argument that is no option */
};

struct verb {
    const char *name;  /* "run", "image add" */
    const char *words; /* what may follow it, one form a line */
    const char *summary, *about;
    bool hidden; /* internal: not in --help */
    bool group;  /* it has commands, and no function of its own */
};
extern const struct verb verbs[]; /* ends with a row whose name is NULL */

/* A row of USE, or of HEADING: id is OPTION_COUNT then. */
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

const char *option_name(enum option_id id);
char option_letter(enum option_id id); /* 0: none */

/* Whether a list of verbs has this one. */
bool option_in_verb(const char *list, const char *verb);

/* The verb of that name, or NULL. */
const struct verb *verb_find(const char *name);

/* How many words a verb takes; SIZE_MAX: any number. */
void verb_count_words(const struct verb *verb, size_t *ret_min, size_t *ret_max);

/* Says that a group (NULL: the program) has no such verb, with the closest, or, for a word of NULL,
 * that one is missing. Returns EXIT_USAGE. */
int verb_unknown(const char *group, const char *word);

/* The --help of a verb or group; NULL: of the program. Caller frees. */
char *verb_help(const struct verb *verb);
void verb_print_help(const struct verb *verb); /* to standard output */

#endif
