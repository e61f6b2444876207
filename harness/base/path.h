/* SPDX-License-Identifier: Apache-2.0 */
/* Folders and files: joining, making, removing, reading whole (bounded), and writing atomically. */
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
const char *path_base(const char *path); /* after the last '/'; borrowed */

bool path_exists(const char *path);
bool path_is_folder(const char *path);

/* Names of what is in a folder, sorted, without those that begin with a dot. A folder that is not
 * there has none. */
int path_list(const char *folder, struct strv *ret_names, struct error **err);

/* mkdir -p, mode 0755 (private: 0700). */
int path_make_folders(const char *path, bool private, struct error **err);

/* rm -rf that never follows a link and never leaves the file system it started on; a path that is
 * not there is fine. */
int path_remove_tree(const char *path, struct error **err);

/* The whole file, NUL-terminated after its bytes; -EFBIG when longer than limit. */
int path_read(const char *path, size_t limit, struct buffer *ret_data, struct error **err);

/* Temporary file, fsync, rename, fsync of the folder: either the old or the whole new content is
 * there after a crash. */
int path_write_atomic(const char *path, const void *data, size_t length, struct error **err);

/* Copies a file (base/copy: across file systems, holes kept), fsyncs, renames into place. Its mode
 * is 0644. */
int path_copy_file(const char *from, const char *to, struct error **err);

/* rename, or on another file system a copy and the removal of the old one. */
int path_move_file(const char *from, const char *to, struct error **err);

/* rename to a name that is free: -EEXIST when it is not. */
int path_rename_new(const char *from, const char *to, struct error **err);

/* fsync of a file or folder by name. */
int path_sync(const char *path, struct error **err);

/* Bytes free for an ordinary user on the file system of path. */
int path_free_bytes(const char *path, uint64_t *ret_bytes, struct error **err);

/* Sum of allocated bytes below path (links not followed); 0 when not there. */
uint64_t path_disk_use(const char *path);

#endif
