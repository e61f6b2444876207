/* SPDX-License-Identifier: Apache-2.0 */
/* Reads published advisories: OSV (ossf.github.io/osv-schema) and CSAF 2.0, advisories and VEX
 * (docs.oasis-open.org/csaf). OpenCloudOS and openEuler publish theirs as CSAF. */
#ifndef TS_ADVISORY_READ_H
#define TS_ADVISORY_READ_H

#include <jansson.h>

#include "model/advisory.h"

struct error;

#define ADVISORY_FILE_MAX (64 << 20)

/* Appends what a JSON document states. Returns 1, or 0 if it is neither; -EBADMSG: it is one of
 * them, but damaged. what: names it in messages. */
int advisory_read(const json_t *json, const char *what, struct advisories *to, struct error **err);

int advisory_read_osv(const json_t *json, const char *what, struct advisories *to,
                      struct error **err);
int advisory_read_csaf(const json_t *json, const char *what, struct advisories *to,
                       struct error **err);

/* A package of an advisory; takes over the references to ranges and versions, which may be NULL. */
void advisory_add_package(struct advisory *advisory, char *ecosystem, char *name, const char *says,
                          json_t *ranges, json_t *versions, bool unread);

#endif
