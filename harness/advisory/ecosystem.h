/* SPDX-License-Identifier: Apache-2.0 */
/* The key of an ecosystem: a type of package URLs; for packages of systems with vendor and release,
 * "deb/debian/12". */
#ifndef TS_ADVISORY_ECOSYSTEM_H
#define TS_ADVISORY_ECOSYSTEM_H

#include "advisory/order.h"
#include "model/sbom.h"

/* Of an ecosystem of OSV, "Debian:12"; NULL: it is not used here. Caller frees. */
char *ecosystem_of_osv(const char *name);

/* Of packages of a system, by its os-release ID or its name, and version. Caller frees. */
char *ecosystem_of_system(enum component_type type, const char *id, const char *version);

/* Of a component; NULL: the system that its package is for is not known. release: the version of
 * the system, or NULL. Caller frees. */
char *ecosystem_of_component(const struct component *component, const char *release);

/* The component's name in its ecosystem. Caller frees. */
char *ecosystem_name(enum component_type type, const char *space, const char *name);

enum version_order ecosystem_order(const char *key);

#endif
