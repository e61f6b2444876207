/* SPDX-License-Identifier: Apache-2.0 */
/* How much of the host a run may use. */
#ifndef TS_RUN_CAPACITY_H
#define TS_RUN_CAPACITY_H

#include <stdint.h>

struct error;

/* Workers side by side for guests of memory_mib: never more than cores (three TCG guests on two
 * cores take four times as long) nor than the memory that is free. wanted 0: as many as fit; more
 * than fit is cut, which *ret_why (caller frees; NULL when nothing was cut) tells. At least 1. */
unsigned capacity_parallel(unsigned wanted, unsigned memory_mib, char **ret_why);

/* Memory that new processes can have, in MiB; 0 when it cannot be told. */
unsigned capacity_available_mib(void);

/* -ENOSPC when the file system of the folder has less than `bytes` free. */
int capacity_check_disk(const char *folder, uint64_t bytes, struct error **err);

#endif
