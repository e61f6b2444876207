/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An rpm header: an index of tags over a data store, big-endian (the rpm file format, version 3 and
 * 4). It stands in each package file and in each row of the package database. Bounds are checked on
 * open.
 */
#ifndef TS_ABI_ARCHIVE_RPM_HEADER_H
#define TS_ABI_ARCHIVE_RPM_HEADER_H

#include <stddef.h>
#include <stdint.h>

enum rpm_tag {
    RPM_TAG_NAME = 1000,
    RPM_TAG_VERSION = 1001,
    RPM_TAG_RELEASE = 1002,
    RPM_TAG_ARCH = 1022,
    RPM_TAG_PREIN = 1023,
    RPM_TAG_POSTIN = 1024,
    RPM_TAG_PREUN = 1025,
    RPM_TAG_POSTUN = 1026,
    RPM_TAG_DIRINDEXES = 1116,
    RPM_TAG_BASENAMES = 1117,
    RPM_TAG_DIRNAMES = 1118,
};

struct rpm_header {
    const uint8_t *index, *store;
    uint32_t entries, size;
};

/* A blob that starts with the two counts, as the database keeps it. -1: damaged. */
int rpm_header_open(struct rpm_header *header, const void *data, size_t size);

/* The main header of a package file: behind the lead and the signature. -1: it is no rpm, or is cut
 * off. */
int rpm_header_open_package(struct rpm_header *header, const void *data, size_t size);

/* The first string of a tag, or NULL. Borrowed. */
const char *rpm_header_text(const struct rpm_header *header, uint32_t tag);

/* Calls back with each "dirname/basename" that the package owns. */
void rpm_header_files(const struct rpm_header *header,
                      void (*take)(void *context, const char *path, size_t length), void *context);

#endif
