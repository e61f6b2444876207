/* SPDX-License-Identifier: Apache-2.0 */
/* Detects file formats by their first bytes; the name decides only for formats without a magic
 * number (brotli). */
#ifndef TS_ABI_PACKAGE_FORMAT_H
#define TS_ABI_PACKAGE_FORMAT_H

#include <stdbool.h>
#include <stddef.h>

enum format_class {
    FORMAT_OPAQUE,  /* unknown format */
    FORMAT_ARCHIVE, /* an archive that libarchive reads */
    FORMAT_PACKED,  /* one compressed stream: an archive or a file */
    FORMAT_BROTLI,  /* the same, but not supported by libarchive */
    FORMAT_CLOSED,  /* contains files that are not read here; .say is the command that unpacks them
                     */
    FORMAT_DATA,    /* known, without machine code for this system */
    FORMAT_CODE, /* known, with code that is not examined: bytecode, programs for other systems */
    FORMAT_PROGRAM, /* ELF */
    FORMAT_SCRIPT,  /* "#!" */
    FORMAT_TEXT
};

struct format {
    enum format_class class;
    const char *name; /* name in the census */
    const char *say;  /* for FORMAT_CLOSED: the command, "%s" is the file */
};

/* bytes needed for detection: an ISO image has its identifier at offset 32769 */
#define FORMAT_HEAD (36 << 10)

/* Never NULL. */
const struct format *format_of(const char *path, const void *head, size_t length);

/* True for programs, archives and compressed files. */
bool format_holds_files(const struct format *format);

#endif
