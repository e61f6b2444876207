/* SPDX-License-Identifier: Apache-2.0 */
/* An rpm header: a big-endian index of tags over a data store (RPM package file format, versions 3
 * and 4). Package files and rows of the package database contain it. Bounds are checked on open. */
#ifndef TS_ABI_ARCHIVE_RPM_HEADER_H
#define TS_ABI_ARCHIVE_RPM_HEADER_H

#include <stddef.h>
#include <stdint.h>

enum rpm_tag {
    RPM_TAG_NAME = 1000,
    RPM_TAG_VERSION = 1001,
    RPM_TAG_RELEASE = 1002,
    RPM_TAG_EPOCH = 1003,
    RPM_TAG_ARCH = 1022,
    RPM_TAG_PREIN = 1023,
    RPM_TAG_POSTIN = 1024,
    RPM_TAG_PREUN = 1025,
    RPM_TAG_POSTUN = 1026,
    RPM_TAG_FILESIZES = 1028,
    RPM_TAG_FILEMODES = 1030,
    RPM_TAG_FILEDIGESTS = 1035,
    RPM_TAG_FILELINKTOS = 1036,
    RPM_TAG_FILEFLAGS = 1037,
    RPM_TAG_FILEUSERNAME = 1039,
    RPM_TAG_FILEGROUPNAME = 1040,
    RPM_TAG_SOURCERPM = 1044,
    RPM_TAG_PROVIDENAME = 1047,
    RPM_TAG_REQUIREFLAGS = 1048,
    RPM_TAG_REQUIRENAME = 1049,
    RPM_TAG_REQUIREVERSION = 1050,
    RPM_TAG_CONFLICTFLAGS = 1053,
    RPM_TAG_CONFLICTNAME = 1054,
    RPM_TAG_CONFLICTVERSION = 1055,
    RPM_TAG_TRIGGERSCRIPTS = 1065,
    RPM_TAG_PREINPROG = 1085,
    RPM_TAG_OBSOLETENAME = 1090,
    RPM_TAG_TRIGGERSCRIPTPROG = 1092,
    RPM_TAG_PROVIDEFLAGS = 1112,
    RPM_TAG_PROVIDEVERSION = 1113,
    RPM_TAG_OBSOLETEFLAGS = 1114,
    RPM_TAG_OBSOLETEVERSION = 1115,
    RPM_TAG_DIRINDEXES = 1116,
    RPM_TAG_BASENAMES = 1117,
    RPM_TAG_DIRNAMES = 1118,
    RPM_TAG_PAYLOADCOMPRESSOR = 1125,
    RPM_TAG_FILECOLORS = 1140,
    RPM_TAG_PRETRANS = 1151,
    RPM_TAG_POSTTRANS = 1152,
    RPM_TAG_PRETRANSPROG = 1153,
    RPM_TAG_POSTTRANSPROG = 1154,
    RPM_TAG_FILECAPS = 5010,
    RPM_TAG_RECOMMENDNAME = 5046,
    RPM_TAG_SUGGESTNAME = 5049,
    RPM_TAG_FILETRIGGERSCRIPTS = 5066,
    RPM_TAG_FILETRIGGERSCRIPTPROG = 5067,
    RPM_TAG_TRANSFILETRIGGERSCRIPTS = 5076,
    RPM_TAG_TRANSFILETRIGGERSCRIPTPROG = 5077,
    RPM_TAG_PREUNTRANS = 5104,
};

struct rpm_header {
    const uint8_t *index, *store;
    uint32_t entries, size;
};

/* Opens a blob that begins with the two counts, as in the database. -1: damaged. */
int rpm_header_open(struct rpm_header *header, const void *data, size_t size);

/* Opens the main header of a package file, after lead and signature. -1: not an rpm, or
 * truncated. */
int rpm_header_open_package(struct rpm_header *header, const void *data, size_t size);

/* The first string of a tag, or NULL. Borrowed. */
const char *rpm_header_text(const struct rpm_header *header, uint32_t tag);

/* An array in a header, read sequentially. Zeroed: the tag is absent. */
struct rpm_column {
    const uint8_t *at;
    uint32_t count, left, type;
};
struct rpm_column rpm_header_column(const struct rpm_header *header, uint32_t tag);

/* The next element: NULL, or 0, after the end. Texts are borrowed. */
const char *rpm_column_text(struct rpm_column *column);
uint32_t rpm_column_number(struct rpm_column *column);

/* Calls `take` with each "dirname/basename" that the package owns. */
void rpm_header_files(const struct rpm_header *header,
                      void (*take)(void *context, const char *path, size_t length), void *context);

#endif
