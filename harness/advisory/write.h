/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TS_ADVISORY_WRITE_H
#define TS_ADVISORY_WRITE_H

#include "base/json_write.h"
#include "model/advisory.h"
#include "model/sbom.h"

/* Writes the document touchstone-cve: all that is known, and what was not examined. stale: why the
 * data cannot say that nothing is open; NULL: it can. */
void advisory_write_json(struct json_writer *to, const struct sbom *sbom,
                         const struct vulnerabilities *found, const char *stale);

#endif
