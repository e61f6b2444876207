/* SPDX-License-Identifier: Apache-2.0 */
/* The files of a system, looked up as its own programs would see them: links are followed within
 * its root folder, at most 40 of them. */
#ifndef TS_ABI_SETTINGS_TREE_H
#define TS_ABI_SETTINGS_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

enum settings_kind {
    SETTINGS_FILE, /* its text is known, or the problem says why not */
    SETTINGS_LINK,
    SETTINGS_OTHER, /* a folder, or a file whose text nobody asked for */
};

/* Borrowed from the tree. */
struct settings_entry {
    enum settings_kind kind;
    const char *text; /* not NUL-terminated; NULL: empty */
    size_t length;
    const char *target;  /* of a link */
    const char *problem; /* why a file was not read; NULL: it was */
};

struct settings_tree {
    const void *context;
    /* Exactly this absolute path, without following links; false: it does not exist. */
    bool (*look)(const void *context, const char *path, struct settings_entry *ret_entry);
    /* Appends the names of what settings_wants accepts in a folder; the folder is no link. */
    void (*list)(const void *context, const char *folder, struct strv *ret_names);
    /* Version of the package that owns this path, or NULL. Caller frees. */
    char *(*version)(const void *context, const char *path);
    unsigned systemd;      /* release; 0: unknown, or there is none */
    const char *hierarchy; /* default-hierarchy of its build: unified, hybrid, legacy; or NULL */
};

enum settings_state {
    SETTINGS_ABSENT,
    SETTINGS_FOUND,
    SETTINGS_UNREAD, /* it exists, or may exist, and its content is unknown */
};

/* A file after links. Free with settings_file_done. */
struct settings_file {
    char *path; /* where it really is */
    const char *text;
    size_t length;
    char *problem; /* SETTINGS_UNREAD: why, with the path that was asked for */
};

enum settings_state settings_open(const struct settings_tree *tree, const char *path,
                                  struct settings_file *ret_file);
void settings_file_done(struct settings_file *file);

/* The path after all links, whether or not something is there; NULL: the links form a loop. Caller
 * frees. */
char *settings_real(const struct settings_tree *tree, const char *path);

/* True if something is there after links. */
bool settings_exists(const struct settings_tree *tree, const char *path);

/* Appends the paths of the files with this ending in the folders (the list ends with NULL), sorted
 * by name; of several with the same name, that of the first folder. */
void settings_list(const struct settings_tree *tree, const char *const *folders, const char *ending,
                   struct strv *ret_paths);

/* The next line without its end, which is '\n' or NUL; NULL: the text has ended. Caller frees. */
char *settings_line(const struct settings_file *file, size_t *position);

/* Removes white space at both ends, in place. */
char *settings_strip(char *text);

#endif
