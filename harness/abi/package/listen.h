/* SPDX-License-Identifier: Apache-2.0 */
/* Passes the whole content of every file of a package, archives included, to who listens: a list of
 * what a product consists of needs the digest of each, although the check needs few bytes of most.
 */
#ifndef TS_ABI_PACKAGE_LISTEN_H
#define TS_ABI_PACKAGE_LISTEN_H

#include <stdbool.h>
#include <stddef.h>

struct package;
struct place;
struct source;

/* Files are nested: that of an archive ends after those in it. */
struct package_listener {
    /* A file begins; path as in the package's findings. Returns what the others get as `file`. */
    void *(*begin)(struct package_listener *listener, const char *path, bool input);
    void (*data)(void *file, const void *data, size_t size);

    /* whole: false if its end was not read; a finding of the package then says why. */
    void (*end)(struct package_listener *listener, void *file, bool whole);
};

/* Calls take with a source that the package's listener, if there is one, hears. */
void listen_take(struct package *package, const struct place *place, struct source *source,
                 void (*take)(struct package *package, const struct place *place,
                              struct source *source));

/* The path that tells files of several inputs apart: those of an archive that is an input are below
 * its name. input: "/a.deb", or NULL for a folder. Caller frees. */
char *listen_path(const char *input, const char *path);

#endif
