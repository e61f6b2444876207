/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bundle: the folder that a job leaves. It holds `result.json`, `evidence/<sha256>` and `digests`
 * (sha256, size and name of every other file), and appears by one rename: what is there is
 * complete. The format is touchstone-bundle(5). Writing belongs to the worker; whoever reads a
 * bundle trusts nothing in it.
 */
#ifndef TS_BUNDLE_BUNDLE_H
#define TS_BUNDLE_BUNDLE_H

#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "bundle/bounds.h"

struct error;
struct result;
struct bundle_writer;

enum { BUNDLE_SCHEMA = 2 }; /* 1: without a prediction; still taken */

/* Starts a bundle that will be at `path`, which must not be there yet; until then it is in
 * `path`.partial, and what an earlier try left there is removed. */
int bundle_writer_new(const char *path, struct bundle_writer **ret_writer, struct error **err);

/* An unfinished bundle is removed, unless it has a journal. */
void bundle_writer_free(struct bundle_writer *writer);
DEFINE_CLEANUP(struct bundle_writer *, bundle_writer_free)

/*
 * Keeps a blob and adds its row to result->evidence. At most limit bytes (and what the bundle's own
 * bounds leave) are kept, from the head; the row says `truncated` when that cut something off. The
 * same bytes are kept once. case_id NULL: of the whole cell. -EFBIG: the bundle's bounds leave no
 * room for it; result->use has counted that.
 */
int bundle_add_evidence_memory(struct bundle_writer *writer, struct result *result,
                               const char *case_id, const char *name, const void *data,
                               size_t length, uint64_t limit, struct error **err);

/* The same from a file, streamed. A file that is not there is -ENOENT; it may still be growing. */
int bundle_add_evidence_file(struct bundle_writer *writer, struct result *result,
                             const char *case_id, const char *name, const char *path,
                             uint64_t limit, struct error **err);

/* Writes result.json and digests, syncs all and renames the bundle into place. -EINVAL when the
 * result is one that no reader would take (a name that is none, a case id given twice). */
int bundle_finish(struct bundle_writer *writer, const struct result *result, struct error **err);

/*
 * The journal: a job that dies leaves what it had. `path`.journal is the result as it stood after
 * the last case that ended, with its digest; `path`.running names the case that was begun after
 * that. The evidence is in `path`.partial. All of it goes when the bundle is in place.
 */

/* Makes what is known durable: evidence first, then the result, by one rename. */
int bundle_note_result(struct bundle_writer *writer, const struct result *result,
                       struct error **err);

/* Names the case that begins; NULL: none runs. It need not outlive the host. */
int bundle_note_running(struct bundle_writer *writer, const char *case_id, struct error **err);

/* Takes an unfinished bundle over from its journal: a writer that holds its evidence, the result,
 * and the case that ran (NULL: none; caller frees). Nothing in it is believed unchecked. -ENOENT:
 * there is no journal; -EBADMSG: it is not what a job left. */
int bundle_take_over(const char *path, struct bundle_writer **ret_writer,
                     struct result **ret_result, char **ret_running, struct error **err);

/* Only looks at the result in a journal. */
int bundle_read_journal(const char *path, struct result **ret_result, struct error **err);

/* Removes what an unfinished bundle at `path` left. */
int bundle_remove_unfinished(const char *path, struct error **err);

/* Reads a bundle and checks all of it: every digest and size, no file beside those listed, no link,
 * every bound, every word. -EBADMSG names the bundle and what is wrong; -ENOENT when there is none
 * (a `.partial` is none). End with result_free. */
int bundle_read(const char *path, struct result **ret_result, struct error **err);

/* The same, but the bytes of the evidence are not hashed: for whoever copies it and hashes it then,
 * as store_merge_result does. */
int bundle_read_result(const char *path, struct result **ret_result, struct error **err);

/* Path of a piece of evidence in a bundle; caller frees. */
char *bundle_evidence_path(const char *path, const char *sha256);

#endif
