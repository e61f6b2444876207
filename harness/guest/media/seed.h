/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The seed disk: a NoCloud seed (an ISO 9660 volume "cidata" with user-data and meta-data;
 * cloud-init documentation, reference/datasources/nocloud) followed by the harness's own program,
 * for images without a guest agent. A guest reads the program from a fixed offset, so nothing has
 * to be mounted.
 */
#ifndef TS_GUEST_MEDIA_SEED_H
#define TS_GUEST_MEDIA_SEED_H

#include "base/cleanup.h"

struct error;

#define SEED_BLOCK 65536       /* bytes; unit of the offset of the program */
#define SEED_PROGRAM_BLOCK 16  /* first block of the program */
#define SEED_PROGRAM_BLOCKS 48 /* largest program in blocks: 3 MiB */
#define SEED_USER "touchstone" /* user that the seed creates, with sudo rights */

/* Generates a random password of 24 letters and digits for one guest. Caller frees. */
char *seed_new_password(void);

/* Creates the disk, readable by its owner only. password: of SEED_USER; program: touchstone-guest
 * for the guest's architecture. -EFBIG: the program is too large. */
int seed_make(const char *path, const char *password, const char *program, struct error **err);

#define SEED_PROGRAM "/var/tmp/touchstone-serve" /* path in the guest */

/* Returns the shell command that copies the program from the disk to SEED_PROGRAM; it contains no
 * single quote. Caller frees. */
char *seed_fetch_command(void);

#endif
