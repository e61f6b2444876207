/* SPDX-License-Identifier: Apache-2.0 */
/* Inside the room: the parts of the decision on who is responsible. */
#ifndef TS_SUITE_RESPONSIBLE_PARTS_H
#define TS_SUITE_RESPONSIBLE_PARTS_H

#include "suite/responsible.h"

/* Who is responsible for the time limit, and what was seen, as the rest of a sentence; caller frees
 * *ret_text. */
enum blame responsible_for_hang(const struct inquiry *inquiry, char **ret_text);

/* The owner of the file of that path. */
enum owner responsible_owner(const struct inquiry *inquiry, const char *path, const char **ret_of);

/* 'path' of package, for a reader. Caller frees. */
char *responsible_name(const struct inquiry *inquiry, const char *path);

/* A thing that went wrong with one file; where there are several, the latest counts. */
struct trouble {
    enum { TROUBLE_NONE, TROUBLE_REFUSED, TROUBLE_EXIT, TROUBLE_SIGNAL } what;
    unsigned at;
    const char *path;
    const struct witnessed_file *file;   /* of REFUSED */
    const struct witnessed_crash *crash; /* of SIGNAL, or NULL */
    int number;                          /* of the signal, or the exit code */
    unsigned times;
};

/* It as a sentence; caller frees. */
char *responsible_tell(const struct inquiry *inquiry, const struct trouble *trouble);

/* The line of stderr in which a shell says that the suite's own script is wrong, as a reader sees
 * it; NULL: none. passed: also what the script should not have gone on after. Caller frees. */
char *responsible_find_mistake(const struct inquiry *inquiry, bool passed);

/* "FILE: what", behind the script's name and line: the script sources a file of the product. */
bool responsible_is_of_product(const struct inquiry *inquiry, const char *text);

/* Whether the line is that of a tool of the image that was called wrongly, by the script. */
bool responsible_is_misuse(const struct inquiry *inquiry, const char *line);

#endif
