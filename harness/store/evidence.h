/* SPDX-License-Identifier: Apache-2.0 */
/* Evidence by digest: HOME/evidence/ab/<sha256>. A blob is synced and then renamed into place, is
 * replaced at most by a verified copy of itself, and is verified whenever it is read. */
#ifndef TS_STORE_EVIDENCE_H
#define TS_STORE_EVIDENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buffer;
struct error;

/* Path of a blob, whether or not it exists; caller frees. */
char *evidence_path(const char *home, const char *sha256);

/* Copies a file that must have this digest and size, else -EBADMSG. An existing blob is not
 * touched. -ENOSPC: the reserve of the file system would be used up. */
int evidence_add_file(const char *home, const char *path, const char *sha256, uint64_t size,
                      struct error **err);

/* The same for many files below evidence/incoming that the caller has verified: first it writes
 * them all, then syncs, adopts each (which renames it over one that is there), and syncs
 * again. */
int evidence_check_space(const char *home, uint64_t size, struct error **err);
int evidence_sync(const char *home, struct error **err);
int evidence_adopt(const char *home, const char *path, const char *sha256, struct error **err);

/* Checks with one stat that a blob exists and is a regular file of this size; its content is not
 * read. -ENOENT; -EBADMSG: another type or size. */
int evidence_check_present(const char *home, const char *sha256, uint64_t size, struct error **err);

/* Open folders of evidence, for many checks. Zero-initialise; free with evidence_folders_done. */
struct evidence_folders {
    int fds[256]; /* descriptor + 1; 0: not opened yet; -1: does not exist */
};
void evidence_folders_done(struct evidence_folders *folders);

/* Like evidence_check_present, without an error message. */
bool evidence_is_present(struct evidence_folders *folders, const char *home, const char *sha256,
                         uint64_t size);

/* Verifies the whole blob and returns its last bytes, at most `limit`; *ret_skipped (may be NULL):
 * number of bytes before them. Anything but a regular file of `size` bytes is not read. -ENOENT;
 * -EBADMSG: the content does not match the digest. */
int evidence_read_tail(const char *home, const char *sha256, uint64_t size, size_t limit,
                       struct buffer *ret_data, uint64_t *ret_skipped, struct error **err);

/* Creates a folder below evidence/incoming for files that may become evidence, after
 * evidence_sweep. The caller removes and frees it. */
int evidence_make_staging(const char *home, char **ret_folder, struct error **err);

/* Removes incomplete copies of dead processes. No process may be adding evidence. */
int evidence_sweep(const char *home, struct error **err);

#endif
