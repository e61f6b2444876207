/* SPDX-License-Identifier: Apache-2.0 */
/* Reads what a product consists of (model/sbom.h) from its files, of any format that abi/package
 * reads. */
#ifndef TS_SBOM_SBOM_H
#define TS_SBOM_SBOM_H

#include "model/sbom.h"

struct error;
struct strv;

/* without: absolute folders to skip, or NULL. vendor: the package URL's vendor of deb and rpm
 * packages, such as "debian"; NULL: not known. Negative only if an input cannot be opened: what
 * cannot be read in it is a gap. The result is sorted, and the same for the same inputs. */
int sbom_read(const char *name, const struct strv *inputs, const struct strv *without,
              const char *vendor, struct sbom *ret_sbom, struct error **err);

/* Adds a gap for each program that no component accounts for: it is in no package, and does not say
 * itself what it was built of. Advisories cannot be about it. */
void sbom_add_unstated(struct sbom *sbom);

#endif
