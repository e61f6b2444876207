/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a file of any kind names another: in a source, a file for make, a command, or a string of
 * a program. A name that is put together at run time counts as far as it is constant, because what
 * may be named must not pass for unused. */
#ifndef TS_ABI_PACKAGE_NAMED_H
#define TS_ABI_PACKAGE_NAMED_H

#include <stdbool.h>
#include <stddef.h>

struct strv;

/* A part of a file. Parts overlap by NAMED_MAX bytes, so that each name stands whole in one. */
struct named_part {
    const char *text;
    size_t size;
    bool first, last;
};
#define NAMED_MAX 1024

/* The name, as a word: "x.sh" is not in "max.sh". At most NAMED_MAX / 4 bytes. */
bool named_word(const struct named_part *part, const char *name);

/* An ending behind what is not constant: "*.sh", "${name}.sh", "%s.sh", /\.sh$/. */
bool named_ending(const struct named_part *part, const char *ending);

/* A folder as the last part of a path. ret_files: its files, by a pattern: "hooks/" and '*'. */
bool named_folder(const struct named_part *part, const char *folder, bool *ret_files);

/* True if it calls what gives the names in a folder, or if "directories" of package.json does. */
bool named_lists(const struct named_part *part);

/* Adds the words that follow npm or a program like it, which may name commands of package.json, to
 * a sorted list; command: the part is itself such a command, which any program may read, so that
 * all its words are added. Returns true if it runs a command whose name is not constant. */
bool named_runs(const struct named_part *part, bool command, struct strv *words);

#endif
