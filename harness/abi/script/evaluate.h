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
    bool sources_release; /* os-release is sourced, so ID and the others are set */
    char *fact;           /* what was asked of the image last, or NULL. Cleared by the caller */
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
