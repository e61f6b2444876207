/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The host's UEFI firmware for an architecture and machine, from QEMU's firmware descriptors (QEMU
 * docs/interop/firmware.json): /etc/qemu/firmware, then /usr/share/qemu/firmware; a file of the
 * first hides its namesake of the second, and names tell the order.
 */
#ifndef TS_GUEST_HOST_FIRMWARE_H
#define TS_GUEST_HOST_FIRMWARE_H

#include "model/words.h"

struct error;

struct firmware {
    char *code, *variables; /* flash images, raw */
};

/* The first without Secure Boot, whose files are there. -ENOENT names the package to install. */
int firmware_find(enum arch arch, const char *machine, struct firmware *ret_firmware,
                  struct error **err);

/* The same in these folders, in order, up to NULL. */
int firmware_find_in(const char *const *folders, enum arch arch, const char *machine,
                     struct firmware *ret_firmware, struct error **err);

void firmware_done(struct firmware *firmware);

#endif
