/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of what a product consists of, in the two formats that others read. The output depends on
 * the list alone: its date is that of the newest input, or SOURCE_DATE_EPOCH. */
#ifndef TS_SBOM_WRITE_H
#define TS_SBOM_WRITE_H

#include "base/json_write.h"
#include "model/sbom.h"

/* SPDX 2.3: spdx.github.io/spdx-spec/v2.3. */
void sbom_write_spdx(struct json_writer *to, const struct sbom *sbom, const char *version);

/* CycloneDX 1.5: cyclonedx.org/docs/1.5/json. */
void sbom_write_cyclonedx(struct json_writer *to, const struct sbom *sbom, const char *version);

/* --- shared by them ------------------------------------------------------------------------ */

#define SBOM_UUID_SIZE sizeof("urn:uuid:00000000-0000-8000-8000-000000000000")
#define SBOM_TIME_SIZE sizeof("2026-01-01T00:00:00Z")

/* A UUID (RFC 9562, version 8) of the content of the list. */
void sbom_uuid(const struct sbom *sbom, char text[SBOM_UUID_SIZE]);
void sbom_time(const struct sbom *sbom, char text[SBOM_TIME_SIZE]);

#endif
