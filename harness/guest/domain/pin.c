/* SPDX-License-Identifier: Apache-2.0 */
/* Pins a thread to one CPU, and restores all threads. */
#include "guest/domain/pin.h"

#include <dirent.h>
#include <stdlib.h>

#include "base/cleanup.h"

void pin_to_first_cpu(struct pin *pin)
{
    cpu_set_t one;
    int cpu = 0;

    *pin = (struct pin){0};
    if (sched_getaffinity(0, sizeof(pin->allowed), &pin->allowed) < 0)
        return;
    while (cpu < CPU_SETSIZE && !CPU_ISSET(cpu, &pin->allowed))
        cpu++;
    if (cpu == CPU_SETSIZE)
        return;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    pin->pinned = sched_setaffinity(0, sizeof(one), &one) == 0;
}

void pin_end(const struct pin *pin)
{
    _cleanup_closedir_ DIR *threads = pin->pinned ? opendir("/proc/self/task") : NULL;
    const struct dirent *entry;

    if (pin->pinned)
        sched_setaffinity(0, sizeof(pin->allowed), &pin->allowed);
    while (threads != NULL && (entry = readdir(threads)) != NULL)
        if (entry->d_name[0] != '.')
            sched_setaffinity(atoi(entry->d_name), sizeof(pin->allowed), &pin->allowed);
}
