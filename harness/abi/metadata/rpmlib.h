/* SPDX-License-Identifier: Apache-2.0 */
/* What rpm itself must be able to do to read a package. */
#ifndef TS_ABI_METADATA_RPMLIB_H
#define TS_ABI_METADATA_RPMLIB_H

/* The first release of rpm that has "rpmlib(NAME)", e.g. "4.14.0"; NULL: not known. */
const char *rpmlib_since(const char *capability);

/* The same of a payload's compressor ("zstd"); NULL: any rpm 4 reads it, or it is not known. */
const char *rpmlib_payload_since(const char *compressor);

#endif
