/* SPDX-License-Identifier: Apache-2.0 */
/* Time limits of jobs. */
#include "job/limits.h"

unsigned limits_default_scale(enum accel accel)
{
    return accel == ACCEL_KVM ? 1 : 10;
}

static int64_t start_s(unsigned scale)
{
    const int64_t boot_s = 2 * LIMIT_BOOT_S + LIMIT_SEED_S + LIMIT_LOGIN_S;

    return (LIMIT_RESTORE_S + (1 + LIMIT_RESETS) * boot_s + LIMIT_SETTLE_S) * scale;
}

static int64_t restart_s(void)
{
    return 2 * LIMIT_BOOT_S + LIMIT_SEED_S + LIMIT_LOGIN_S + LIMIT_IDENTITY_S + LIMIT_COMMAND_S;
}

int64_t limits_prepare_ms(unsigned scale)
{
    return (start_s(scale) + LIMIT_OVERHEAD_S) * 1000;
}

int64_t limits_measured_ms(const struct suite_case *row, unsigned rounds, unsigned minutes)
{
    if (row->minutes == 0)
        return 0;
    return (int64_t)(rounds > 0 && !row->phases ? rounds : row->rounds) * (minutes > 0 ? minutes : row->minutes) *
           60000;
}

int64_t limits_cell_ms(const struct suite *suite, unsigned scale, unsigned rounds, unsigned minutes)
{
    int64_t measured_ms = 0;
    int64_t client_s = suite->client ? LIMIT_IDENTITY_S + 6 * LIMIT_COMMAND_S : 0;
    int64_t cases_s = LIMIT_IDENTITY_S + 2 * LIMIT_SURFACE_S + LIMIT_COMMAND_S +
                      4 * (LIMIT_FOOTPRINT_S + LIMIT_COMMAND_S);

    /* Each case includes the time for transferring its result. */
    vec_foreach (row, &suite->cases) {
        int64_t leg_s = row->timeout_s + LIMIT_COMMAND_S;

        cases_s += leg_s;
        measured_ms += limits_measured_ms(row, rounds, minutes) * (row->restarts ? LIMIT_LEGS : 1);
        if (suite->client)
            client_s += 2 * LIMIT_NETWORK_S; /* the network is tried after it */
        if (row->restarts)
            cases_s += (LIMIT_LEGS - 1) * (leg_s + restart_s());
    }
    return ((suite->client ? 2 : 1) * start_s(scale) + (cases_s + client_s) * scale +
            LIMIT_OVERHEAD_S) *
               1000 +
           measured_ms;
}
