/* SPDX-License-Identifier: Apache-2.0 */
/* Folders and files: joining paths, creating, removing, reading whole files of limited size, and
 * writing atomically. */
#ifndef TS_BASE_PATH_H
#define TS_BASE_PATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buffer;
struct error;
struct strv;

/* "a/b" from "a" and "b"; caller frees. */
char *path_join(const char *folder, const char *name);
const char *path_base(const char *path); /* the part after the last '/'; borrowed */

bool path_exists(const char *path);
bool path_is_folder(const char *path);

/* Names of the entries of a folder, sorted, without those that begin with a dot. A folder that does
 * not exist has none. */
int path_list(const char *folder, struct strv *ret_names, struct error **err);

/* mkdir -p, mode 0755 (private: 0700). */
int path_make_folders(const char *path, bool private, struct error **err);

/* rm -rf that never follows a link and never leaves the file system it started on; not an error if
 * the path does not exist. */
int path_remove_tree(const char *path, struct error **err);

/* Reads the whole file and appends a NUL; -EFBIG if it is longer than limit. */
int path_read(const char *path, size_t limit, struct buffer *ret_data, struct error **err);

/* Temporary file, fsync, rename, fsync of the folder: after a crash the file has either the old or
 * the complete new content. */
int path_write_atomic(const char *path, const void *data, size_t length, struct error **err);

/* The same without fsync, for files that need to survive a crash of the process only: after a power
 * cut the file may be empty. */
int path_write_unsynced(const char *path, const void *data, size_t length, struct error **err);

/* Copies a file (base/copy: across file systems, preserving holes), syncs it and renames it into
 * place. Its mode is 0644. */
int path_copy_file(const char *from, const char *to, struct error **err);

/* Renames the file or, across file systems, copies it and removes the old one. */
int path_move_file(const char *from, const char *to, struct error **err);

/* Renames to a name that must not exist: else -EEXIST. */
int path_rename_new(const char *from, const char *to, struct error **err);

/* Syncs a file or folder by name. */
int path_sync(const char *path, struct error **err);

/* Bytes available to an unprivileged user on the file system of path. */
int path_free_bytes(const char *path, uint64_t *ret_bytes, struct error **err);

/* Sum of allocated bytes in path, recursively (links are not followed); 0 if it does not exist. */
uint64_t path_disk_use(const char *path);

#endif
