/* SPDX-License-Identifier: Apache-2.0 */
/* A folder tree that is copied into a run's folder and from there into a guest: folders, files, and
 * symbolic links whose target is inside it. This is the only place that decides what can be
 * copied. */
#ifndef TS_BASE_TREE_H
#define TS_BASE_TREE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/digest.h"

struct buffer;
struct error;

/* bytes of a path relative to the folder; paths are limited to 4096 bytes */
#define TREE_NAME_MAX 3000
#define TREE_ENTRIES_MAX 1000000
/* The digest of a larger file skips zeros, see tree_digest. */
#define TREE_WHOLE_DIGEST_MAX (UINT64_C(1) << 30)

enum tree_kind { TREE_FOLDER, TREE_FILE, TREE_LINK, TREE_REFUSED };

struct tree_entry {
    const char *name; /* relative path: "files/lib/libfoo.so.1" */
    const char *path; /* path to open it by */
    enum tree_kind kind;
    mode_t mode;         /* permission bits including setuid, setgid and sticky */
    uint64_t size, data; /* of a file: its size in bytes, and how many of these are not in holes */
    const char *target;  /* of a symbolic link */
    const char *problem; /* of a rejected entry: a sentence that names it and says what to do */
};

/* A negative result ends the walk. */
typedef int (*tree_visit)(void *context, const struct tree_entry *entry, struct error **err);

/* Visits everything in the folder, parents before their content, in bytewise order of names. Only
 * names and targets of links are read. A rejected entry is visited if `all` is set, else it ends
 * the walk with -EINVAL and the problem as message. Other codes are faults of the host. */
int tree_walk(const char *folder, bool all, tree_visit visit, void *context, struct error **err);

/*
 * SHA-256 over names, executable bits, link targets and contents. It does not depend on the
 * location of the tree or on holes. Hashed is one line for each file and link:
 *
 *   DIGEST M /NAME     M: '-', 'x' (executable), 'l' (DIGEST is of the target), or, for a file
 *                      of more than TREE_WHOLE_DIGEST_MAX, '=' or 'X' (executable): DIGEST is over
 *                      the offset (8 bytes, little-endian) and the content of each 64 KiB that is
 *                      not all zeros, then the size (8 bytes)
 *
 * As with sha256sum, a line whose name contains a newline begins with a backslash, and newlines and
 * backslashes in the name are escaped.
 */
int tree_digest(const char *folder, char hex[DIGEST_TEXT_SIZE], struct error **err);

/* Appends these lines, whose SHA-256 is the digest. */
int tree_lines(const char *folder, struct buffer *ret_lines, struct error **err);

/* Copies the tree (preserving holes, modes 0644 or 0755) to a new folder and syncs it. */
int tree_copy(const char *folder, const char *to, struct error **err);

/* A digest over names, modes, sizes, inodes and times of everything in path, which may be a file:
 * as long as it is the same, the contents are unchanged. *ret_latest (caller frees): what was
 * changed last. Reads no file content. */
int tree_stamps(const char *path, char stamps[DIGEST_TEXT_SIZE], char **ret_latest,
                struct error **err);

#endif
