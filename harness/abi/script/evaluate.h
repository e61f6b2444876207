/* SPDX-License-Identifier: Apache-2.0 */
/* What questions of a shell script answer on an image: values of words that come from os-release,
 * release files, uname -m and similar, and the truth of tests of such values. Everything else is
 * unknown. */
#ifndef TS_ABI_SCRIPT_EVALUATE_H
#define TS_ABI_SCRIPT_EVALUATE_H

#include "abi/script/distribution.h"
#include "abi/script/shell.h"

enum truth { TRUTH_UNKNOWN, TRUTH_YES, TRUTH_NO };

struct evaluation {
    const struct shell_script *script;
    const struct distribution *image;
    VEC(struct evaluation_variable {
        char *name;
        const char *value; /* in the script */
        bool many;         /* set several times, to different values */
    })
    variables;
    bool sources;         /* files are sourced, which may define functions */
    bool changes_path;    /* PATH is assigned */
    bool sources_release; /* os-release is sourced, so ID and the others are set */
    char *fact;           /* what was asked of the image last, or NULL. Cleared by the caller */
    char *program; /* the same, if it is that this program is missing. Cleared by the caller */
    bool present;  /* the same, if it is that a program is there */
    unsigned depth;
};

void evaluate_begin(struct evaluation *evaluation, const struct shell_script *script,
                    const struct distribution *image);
void evaluate_end(struct evaluation *evaluation);

/* The value of a word, or NULL if it is unknown. Caller frees. */
char *evaluate_word(struct evaluation *evaluation, const char *text);

/* The output of a command line, and the text of a file ("" if the image has none); NULL: unknown.
 * Caller frees. */
char *evaluate_output(struct evaluation *evaluation, const char *code);
char *evaluate_file(struct evaluation *evaluation, const char *path);

/* Whether the image has this file; only files that identify a distribution are known. */
enum truth evaluate_exists(struct evaluation *evaluation, const char *path);

/* Forgets what was asked. */
void evaluate_forget(struct evaluation *evaluation);

/* True for a path in a folder of programs. */
bool evaluate_is_program(const char *path);

/* Whether this program can be run. Defined in evaluate_program.c. */
enum truth evaluate_program(struct evaluation *evaluation, const char *name);
/* The same for a word of a command: a constant, the variable of a loop over constants, or the first
 * argument of a function; NO if one of its values is missing. */
enum truth evaluate_program_word(struct evaluation *evaluation, size_t command,
                                 const struct shell_word *word);
/* "command -v X", "which X", "type X", "hash X"; a program that is run and is missing. */
enum truth evaluate_asked(struct evaluation *evaluation, size_t command);

/* Sets the fact. */
void evaluate_note(struct evaluation *evaluation, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* "[ … ]", "test …" and "[[ … ]]": words between the brackets. */
enum truth evaluate_test(struct evaluation *evaluation, const struct shell_word *words,
                         size_t count, bool extended);

/* The exit status of commands [from, to), which are a list of pipelines joined by && and ||. */
enum truth evaluate_range(struct evaluation *evaluation, struct shell_range range);

/* True if this arm of a case statement, with patterns [from, to) of its words, is taken. */
enum truth evaluate_arm(struct evaluation *evaluation, const struct shell_command *command,
                        struct shell_range patterns);

#endif
