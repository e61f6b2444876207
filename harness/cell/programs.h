/* SPDX-License-Identifier: Apache-2.0 */
/* The harness's own programs in a guest. A prepare job stores them in the guest that it saves, so
 * that in a restored guest a single process suffices to begin; a cell carries them too, for a guest
 * that must be booted. */
#ifndef TS_CELL_PROGRAMS_H
#define TS_CELL_PROGRAMS_H

#include "base/digest.h"
#include "guest/domain/xml.h" /* GUEST_SERIAL_PAYLOAD */
#include "model/words.h"

struct error;
struct payload;

#define PROGRAMS_BASE "/var/tmp/touchstone"
#define PROGRAMS_BIN PROGRAMS_BASE "/bin"
#define PROGRAMS_SUITE PROGRAMS_BASE "/suite"
#define PROGRAMS_PACKAGES PROGRAMS_BASE "/packages"
#define PROGRAMS_WORK PROGRAMS_BASE "/work"
#define PROGRAMS_GUEST PROGRAMS_BIN "/touchstone-guest"
/* exit code of `touchstone-guest begin` when the payload does not fit, see inside/README.md */
#define PROGRAMS_EXIT_NO_SPACE 73
#define PROGRAMS_PAYLOAD "/dev/disk/by-id/virtio-" GUEST_SERIAL_PAYLOAD

/* Shell command that extracts touchstone-guest in a guest which has nothing of the harness yet; it
 * then unpacks the rest. GNU tar has an option to stop after the first match; other implementations
 * do not. */
#define PROGRAMS_FIRST PROGRAMS_PAYLOAD " -C " PROGRAMS_BASE " bin/touchstone-guest"
#define PROGRAMS_UNPACK                                                                            \
    "mkdir -p " PROGRAMS_BASE " && { tar --occurrence -xf " PROGRAMS_FIRST " 2>/dev/null || "      \
    "tar -xf " PROGRAMS_FIRST "; }"

/* Adds the programs to a payload, in bin/. library: the run's copy of the suites' shell library;
 * NULL: the installed one. */
int programs_add(struct payload *payload, enum arch arch, const char *library, struct error **err);

/* A digest over all programs: part of the key of a saved state that contains them. */
int programs_digest(enum arch arch, const char *library, char ret_digest[DIGEST_TEXT_SIZE],
                    struct error **err);

#endif
