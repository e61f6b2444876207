/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bundle: the folder with the output of a job. It contains `result.json`, `evidence/<sha256>` and
 * `digests` (SHA-256, size and name of every other file), and becomes visible by one rename when it
 * is complete. The format is documented in touchstone-bundle(5). Workers write bundles; readers
 * trust nothing in them.
 */
#ifndef TS_BUNDLE_BUNDLE_H
#define TS_BUNDLE_BUNDLE_H

#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "bundle/bounds.h"

struct buffer;
struct error;
struct result;
struct bundle_writer;

enum { BUNDLE_SCHEMA = 2 }; /* version written; 1, without a prediction, is still read */

/* Buffer size for copying and hashing evidence. It fits on the stack: most blobs are much smaller,
 * and clearing a large heap buffer for each takes longer than reading the blob. */
enum { BUNDLE_CHUNK = 64 << 10 };

/* Starts a bundle that will appear at `path`, which must not exist; until then it is in
 * `path`.partial, which is removed first if an earlier attempt created it. */
int bundle_writer_new(const char *path, struct bundle_writer **ret_writer, struct error **err);

/* Removes an unfinished bundle unless it has a journal. */
void bundle_writer_free(struct bundle_writer *writer);
DEFINE_CLEANUP(struct bundle_writer *, bundle_writer_free)

/*
 * Stores a blob and adds its row to result->evidence. At most `limit` bytes (and what the bundle's
 * bounds allow) are stored, from the beginning; the row is marked `truncated` if there were more.
 * Equal blobs are stored once. case_id NULL: belongs to the whole cell. -EFBIG: the bundle's bounds
 * are used up; result->use counts that.
 */
int bundle_add_evidence_memory(struct bundle_writer *writer, struct result *result,
                               const char *case_id, const char *name, const void *data,
                               size_t length, uint64_t limit, struct error **err);

/* The same from memory whose SHA-256 the caller has computed. It is hashed again only if it is
 * stored in part. */
int bundle_add_evidence_hashed(struct bundle_writer *writer, struct result *result,
                               const char *case_id, const char *name, const struct buffer *data,
                               const char *sha256, uint64_t limit, struct error **err);

/* The same from a file, streamed. -ENOENT: it does not exist. The file may still be growing. */
int bundle_add_evidence_file(struct bundle_writer *writer, struct result *result,
                             const char *case_id, const char *name, const char *path,
                             uint64_t limit, struct error **err);

/* Writes result.json and digests, syncs everything and renames the bundle into place. -EINVAL:
 * readers would reject the result (an invalid name, a duplicate case). */
int bundle_finish(struct bundle_writer *writer, const struct result *result, struct error **err);

/* The journal preserves the results of a job that dies. `path`.journal is the result after the last
 * case that ended, with its digest; `path`.running names the case that was started after it. The
 * evidence is in `path`.partial. All are removed when the bundle is in place. */

/* Writes the current result to disk: first the evidence is synced, then the journal is replaced by
 * one rename. Without `durable` nothing is synced: enough as long as no case has ended, because
 * after a power cut there is no result to preserve. */
int bundle_note_result(struct bundle_writer *writer, const struct result *result, bool durable,
                       struct error **err);

/* Records the case that is being started; NULL: none. Not synced, because it need not survive a
 * crash of the host. */
int bundle_note_running(struct bundle_writer *writer, const char *case_id, struct error **err);

/* Continues an unfinished bundle from its journal: returns a writer with its evidence, the result,
 * and the case that was running (NULL: none; caller frees). Everything is verified except the bytes
 * of the evidence, which store_merge_result hashes. -ENOENT: there is no journal; -EBADMSG: it is
 * invalid. */
int bundle_take_over(const char *path, struct bundle_writer **ret_writer,
                     struct result **ret_result, char **ret_running, struct error **err);

/* Reads only the result in a journal. */
int bundle_read_journal(const char *path, struct result **ret_result, struct error **err);

/* Removes an unfinished bundle at `path`. */
int bundle_remove_unfinished(const char *path, struct error **err);

/* Reads and verifies a bundle: all digests and sizes, no unlisted file, no link, all bounds and
 * values. -EBADMSG names the bundle and the fault; -ENOENT: it does not exist (a `.partial` is not
 * a bundle). Free with result_free. */
int bundle_read(const char *path, struct result **ret_result, struct error **err);

/* The same without hashing the evidence, for callers that hash it while they copy it, such as
 * store_merge_result. */
int bundle_read_result(const char *path, struct result **ret_result, struct error **err);

/* Path of a piece of evidence in a bundle; caller frees. */
char *bundle_evidence_path(const char *path, const char *sha256);

#endif
