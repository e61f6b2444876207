/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libvirt reads the host's CPUID when its QEMU driver starts and compares it with the one its
 * capabilities cache was made with. Some leaves identify the core (the APIC ID in leaf 1Fh on Intel
 * and 8000_001Eh on AMD, which libvirt 9 does not mask), so a process on another core considers the
 * cache to be of another host and probes QEMU again: half a second on an idle host, many seconds on
 * a busy one. Starting the driver always on the same core avoids that.
 */
#ifndef TS_GUEST_DOMAIN_PIN_H
#define TS_GUEST_DOMAIN_PIN_H

#include <sched.h>
#include <stdbool.h>

struct pin {
    bool pinned;
    cpu_set_t allowed; /* affinity before pinning */
};

/* Pins the calling thread to the lowest CPU that it may use. Failure to pin is ignored. */
void pin_to_first_cpu(struct pin *pin);

/* Restores the affinity of all threads of the process, including those created meanwhile. */
void pin_end(const struct pin *pin);

#endif
