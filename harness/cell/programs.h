/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The harness's own programs in a guest. A prepare job leaves them in the guest that it saves, so
 * that a restored one can begin with a single process; a cell carries them too, for a guest that
 * must be booted after all.
 */
#ifndef TS_CELL_PROGRAMS_H
#define TS_CELL_PROGRAMS_H

#include "base/digest.h"
#include "guest/domain_xml.h" /* GUEST_SERIAL_PAYLOAD */
#include "model/words.h"

struct error;
struct payload;

#define PROGRAMS_BASE "/var/tmp/touchstone"
#define PROGRAMS_GUEST PROGRAMS_BASE "/bin/touchstone-guest"
#define PROGRAMS_PAYLOAD "/dev/disk/by-id/virtio-" GUEST_SERIAL_PAYLOAD

/* The shell command that unpacks the payload in a guest that has nothing of the harness yet. */
#define PROGRAMS_UNPACK                                                                            \
    "mkdir -p " PROGRAMS_BASE " && tar -xf " PROGRAMS_PAYLOAD " -C " PROGRAMS_BASE

/* Adds them to a payload, below bin/. */
int programs_add(struct payload *payload, enum arch arch, struct error **err);

/* One digest of all of them: part of the name of a state that holds them. */
int programs_digest(enum arch arch, char ret_digest[DIGEST_TEXT_SIZE], struct error **err);

#endif
