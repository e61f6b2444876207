/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the host's UEFI firmware for an architecture and machine in QEMU's firmware descriptors
 * (QEMU, docs/interop/firmware.json): in /etc/qemu/firmware and /usr/share/qemu/firmware, ordered
 * by file name. A file in the first folder overrides one of the same name in the second. */
#ifndef TS_GUEST_HOST_FIRMWARE_H
#define TS_GUEST_HOST_FIRMWARE_H

#include "model/words.h"

struct error;

struct firmware {
    char *code, *variables; /* raw flash images */
};

/* Returns the first firmware without Secure Boot whose files exist. -ENOENT names the package to
 * install. */
int firmware_find(enum arch arch, const char *machine, struct firmware *ret_firmware,
                  struct error **err);

/* The same in the given folders, NULL-terminated, in this order. */
int firmware_find_in(const char *const *folders, enum arch arch, const char *machine,
                     struct firmware *ret_firmware, struct error **err);

void firmware_done(struct firmware *firmware);

#endif
