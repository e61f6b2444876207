/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files of a package, wherever they come from: what each is by its content, and into it where it
 * holds others. Archives in archives are spooled (abi/archive/blob) and read to a bounded depth.
 */
#ifndef TS_ABI_PACKAGE_CONTENTS_H
#define TS_ABI_PACKAGE_CONTENTS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct blob;
struct error;
struct package;

/* Where a file lies. */
struct place {
    const char *path; /* in the package; "/a.tgz!/b.war!/lib/x.so" */
    unsigned mode;
    int depth;       /* archives around it */
    double density;  /* bytes of the input for a byte of what it is read from, at most 1 */
    bool input;      /* the package itself: its files have no prefix */
    const char *deb; /* an archive in a deb: where its files belong; else NULL */
};

/* The bytes of one file, in order. */
struct source {
    ssize_t (*read)(struct source *source, void *to, size_t size);
    uint64_t (*packed)(struct source *source); /* bytes of what it is read from, so far */
    const char *(*said)(struct source *source);
    void *context;
    const struct blob *blob; /* all of it, where it can be read at any place; else NULL */
    uint64_t at;             /* for sources over a blob */
};

/* What reads a file calls what reads the files in it, and the other way round: through these, which
 * read.c sets, so that the files of this room make no circle. */
struct contents_ways {
    void (*take)(struct package *package, const struct place *place, struct source *source);
    void (*take_blob)(struct package *package, const struct place *place, const struct blob *blob);
    void (*take_script)(struct package *package, const struct place *place,
                        const struct blob *blob);
    void (*take_archive)(struct package *package, const struct place *place,
                         const struct blob *blob, bool packed);
    int (*read_root)(const char *name, const struct blob *blob, double density,
                     struct package *outer, struct package **ret_package, struct error **err);
};

void contents_take(struct package *package, const struct place *place, struct source *source);
void contents_take_blob(struct package *package, const struct place *place,
                        const struct blob *blob);

/* A script with nothing behind it. */
void contents_take_script(struct package *package, const struct place *place,
                          const struct blob *blob);

/* Counts what came out of an archive; false, and a finding the first time, when it is too much. */
bool contents_count(struct package *package, uint64_t more);

/* An archive or one compressed file. In archive.c. */
void archive_take(struct package *package, const struct place *place, const struct blob *blob,
                  bool packed);

/* A script with something behind it. In behind.c. */
void behind_script(struct package *package, const struct place *place, const struct blob *blob);

/* Something behind the end of a program. */
void behind_program(struct package *package, const struct place *place, const void *data,
                    size_t size);

/* Whether the tool that reads it is there; then its files were taken. In squashfs.c. */
bool squashfs_take(struct package *package, const struct place *place, const struct blob *blob);

/* Whether it is PyInstaller's; then its files were taken. The blob is memory. In pyinstaller.c. */
bool pyinstaller_take(struct package *package, const struct place *place, const struct blob *blob);

#endif
