/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The harness's own programs in a guest. A prepare job leaves them in the guest that it saves, so
 * that a restored one can begin with a single process; a cell carries them too, for a guest that
 * must be booted after all.
 */
#ifndef TS_CELL_PROGRAMS_H
#define TS_CELL_PROGRAMS_H

#include "base/digest.h"
#include "guest/domain/xml.h" /* GUEST_SERIAL_PAYLOAD */
#include "model/words.h"

struct error;
struct payload;

#define PROGRAMS_BASE "/var/tmp/touchstone"
#define PROGRAMS_GUEST PROGRAMS_BASE "/bin/touchstone-guest"
#define PROGRAMS_EXIT_NO_SPACE 73 /* of begin, see inside/README.md */
#define PROGRAMS_PAYLOAD "/dev/disk/by-id/virtio-" GUEST_SERIAL_PAYLOAD

/* The shell command that gives a guest which has nothing of the harness yet its program, which then
 * unpacks the rest. GNU tar does not read on after the first; others know no such option. */
#define PROGRAMS_FIRST PROGRAMS_PAYLOAD " -C " PROGRAMS_BASE " bin/touchstone-guest"
#define PROGRAMS_UNPACK                                                                            \
    "mkdir -p " PROGRAMS_BASE " && { tar --occurrence -xf " PROGRAMS_FIRST " 2>/dev/null || "      \
    "tar -xf " PROGRAMS_FIRST "; }"

/* Adds them to a payload, below bin/. */
int programs_add(struct payload *payload, enum arch arch, struct error **err);

/* One digest of all of them: part of the name of a state that holds them. */
int programs_digest(enum arch arch, char ret_digest[DIGEST_TEXT_SIZE], struct error **err);

#endif
