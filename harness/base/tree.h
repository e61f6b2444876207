/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A folder that travels: into a run's folder, and from there into a guest. It holds folders, files
 * and symbolic links that stay inside it. What cannot travel is found here and nowhere else.
 */
#ifndef TS_BASE_TREE_H
#define TS_BASE_TREE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/digest.h"

struct error;

#define TREE_NAME_MAX 3000 /* bytes of a name below the folder: paths end at 4096 */
#define TREE_ENTRIES_MAX 1000000
/* A larger file's digest passes over zeros, see tree_digest. */
#define TREE_WHOLE_DIGEST_MAX (UINT64_C(1) << 30)

enum tree_kind { TREE_FOLDER, TREE_FILE, TREE_LINK, TREE_REFUSED };

struct tree_entry {
    const char *name; /* below the folder: "files/lib/libfoo.so.1" */
    const char *path; /* to open it by */
    enum tree_kind kind;
    mode_t mode;         /* permission bits, setuid, setgid and sticky included */
    uint64_t size, data; /* of a file: bytes, and how many of them are not in holes */
    const char *target;  /* of a link */
    const char *problem; /* of what is refused: a sentence that names it and says what to do */
};

/* Less than 0 ends the walk. */
typedef int (*tree_visit)(void *context, const struct tree_entry *entry, struct error **err);

/* Visits everything below the folder, a folder before what is in it, names in the order of their
 * bytes, wherever it lies. Nothing is read but names and, of links, targets. What is refused is
 * visited with `all`, else it ends the walk: -EINVAL, with the problem as the message. Other codes
 * are the host's. */
int tree_walk(const char *folder, bool all, tree_visit visit, void *context, struct error **err);

/* SHA-256 over names, executable bits, links' targets and contents: the same tree has the same
 * digest wherever it lies and however its holes are kept. A line for each file and link:
 *
 *   DIGEST M /NAME     M: '-', 'x' (executable), 'l' (DIGEST is of the target), or, of a file
 *                      of more than TREE_WHOLE_DIGEST_MAX, '=' or 'X' (executable): DIGEST is over
 *                      the offset (8 bytes, little-endian) and the content of each 64 KiB that is
 *                      not all zeros, then the size (8 bytes)
 *
 * As sha256sum does, a line whose name holds a newline begins with '\' and has \n and \\ in the
 * name. */
int tree_digest(const char *folder, char hex[DIGEST_TEXT_SIZE], struct error **err);

/* Copies the tree (holes kept, modes 0644 or 0755) to a folder, which is made, and waits until it
 * is on disk. */
int tree_copy(const char *folder, const char *to, struct error **err);

/* A digest over names, modes, sizes, inodes and times of everything at and below path, which may be
 * a file: while it stays the same, so did the contents. *ret_latest (caller frees) is what was
 * changed last. Reads no file. */
int tree_stamps(const char *path, char stamps[DIGEST_TEXT_SIZE], char **ret_latest,
                struct error **err);

#endif
