/* SPDX-License-Identifier: Apache-2.0 */
/* Limits on how much of the host a run may use. */
#ifndef TS_RUN_CAPACITY_H
#define TS_RUN_CAPACITY_H

#include <stdint.h>

struct error;

/* Number of parallel workers for guests with memory_mib: at most the number of cores (three TCG
 * guests on two cores take four times as long) and at most what fits into free memory. wanted 0: as
 * many as fit. If `wanted` was reduced, *ret_why says why (caller frees), else NULL. At least 1. */
unsigned capacity_parallel(unsigned wanted, unsigned memory_mib, char **ret_why);

/* Memory available to new processes, in MiB; 0 if unknown. */
unsigned capacity_available_mib(void);

/* -ENOSPC if the folder's file system has less than `bytes` bytes free. */
int capacity_check_disk(const char *folder, uint64_t bytes, struct error **err);

#endif
