/* SPDX-License-Identifier: Apache-2.0 */
/* Versions of packages, compared as rpm (rpmvercmp) and dpkg (deb-version(7)) do. */
#ifndef TS_ABI_METADATA_VERSION_H
#define TS_ABI_METADATA_VERSION_H

#include <stdbool.h>
#include <stdint.h>

/* <0, 0, >0. [EPOCH:]VERSION[-RELEASE]; in rpm's, a release that one side lacks is not compared. */
int version_compare_rpm(const char *a, const char *b);
int version_compare_deb(const char *a, const char *b);

/* Do a provided range and a required one overlap? Senses are SENSE_* bits; 0 or no version: any. */
bool version_overlaps_rpm(uint32_t sense_a, const char *a, uint32_t sense_b, const char *b);

/* Does a version fulfil a relation? dpkg's own has no ranges to provide. */
bool version_fulfils_deb(const char *have, uint32_t sense, const char *want);

#endif
