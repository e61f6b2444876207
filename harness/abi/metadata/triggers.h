/* SPDX-License-Identifier: Apache-2.0 */
/* The file of triggers in a deb: deb-triggers(5). */
#ifndef TS_ABI_METADATA_TRIGGERS_H
#define TS_ABI_METADATA_TRIGGERS_H

/* Why dpkg refuses to unpack a package with this file of triggers; NULL: it accepts it. Caller
 * frees. Source: dpkg, lib/dpkg/triglib.c (trig_parse_ci). */
char *triggers_fault(const char *text);

#endif
