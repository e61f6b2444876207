/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Evidence by digest: HOME/evidence/ab/<sha256>. A blob is renamed into place after it was synced,
 * never written over, and checked against its name whenever it is read.
 */
#ifndef TS_STORE_EVIDENCE_H
#define TS_STORE_EVIDENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buffer;
struct error;

/* Where a blob is, whether or not it is there; caller frees. */
char *evidence_path(const char *home, const char *sha256);

/* Copies a file in that must have this digest and size: -EBADMSG when it has not. A blob that is
 * there already is left alone. -ENOSPC when the file system would be left without its reserve. */
int evidence_add_file(const char *home, const char *path, const char *sha256, uint64_t size,
                      struct error **err);

/* Whether a blob is there, by its name alone: a plain file of this size. Costs one stat. -ENOENT,
 * or -EBADMSG when it is another kind of file or of another size. */
int evidence_check_present(const char *home, const char *sha256, uint64_t size, struct error **err);

/* The folders of evidence, opened once for many looks. Zero-initialised; end with
 * evidence_folders_done. */
struct evidence_folders {
    int fds[256]; /* descriptor + 1; 0: not opened; -1: not there */
};
void evidence_folders_done(struct evidence_folders *folders);

/* As evidence_check_present, without a message. */
bool evidence_is_present(struct evidence_folders *folders, const char *home, const char *sha256,
                         uint64_t size);

/* The tail of at most `limit` bytes, after the whole blob was checked; *ret_skipped (may be NULL)
 * says how many bytes stand before it. What is not a plain file of `size` bytes is not read at all.
 * -ENOENT, or -EBADMSG when its bytes are not those of its name. */
int evidence_read_tail(const char *home, const char *sha256, uint64_t size, size_t limit,
                       struct buffer *ret_data, uint64_t *ret_skipped, struct error **err);

/* Removes copies that were being made when their process died. Nobody may be adding evidence. */
int evidence_sweep(const char *home, struct error **err);

#endif
