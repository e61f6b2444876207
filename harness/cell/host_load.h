/* SPDX-License-Identifier: Apache-2.0 */
/* What uses the host besides this job. */
#ifndef TS_CELL_HOST_LOAD_H
#define TS_CELL_HOST_LOAD_H

#include <stdbool.h>

#include "series/criteria.h"

/* Watches the host for some seconds; false: /proc cannot be read. Left out are this process, its
 * ancestors and descendants, and every process that has `own` in its command line: QEMU with this
 * job's disks. */
bool host_load_measure(const char *own, struct criteria_load *ret_load);

#endif
