/* SPDX-License-Identifier: Apache-2.0 */
/* Packages that contain nothing themselves. */
#ifndef TS_CELL_METAPACKAGE_H
#define TS_CELL_METAPACKAGE_H

struct staged;
struct strv;

/* Adds to the names of the product's packages those that are meant by them: a package that contains
 * nothing but documentation stands for the staged ones that it depends on, like "postgresql" for
 * the server of the system's version. The built-in probes have the same rule (probes/lib.sh). A
 * package that cannot be read stands for itself; whoever checks it says so. */
void metapackage_resolve(const struct staged *staged, struct strv *names);

#endif
