/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TS_ADVISORY_PURL_H
#define TS_ADVISORY_PURL_H

#include <stdbool.h>

/* Splits a package URL into the key of its ecosystem, the name there and the version (NULL: none).
 * system: the key for packages of systems that do not name their release; or NULL. False: it is not
 * a package URL, of a type that is not used here, or its system is not known. */
bool purl_parse(const char *purl, const char *system, char **ret_ecosystem, char **ret_name,
                char **ret_version);

#endif
