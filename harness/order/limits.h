/* SPDX-License-Identifier: Apache-2.0 */
/* Every time limit and size bound of a job, in one place. Seconds are those of real hardware. */
#ifndef TS_ORDER_LIMITS_H
#define TS_ORDER_LIMITS_H

#include <stdint.h>

#include "model/suite.h"
#include "model/words.h"

enum {
    LIMIT_BOOT_S = 30,      /* until the agent is connected */
    LIMIT_SEED_S = 30,      /* from there until cloud-init has opened it */
    LIMIT_LOGIN_S = 30,     /* until a login on the console has come to a root shell */
    LIMIT_GRACE_S = 2,      /* from a login prompt to giving up a way that others follow */
    LIMIT_QUIET_MS = 400,   /* a console that is quiet for so long stands at a prompt */
    LIMIT_SETTLE_S = 20,    /* until the services of the image are up */
    LIMIT_IDENTITY_S = 10,  /* payload unpacked and identity measured */
    LIMIT_SURFACE_S = 60,   /* of reading what an image provides */
    LIMIT_RESTORE_S = 6,    /* until a restored guest's agent is connected */
    LIMIT_COMMAND_S = 5,    /* a small command */
    LIMIT_OVERHEAD_S = 900, /* of a worker on the host; staging may wait for another; not scaled */
    LIMIT_RESETS = 2,       /* in order, of a first boot, until it counts as a boot loop */
    LIMIT_LEGS = 8,         /* of a case whose guest is started again between them */
    LIMIT_EVIDENCE = 8 << 20, /* bytes kept of one piece of evidence */
    LIMIT_CORES = 8,          /* of crashes in one cell, RECORD_CORE_LIMIT each */
    LIMIT_STREAM = 1 << 20,   /* bytes kept of a case's stdout, and of its stderr */
};

/* The scale that is used when none is asked for: emulation is an order of magnitude slower than the
 * hardware that a suite's limits are written for. */
unsigned limits_default_scale(enum accel accel);

/* What a worker may take in all before the controller kills it, in milliseconds. */
int64_t limits_prepare_ms(unsigned scale);
int64_t limits_cell_ms(const struct suite *suite, unsigned scale);

#endif
