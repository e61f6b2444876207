/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The seed disk: a NoCloud seed (an ISO 9660 volume "cidata" with user-data and meta-data,
 * cloud-init docs: reference/datasources/nocloud) and, behind it, the harness's own program, for
 * images that have no guest agent. A guest reads the program from its fixed place, without mounting
 * anything.
 */
#ifndef TS_GUEST_MEDIA_SEED_H
#define TS_GUEST_MEDIA_SEED_H

#include "base/cleanup.h"

struct error;

#define SEED_BLOCK 65536       /* bytes; the program's place is counted in these */
#define SEED_PROGRAM_BLOCK 16  /* the program's first block */
#define SEED_PROGRAM_BLOCKS 48 /* its most: 3 MiB */
#define SEED_USER "touchstone" /* whom the seed makes, with sudo */

/* A password that nobody else will guess, for one guest; 24 letters and digits. Caller frees. */
char *seed_new_password(void);

/* Makes the disk, readable by its owner alone. password: of SEED_USER; program: touchstone-guest
 * for the guest's architecture. -EFBIG when that is too long. */
int seed_make(const char *path, const char *password, const char *program, struct error **err);

#define SEED_PROGRAM "/var/tmp/touchstone-serve" /* in the guest */

/* The shell command that copies the program from its place on the disk to SEED_PROGRAM; it holds no
 * single quote. Caller frees. */
char *seed_fetch_command(void);

#endif
