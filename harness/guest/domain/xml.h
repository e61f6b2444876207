/* SPDX-License-Identifier: Apache-2.0 */
/* Builds libvirt domain XML from a platform, an image and an accelerator, without calling libvirt.
 * Devices and their order are the same for boot, save and restore, so that a saved state can be
 * restored with other files behind its disks. */
#ifndef TS_GUEST_DOMAIN_XML_H
#define TS_GUEST_DOMAIN_XML_H

#include <stdbool.h>

#include "model/image.h"
#include "model/platform.h"

struct error;

/* Serial numbers of the disks: in the guest they are /dev/disk/by-id/virtio-SERIAL. */
#define GUEST_SERIAL_ROOT "ts-root"
#define GUEST_SERIAL_PAYLOAD "ts-payload"
#define GUEST_SERIAL_RESULTS "ts-results"
#define GUEST_SERIAL_SEED "ts-seed"

/* PCI slot of the network interface of a guest that is one of two: touchstone-guest looks for it
 * there (inside/network.c). */
#define GUEST_NETWORK_SLOT "0x08"

/* The properties of a guest. Everything is borrowed, for the duration of the call only. */
struct guest_spec {
    const struct platform *platform;
    const struct feature_table *features;
    const struct image *image;
    enum accel accel;
    unsigned memory_mib; /* 0: the platform's default */
    unsigned vcpus;      /* 0: the platform's default */
    const char *overlay; /* root disk: qcow2, absolute path, read-write */
    const char *payload; /* raw, absolute path, read-only */
    const char *results; /* raw, absolute path, read-write */
    const char *seed;    /* raw, absolute path, read-only; NULL: none (see guest_spec_wants_seed) */
    const char *loader;  /* UEFI firmware (see firmware_find); NULL: BIOS */
    const char *nvram;   /* this guest's copy of the UEFI variables, read-write */
    const char *console; /* file for the console output; replaced */
    void (*on_trouble)(const char *line); /* called when the console first shows a kind of trouble;
                                             NULL: none. Called from the console's thread. */
    const char *ram; /* file of the guest's memory, not part of its identity: created by the first
                        guest, which shares it, and mapped privately by those that are restored;
                        NULL: the memory is in no file */
    bool network;    /* an interface to one other guest, and to nothing else */
    const char *second; /* name of a second guest of the same hypervisor; NULL: it is the first. Not
                           part of its identity: both are restored from the same state */
    const char *contents; /* digest of what a prepare job put into the guest, part of a saved
                             state's key; or NULL */
};

/* True if the guest needs a seed disk, because one of its image's entry methods uses it. */
bool guest_spec_wants_seed(const struct image *image);

/* True if the guest is started by UEFI. */
bool guest_spec_wants_uefi(const struct image *image, const struct platform *platform);

/* Names and sockets that belong to the hypervisor, not to the guest. */
struct domain_wiring {
    const char *name, *uuid;
    const char *console_socket; /* QEMU connects to it */
    const char *agent_socket;   /* QEMU listens on it; NULL: libvirt chooses */
    const char *network_socket; /* QEMU receives the frames of the other guest on it … */
    const char *peer_socket;    /* … and sends its own to this one */
    bool own_memory;            /* the memory is an object of ours, of the same name in every guest:
                                   a stream of QEMU's own names it */
    bool incoming;              /* QEMU waits for a state before it starts */
    bool confine;               /* leave libvirt's security driver (sVirt) enabled */
};

/* Returns the domain's XML; caller frees. -ENOTSUP names what is missing: a boot kind, a CPU
 * profile for this accelerator, or a feature that the table does not map. */
int domain_xml_build(const struct guest_spec *spec, const struct domain_wiring *wiring,
                     char **ret_xml, struct error **err);

/* Returns the XML of a saved domain (in which libvirt has recorded the actual CPU) with its files
 * and sockets replaced by this guest's; caller frees. -EBADMSG: not the XML of such a guest. */
int domain_xml_rewire(const char *saved, const struct guest_spec *spec,
                      const struct domain_wiring *wiring, char **ret_xml, struct error **err);

/* The same as domain_xml_build, but without names and paths of this host, and with kernel, initrd
 * and disk given by their digests. It is equal for two guests when a state saved from one can be
 * restored as the other. Caller frees. */
int domain_xml_build_essence(const struct guest_spec *spec, char **ret_xml, struct error **err);

#endif
