/* SPDX-License-Identifier: Apache-2.0 */
/* Internal to suite/: the parts of the decision on who is responsible. */
#ifndef TS_SUITE_RESPONSIBLE_PARTS_H
#define TS_SUITE_RESPONSIBLE_PARTS_H

#include "suite/responsible.h"

/* The party responsible for reaching the time limit, and what was observed, as the end of a
 * sentence; caller frees *ret_text. */
enum blame responsible_for_hang(const struct inquiry *inquiry, char **ret_text);

/* The party that the file with that path belongs to. */
enum owner responsible_owner(const struct inquiry *inquiry, const char *path, const char **ret_of);

/* "'path' of package", for display. Caller frees. */
char *responsible_name(const struct inquiry *inquiry, const char *path);

/* Something that went wrong with one file; if there are several, the latest counts. */
struct trouble {
    enum { TROUBLE_NONE, TROUBLE_REFUSED, TROUBLE_EXIT, TROUBLE_SIGNAL } what;
    unsigned at;
    const char *path;
    const struct witnessed_file *file;   /* for REFUSED */
    const struct witnessed_crash *crash; /* for SIGNAL, or NULL */
    int number;                          /* the signal, or the exit code */
    unsigned times;
};

/* Describes it as a sentence; caller frees. */
char *responsible_describe(const struct inquiry *inquiry, const struct trouble *trouble);

/* The line of stderr in which a shell reports an error in the suite's own script, escaped for
 * display; NULL: none. passed: include errors after which the script should not have continued.
 * Caller frees. */
char *responsible_find_mistake(const struct inquiry *inquiry, bool passed);

/* True if `text`, which follows the script's name and line, is "FILE: what" with a file of the
 * product that the script sources. */
bool responsible_is_of_product(const struct inquiry *inquiry, const char *text);

/* True if the line is a usage error of a tool of the image, called wrongly by the script. */
bool responsible_is_misuse(const struct inquiry *inquiry, const char *line);

#endif
