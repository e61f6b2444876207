/* SPDX-License-Identifier: Apache-2.0 */
/* What a file is, by its first bytes; its name decides only where a form has no mark (brotli). */
#ifndef TS_ABI_PACKAGE_FORMAT_H
#define TS_ABI_PACKAGE_FORMAT_H

#include <stdbool.h>
#include <stddef.h>

enum format_class {
    FORMAT_OPAQUE,  /* not known: it could be anything */
    FORMAT_ARCHIVE, /* files, read by libarchive */
    FORMAT_PACKED,  /* one compressed stream: an archive or a file */
    FORMAT_BROTLI,  /* the same, which libarchive does not read */
    FORMAT_CLOSED,  /* files that are not read here; .say has the command that unpacks them */
    FORMAT_DATA,    /* known, and no machine code of this system */
    FORMAT_CODE,    /* known, and code that is not looked at: bytecode, programs of other systems */
    FORMAT_PROGRAM, /* ELF */
    FORMAT_SCRIPT,  /* "#!" */
    FORMAT_TEXT
};

struct format {
    enum format_class class;
    const char *name; /* of the census */
    const char *say;  /* of FORMAT_CLOSED: the command, "%s" is the file */
};

#define FORMAT_HEAD (36 << 10) /* first bytes that tell: an ISO image has its mark at 32769 */

/* Never NULL. */
const struct format *format_of(const char *path, const void *head, size_t length);

#endif
