/* SPDX-License-Identifier: Apache-2.0 */
/* Cores, memory and disk space, determined once a run. */
#include "run/capacity.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"
#include "base/text.h"

/* QEMU's memory in addition to the guest's: translated code, devices, the worker. */
enum { OVERHEAD_MIB = 384, RESERVE_MIB = 512 };

static unsigned cores(void)
{
    cpu_set_t set;

    return sched_getaffinity(0, sizeof(set), &set) == 0 ? (unsigned)CPU_COUNT(&set) : 1;
}

unsigned capacity_available_mib(void)
{
    _cleanup_buffer_ struct buffer meminfo = {0};
    const char *line;

    if (path_read("/proc/meminfo", 1 << 20, &meminfo, NULL) < 0)
        return 0;
    line = strstr(meminfo.data, "MemAvailable:");
    return line != NULL ? (unsigned)(strtoull(line + strlen("MemAvailable:"), NULL, 10) / 1024) : 0;
}

unsigned capacity_parallel(unsigned wanted, unsigned memory_mib, char **ret_why)
{
    unsigned by_cores = cores(), free_mib = capacity_available_mib();
    unsigned by_memory =
        free_mib > RESERVE_MIB ? (free_mib - RESERVE_MIB) / (memory_mib + OVERHEAD_MIB) : 0;
    unsigned fit = by_cores < by_memory ? by_cores : by_memory;

    *ret_why = NULL;
    if (fit == 0)
        fit = 1;
    if (wanted == 0 || wanted == fit)
        return fit;
    if (wanted < fit)
        return wanted;
    *ret_why =
        text_format("%u jobs in parallel instead of %u: %u cores, %u MiB free for guests of %u MiB",
                    fit, wanted, by_cores, free_mib, memory_mib);
    return fit;
}

int capacity_check_disk(const char *folder, uint64_t bytes, struct error **err)
{
    uint64_t free_bytes = 0;
    int code = path_free_bytes(folder, &free_bytes, err);

    if (code < 0)
        return code;
    if (free_bytes < bytes)
        return error_set(err, -ENOSPC,
                         "not enough space in '%s': %llu MiB free, this run needs about %llu MiB; "
                         "free some, or set TOUCHSTONE_HOME to another file system",
                         folder, (unsigned long long)free_bytes >> 20,
                         (unsigned long long)bytes >> 20);
    return 0;
}
