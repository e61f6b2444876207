/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The footprint of a product: what it adds to the system, changes and leaves behind. A snapshot of
 * the system is taken before the first case and stored in the guest; the host keeps its digest.
 * Later the system is compared with it, and only the differences are printed.
 */
#ifndef TS_INSIDE_FOOTPRINT_H
#define TS_INSIDE_FOOTPRINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The exit code if the snapshot to compare with is gone or was changed. */
#define EXIT_SNAPSHOT_CHANGED 75

/* Prefix of all paths that are read; "" in a guest, a folder in tests. */
extern const char *footprint_root;
/* Returns `path` below that prefix, in a buffer that the next call overwrites. */
const char *footprint_path(const char *path);

/* Something was not read: the comparison is incomplete, and the host must not conclude from what is
 * missing in it. Only the first reason is kept. */
void footprint_incomplete(const char *format, ...) __attribute__((format(printf, 1, 2)));
const char *footprint_why_incomplete(void); /* NULL: complete */
/* True if the time limit has passed; then the comparison is incomplete. */
bool footprint_out_of_time(void);

/* A snapshot: rows of kind, name and value, each text with its NUL, one after the other. `data` is
 * also the content of its file. */
struct snapshot {
    char *data;
    size_t used, room;
    uint32_t *rows; /* offsets of the kinds */
    size_t count, rows_room;
    uint32_t *slots; /* hash table of row numbers + 1 */
    size_t slot_count;
    bool full; /* a row was dropped */
};
void snapshot_add(struct snapshot *snapshot, const char *kind, const char *name, const char *value);
const char *snapshot_kind(const struct snapshot *snapshot, size_t row);
const char *snapshot_name(const struct snapshot *snapshot, size_t row);
const char *snapshot_value(const struct snapshot *snapshot, size_t row);
/* Makes snapshot_find possible, until a row is added. */
bool snapshot_index(struct snapshot *snapshot);
#define SNAPSHOT_NONE SIZE_MAX
size_t snapshot_find(const struct snapshot *snapshot, const char *kind, const char *name);
void snapshot_digest(const struct snapshot *snapshot, char hex[65]);
bool snapshot_write(const struct snapshot *snapshot, const char *path);
/* Returns NULL, or why it cannot be used: it has another digest, or is not a snapshot. */
const char *snapshot_load(struct snapshot *snapshot, const char *path, const char *digest);
void snapshot_done(struct snapshot *snapshot);

/* All files of local file systems, except those that the system itself writes. hash: also of the
 * contents of the files in /etc, and of the targets of links. */
void footprint_files(struct snapshot *now, bool hash);
/* Everything but files: users, groups, ports, settings, modules, active units, denials. */
void footprint_system(struct snapshot *now);

/* The value of a row of kind "file". */
struct file_value {
    unsigned mode, uid, gid;
    uint64_t ctime_ns, hash; /* hash 0: not computed */
};
bool file_value_parse(const char *text, struct file_value *ret_value);
uint64_t file_content_hash(const char *path, unsigned mode);

/* A file whose owner is asked for. */
struct candidate {
    const char *path;
    bool owned;
    bool renewed;   /* a package that owns it was installed after the snapshot */
    bool verify;    /* its content is to be compared with the packages' digests */
    bool digested;  /* some package has a digest of it */
    bool unchanged; /* and it matches */
    bool undefined; /* its package says that it has the file, but not what is in it */
};
/* Asks dpkg's database and rpm. since_ns: time of the snapshot. */
void footprint_owners(struct candidate *candidates, size_t count, int64_t since_ns);

/* The kind of a new file, and of one that was changed or is gone. */
const char *footprint_kind_of(const char *path, unsigned mode);
const char *footprint_kind_of_changed(const char *path, unsigned mode);

/* Prints the differences of files; `print` is called for each. */
typedef void footprint_print(const char *kind, const char *change, const char *name,
                             const char *detail);
void footprint_compare_files(const struct snapshot *then, const struct snapshot *now,
                             int64_t since_ns, footprint_print *print);

/* MD5 (RFC 1321), because dpkg's database has no other digest. False: the file cannot be read. */
bool md5_file(const char *path, char hex[33]);

#endif
