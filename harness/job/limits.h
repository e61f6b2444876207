/* SPDX-License-Identifier: Apache-2.0 */
/* All time limits and size limits of a job. Seconds apply to real hardware and are scaled under
 * emulation. */
#ifndef TS_JOB_LIMITS_H
#define TS_JOB_LIMITS_H

#include <stdint.h>

#include "model/suite.h"
#include "model/words.h"

enum {
    LIMIT_BOOT_S = 30,  /* until the guest agent is connected */
    LIMIT_SEED_S = 30,  /* after that, until cloud-init has started the agent */
    LIMIT_LOGIN_S = 30, /* until a console login has reached a root shell */
    LIMIT_GRACE_S =
        2, /* from a login prompt until an entry method that others follow is given up */
    LIMIT_QUIET_MS = 400,   /* a console without output for this long is taken to be at a prompt */
    LIMIT_SETTLE_S = 20,    /* until the services of the image are up */
    LIMIT_IDENTITY_S = 10,  /* unpacking the payload and measuring the identity */
    LIMIT_SURFACE_S = 60,   /* reading what an image provides */
    LIMIT_FOOTPRINT_S = 10, /* one snapshot of the guest's system */
    LIMIT_RESTORE_S = 6,    /* until the agent of a restored guest is connected */
    LIMIT_COMMAND_S = 5,    /* a short command in the guest */
    LIMIT_NETWORK_S = 30,   /* setting up or trying the network between two guests */
    LIMIT_OVERHEAD_S =
        900,          /* work on the host, including waiting for another staging; not scaled */
    LIMIT_RESETS = 2, /* clean resets allowed during a first boot; more count as a boot loop */
    LIMIT_LEGS = 8,   /* parts of a case whose guest is restarted in between */
    LIMIT_EVIDENCE = 8 << 20,    /* bytes stored of one piece of evidence */
    LIMIT_CORES = 8,             /* core dumps stored for one cell, RECORD_CORE_LIMIT each */
    LIMIT_ARTIFACTS = 128 << 20, /* bytes stored of the artifacts of all cases of a cell */
    LIMIT_ARTIFACT_FILES = 4000, /* and their number */
    LIMIT_STREAM = 1 << 20,      /* bytes stored of a case's stdout, and of its stderr */
};

/* The default time scale. Emulation is about ten times slower than the hardware that a suite's
 * limits are written for. */
unsigned limits_default_scale(enum accel accel);

/* Total time, in milliseconds, after which the controller kills a worker. */
int64_t limits_prepare_ms(unsigned scale);
int64_t limits_cell_ms(const struct suite *suite, unsigned scale, unsigned rounds,
                       unsigned minutes);

/* Milliseconds that a case measures; rounds, minutes: in place of its own, 0: its own. They are
 * added to its limit and are not scaled. */
int64_t limits_measured_ms(const struct suite_case *row, unsigned rounds, unsigned minutes);

#endif
