/* SPDX-License-Identifier: Apache-2.0 */
/* Programs that load plug-ins: the rows of hosts.def. */
#ifndef TS_ABI_CHECK_HOSTS_H
#define TS_ABI_CHECK_HOSTS_H

#include "abi/check/check.h"

enum host_answer {
    HOST_UNKNOWN,  /* no row is about it */
    HOST_EXPLAINS, /* the host defines it; if there is no host, a finding was added */
    HOST_LACKS,    /* the host is there and does not define it */
};

/* About a symbol that nothing in image or package defines and that the plug-in at this path
 * uses. */
enum host_answer hosts_explain(struct check *check, const char *path, const char *symbol);

/* Adds a finding if the plug-in is for a Java virtual machine or Node.js by what it exports, and
 * there is none. */
void hosts_check_exports(struct check *check, const struct package_elf *elf);

#endif
