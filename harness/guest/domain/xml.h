/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A platform, an image and an accelerator as libvirt domain XML: pure text, no libvirt call. The
 * devices and their order are the same for a boot, a save and a restore, so that a saved state can
 * be opened again with other files behind its disks.
 */
#ifndef TS_GUEST_DOMAIN_XML_H
#define TS_GUEST_DOMAIN_XML_H

#include <stdbool.h>

#include "model/image.h"
#include "model/platform.h"

struct error;

/* Serial numbers of the disks: the guest has them as /dev/disk/by-id/virtio-SERIAL. */
#define GUEST_SERIAL_ROOT "ts-root"
#define GUEST_SERIAL_PAYLOAD "ts-payload"
#define GUEST_SERIAL_RESULTS "ts-results"
#define GUEST_SERIAL_SEED "ts-seed"

/* What a guest is made of. Everything is borrowed, and only for the call it is given to. */
struct guest_spec {
    const struct platform *platform;
    const struct feature_table *features;
    const struct image *image;
    enum accel accel;
    unsigned memory_mib; /* 0: the platform's */
    unsigned vcpus;      /* 0: the platform's */
    const char *overlay; /* qcow2, absolute: the root disk; written */
    const char *payload; /* raw, absolute: read-only */
    const char *results; /* raw, absolute: written */
    const char *seed;    /* raw, absolute: read-only; NULL: none (guest_spec_wants_seed) */
    const char *loader;  /* UEFI firmware (firmware_find); NULL: BIOS */
    const char *nvram;   /* this guest's own variables of it; written */
    const char *console; /* where the console is captured; made anew */
    void (*on_trouble)(
        const char *line); /* the console told of trouble, the first of its kind; NULL:
                              nobody listens. Called from the console's thread. */
    const char
        *contents; /* what a prepare job put into the guest, for a saved state's name; NULL */
};

/* Whether the guest needs a seed disk: one of its image's ways in begins there. */
bool guest_spec_wants_seed(const struct image *image);

/* Whether UEFI starts it. */
bool guest_spec_wants_uefi(const struct image *image, const struct platform *platform);

/* Where libvirt and QEMU meet: names and sockets that are the hypervisor's, not the guest's. */
struct domain_wiring {
    const char *name, *uuid;
    const char *console_socket; /* QEMU connects to it */
    const char *agent_socket;   /* QEMU listens on it; NULL: libvirt chooses */
    bool confine;               /* leave libvirt's security driver (sVirt) on */
};

/* The domain's XML; caller frees. -ENOTSUP names what is missing: a boot kind, a CPU profile for
 * this accelerator, a feature that the table does not map. */
int domain_xml_build(const struct guest_spec *spec, const struct domain_wiring *wiring,
                     char **ret_xml, struct error **err);

/* The XML of a saved domain (which says more than what it was made from: libvirt notes what the CPU
 * became) with this guest's files and sockets in the places of the old ones; caller frees. -EBADMSG
 * when it is not the XML of such a guest. */
int domain_xml_rewire(const char *saved, const struct guest_spec *spec,
                      const struct domain_wiring *wiring, char **ret_xml, struct error **err);

/* What domain_xml_build makes, without any name or path of this host; kernel, initrd and disk by
 * their digests: what two guests share when a state saved of one restores as the other. Caller
 * frees. */
int domain_xml_build_essence(const struct guest_spec *spec, char **ret_xml, struct error **err);

#endif
