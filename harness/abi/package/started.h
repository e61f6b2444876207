/* SPDX-License-Identifier: Apache-2.0 */
/* Sources without a "#!" line that something of the product starts: "exec python3 /opt/v/main.py",
 * "python3 -m v.server", in shell scripts, units and desktop entries. */
#ifndef TS_ABI_PACKAGE_STARTED_H
#define TS_ABI_PACKAGE_STARTED_H

struct package;

/* After the product is read: makes scripts of the sources that are started, with their interpreter,
 * and drops the others. */
void started_conclude(struct package *package);

#endif
