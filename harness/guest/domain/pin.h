/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libvirt reads the host's CPUID as its QEMU driver starts, and compares it with the one that its
 * cached capabilities were made with. Some leaves say which core was asked (the APIC id in leaf 1Fh
 * of Intel's and 8000_001Eh of AMD's CPUs, which libvirt 9 does not mask), so a process that runs
 * on another core takes the cache for another host's and probes QEMU again: half a second a start
 * on an idle host, many on a busy one. A driver that always starts on the same core finds its
 * cache.
 */
#ifndef TS_GUEST_DOMAIN_PIN_H
#define TS_GUEST_DOMAIN_PIN_H

#include <sched.h>
#include <stdbool.h>

struct pin {
    bool pinned;
    cpu_set_t allowed; /* before */
};

/* The calling thread onto the lowest CPU that it may use. What cannot be pinned runs all the same.
 */
void pin_to_first_cpu(struct pin *pin);

/* All threads of the process, those that were made meanwhile among them, where they could run
 * before. */
void pin_end(const struct pin *pin);

#endif
