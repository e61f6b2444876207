/* SPDX-License-Identifier: Apache-2.0 */
/* Properties of this host: programs, space, and what may prevent guests from running. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"
#include "base/process.h"
#include "cli/doctor.h"
#include "run/capacity.h"

/* bytes, for two saved states, overlays and evidence of a run */
#define LOW_DISK (UINT64_C(4) << 30)
enum { GUEST_MIB = 1024 };

static void check_disk(struct doctor *doctor)
{
    _cleanup_free_ char *fact = NULL;
    struct error *err = NULL;
    uint64_t bytes = 0;

    if (path_free_bytes(doctor->home, &bytes, &err) < 0) {
        doctor_note_error(doctor, "disk", "unknown", err);
        return;
    }
    fact = text_format("%.1f GiB free at %s", (double)bytes / (double)(1 << 30), doctor->home);
    doctor_note(doctor, "disk", bytes < LOW_DISK ? "warning" : "ok", fact,
                bytes < LOW_DISK ? "free 4 GiB ('touchstone clean' shows what uses space), or set "
                                   "TOUCHSTONE_HOME to another disk"
                                 : NULL);
}

static void check_memory(struct doctor *doctor)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    unsigned long long mib =
        (unsigned long long)sysconf(_SC_PHYS_PAGES) * (unsigned long long)sysconf(_SC_PAGESIZE) >>
        20;
    unsigned left = capacity_available_mib();
    _cleanup_free_ char *why = NULL;
    unsigned guests = capacity_parallel(0, GUEST_MIB, &why);
    _cleanup_free_ char *fact =
        text_format("%ld %s, %u of %llu MiB of memory are free: %u %s of 1 GiB in parallel", cores,
                    text_plural((uint64_t)cores, "core", "cores"), left, mib, guests,
                    text_plural(guests, "guest", "guests"));

    doctor_note(doctor, "memory", left < GUEST_MIB ? "warning" : "ok", fact,
                left < GUEST_MIB ? "a guest needs 1 GiB: end other programs, or run one guest at a "
                                   "time (--jobs 1) on a host with more"
                                 : NULL);
}

static void check_confinement(struct doctor *doctor)
{
    if (geteuid() == 0)
        doctor_note(doctor, "user", "warning", "root: emulators run as root too",
                    "an ordinary user is enough; add it to the group kvm for KVM");
    else
        doctor_note(doctor, "user", "ok", "not root", NULL);
    doctor_note(doctor, "isolation", "warning",
                "emulation (TCG) is not a security boundary: a guest that escapes it has this "
                "user's permissions",
                "for images and products that you do not trust: an ordinary user on a machine of "
                "its own, or --connect qemu:///system on a host with sVirt");
}

void doctor_host(struct doctor *doctor)
{
    _cleanup_free_ char *apt = process_find("apt-get");

    doctor_note(
        doctor, "apt", apt != NULL ? "ok" : "warning", apt != NULL ? apt : "not in PATH",
        apt != NULL
            ? NULL
            : "suites cannot be staged from Debian's packages on this host: provide a suite's "
              "packages in its files/");
    check_disk(doctor);
    check_memory(doctor);
    check_confinement(doctor);
}
