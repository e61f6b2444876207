/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The values that programmes ask for, computed from the samples of a case: a
 * key for each, as touchstone-suite-format(5) lists them under "MEASURED
 * VALUES". What cannot be computed has the key with ".unmeasured" and the
 * reason; what was computed on a system that was not idle before, the key with
 * ".unjudged". Neither is the key itself, so nothing judges it.
 */
#ifndef TS_SERIES_MEASURE_H
#define TS_SERIES_MEASURE_H

#include "series/series.h"

struct series_measured {
    char *key, *value;
    const char *unit; /* or NULL */
};
VEC_TYPE(series_values, struct series_measured);
void series_values_done(struct series_values *values);

/*
 * `all`: the series of one case, one for each attempt whose rounds count,
 * oldest first: of each round the newest whole one is used. busy: why the host
 * was not idle; NULL: it was. Free with series_values_done.
 */
void series_measure(const struct series *const *all, size_t count, const char *busy,
                    struct series_values *ret_values);

/* Phases whose rounds mean something. */
#define SERIES_LOAD "load"
#define SERIES_ENDURANCE "endurance"
#define SERIES_BEFORE "before"
#define SERIES_AFTER "after"
#define SERIES_NORMAL "normal"
#define SERIES_OVERLOAD "overload"
#define SERIES_RECOVERY "recovery"

/* Number of whole rounds of the phase from the first on, without one missing.
 */
unsigned series_whole_rounds(const struct series *const *all, size_t count, const char *phase);

/* --- metrics
 * ----------------------------------------------------------------------------------
 */

enum series_resource { SERIES_CPU, SERIES_MEMORY, SERIES_DISK, SERIES_NETWORK, SERIES_RESOURCES };
const char *series_resource_name(enum series_resource resource); /* cpu, memory, disk, network */

/* The metrics of a resource in these samples: "cpu", "memory", "disk.vda",
 * "net.eth0.received". */
void series_metrics(const struct series_boot *boot, enum series_resource resource,
                    struct strv *ret_metrics);

/* The values of a metric in a round, one for each interval; NAN: not known,
 * because a sample is missing or late, or a counter fell. Percent; for networks
 * kB/s. Frees nothing: the caller frees ret_round->values. */
void series_points(const struct series *series, const struct series_round *round,
                   const char *metric, struct criteria_round *ret_round);

#endif
