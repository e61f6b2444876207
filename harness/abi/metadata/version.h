/* SPDX-License-Identifier: Apache-2.0 */
/* Compares package versions like rpm (rpmvercmp) and dpkg (deb-version(7)). */
#ifndef TS_ABI_METADATA_VERSION_H
#define TS_ABI_METADATA_VERSION_H

#include <stdbool.h>
#include <stdint.h>

/* Returns <0, 0 or >0. Format: [EPOCH:]VERSION[-RELEASE]; for rpm, a release that one side lacks is
 * not compared. */
int version_compare_rpm(const char *a, const char *b);
int version_compare_deb(const char *a, const char *b);

/* True if a provided range and a required one overlap. Senses are SENSE_* bits; 0 or no version:
 * any. */
bool version_overlaps_rpm(uint32_t sense_a, const char *a, uint32_t sense_b, const char *b);

/* True if a version satisfies a relation. dpkg has no provided ranges. */
bool version_fulfils_deb(const char *have, uint32_t sense, const char *want);

#endif
