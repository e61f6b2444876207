/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the files of a package from any source: detects each file's type by its content and
 * descends into those that contain files. Archives in archives are spooled (abi/archive/blob) and
 * read up to a maximum depth. */
#ifndef TS_ABI_PACKAGE_CONTENTS_H
#define TS_ABI_PACKAGE_CONTENTS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct blob;
struct error;
struct format;
struct package;

/* Location of a file. */
struct place {
    const char *path; /* path in the package: "/a.tgz!/b.war!/lib/x.so" */
    unsigned mode;
    int depth;       /* number of archives around it */
    double density;  /* bytes of the input for each byte of the containing archive, at most 1 */
    bool input;      /* the package itself: its files have no prefix */
    const char *deb; /* for an archive in a deb: the folder that its files belong to; else NULL */
};

/* The content of a file as a stream. */
struct source {
    ssize_t (*read)(struct source *source, void *to, size_t size);
    uint64_t (*packed)(struct source *source); /* bytes of the compressed input consumed so far */
    const char *(*said)(struct source *source);
    void *context;
    const struct blob *blob; /* all of it, if random access is possible; else NULL */
    uint64_t at;             /* position, for sources on a blob */
};

/* The code that reads a file calls the code that reads the files in it, and vice versa. To avoid
 * circular dependencies, these calls go through function pointers that read.c sets. */
struct content_handlers {
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

/* Adds a script without appended data. */
void contents_take_script(struct package *package, const struct place *place,
                          const struct blob *blob);

/* Counts bytes that came out of an archive; returns false, and adds a finding the first time, if
 * there are too many. */
bool contents_count(struct package *package, uint64_t more);

/* Reads an archive or a compressed file. Defined in archive.c. */
void archive_take(struct package *package, const struct place *place, const struct blob *blob,
                  bool packed);

/* Reads a script with appended data. Defined in appended.c. */
void appended_script(struct package *package, const struct place *place, const struct blob *blob);

/* Reads a script that is text only, with the archives and programs that it carries as base64 or in
 * another encoding of text. */
void behind_text(struct package *package, const struct place *place, const struct blob *blob);

/* Reads a program or archive that a script writes piece by piece; returns whether there is one.
 * Defined in fragments.c. */
bool fragments_take(struct package *package, const struct place *place, const struct blob *script);

/* Reads what a script's text decodes to, as a file in the script. Defined in fragments.c. */
void fragments_take_decoded(struct package *package, const struct place *place,
                            const struct format *format, const struct blob *data);

/* True if a text begins with encoded data. */
bool behind_is_encoded(const char *head, size_t length);

/* Reads data appended to a program. */
void appended_program(struct package *package, const struct place *place, const void *data,
                      size_t size);

/* Adds the links that its scripts make with update-alternatives. Defined in alternatives.c. */
void alternatives_take(struct package *package);

/* Returns whether the tool that reads it is installed; then its files were added. Defined in
 * squashfs.c. */
bool squashfs_take(struct package *package, const struct place *place, const struct blob *blob);

/* Returns whether it was made by PyInstaller; then its files were added. The blob is in memory.
 * Defined in pyinstaller.c. */
bool pyinstaller_take(struct package *package, const struct place *place, const struct blob *blob);

#endif
