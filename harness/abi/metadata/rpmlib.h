/* SPDX-License-Identifier: Apache-2.0 */
/* The rpm version that a package requires. */
#ifndef TS_ABI_METADATA_RPMLIB_H
#define TS_ABI_METADATA_RPMLIB_H

/* The first version of rpm that provides "rpmlib(NAME)", e.g. "4.14.0"; NULL: unknown. */
const char *rpmlib_since(const char *capability);

/* The first version that reads a payload's compressor ("zstd"); NULL: any rpm 4, or unknown. */
const char *rpmlib_payload_since(const char *compressor);

#endif
