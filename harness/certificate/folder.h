/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The folder of a certificate, read as hostile input: names are of a small alphabet, links are
 * never followed, nothing but regular files is opened, sizes are bounded, and nothing outside the
 * folder is touched. It has files and the folders of certificate_folders, which have only files.
 */
#ifndef TS_CERTIFICATE_FOLDER_H
#define TS_CERTIFICATE_FOLDER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/text.h"
#include "base/text_map.h"
#include "base/vec.h"
#include "certificate/problems.h"

struct error;

enum { FOLDER_FILES_MAX = 1000000, FOLDER_NAME_MAX = 255, FOLDER_PLACES = 5 };
/* Bytes: of a piece of evidence (BUNDLE_BLOB_LIMIT), of any other file, of all together. */
#define FOLDER_FILE_MAX (UINT64_C(1) << 30)
#define FOLDER_BYTES_MAX (UINT64_C(256) << 30)

/* "" and the names of its folders. */
extern const char *const folder_places[FOLDER_PLACES];

struct folder_file {
    char *name; /* relative, such as "evidence/SHA256" */
    unsigned place;
    uint64_t size;
    char sha256[DIGEST_TEXT_SIZE]; /* as read; "": not read yet */
};

struct folder {
    char *path;
    int fds[FOLDER_PLACES];        /* -1: it has no such folder */
    VEC(struct folder_file) files; /* sorted by name, bytewise */
    struct text_map by_name;
    uint64_t bytes; /* of all files */
};
void folder_done(struct folder *folder);

/* Lists the folder. What may not be in it is a problem, and is not listed. Negative only if the
 * host fails, or there is no such folder. Free with folder_done. */
int folder_open(const char *path, struct folder *ret_folder, struct problems *problems,
                struct error **err);

/* NULL: there is no such file. Borrowed. */
struct folder_file *folder_find(const struct folder *folder, const char *name);

/* Reads the whole file and sets its digest; one that is larger than limit is a problem and gives
 * -EFBIG. */
int folder_read(const struct folder *folder, struct folder_file *file, size_t limit,
                struct buffer *ret_data, struct problems *problems, struct error **err);

/* Sets the digest of a file that was not read yet. */
int folder_digest(const struct folder *folder, struct folder_file *file, struct error **err);

/* Computes the SM3 digest of a file, and sets its own. */
int folder_sm3(const struct folder *folder, struct folder_file *file,
               char ret_sm3[DIGEST_TEXT_SIZE], struct error **err);

/* True for [A-Za-z0-9_][A-Za-z0-9._+-]*, at most FOLDER_NAME_MAX bytes, optionally after the name
 * of one of the folders. */
bool folder_is_name(const char *name);

#endif
