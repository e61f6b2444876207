/* SPDX-License-Identifier: Apache-2.0 */
/* What the imported advisories say of the components of a product. */
#ifndef TS_ADVISORY_MATCH_H
#define TS_ADVISORY_MATCH_H

#include "model/advisory.h"
#include "model/sbom.h"

struct advisory_db;
struct error;
struct strv;

/* The components of deb and rpm packages belong to this release of their vendor's system; NULL: not
 * known. system: paths in the sbom ("/a.deb") of packages that came from that system's
 * repositories, or NULL: of others that no advisory names, it is not known whether the system's
 * advisories are about them at all. db NULL: nothing was imported, so nothing is known of any
 * component. */
int advisory_match(struct advisory_db *db, const struct sbom *sbom, const char *release,
                   const struct strv *system, struct vulnerabilities *ret_found,
                   struct error **err);

/* What an advisory's rules say of a version; *ret_fixed: the lowest version with the correction, or
 * NULL; *ret_reason: of what is unknown, a literal. */
enum vulnerability_state advisory_apply(const char *rules, const char *ecosystem,
                                        const char *version, char **ret_fixed,
                                        const char **ret_reason);

#endif
