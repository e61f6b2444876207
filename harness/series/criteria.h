/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Criteria of certification programmes over measured values, without I/O. A
 * criterion that cannot be computed from what is there says why, and gives no
 * value: too few values, a gap, a round that stopped early, rounds of different
 * length, a value that is not a number. Nothing is interpolated and no round is
 * left out, so less data never gives a better result.
 */
#ifndef TS_SERIES_CRITERIA_H
#define TS_SERIES_CRITERIA_H

#include <stdbool.h>
#include <stddef.h>

/* The values of one metric in one round, at a fixed interval. NAN: a gap.
 * Borrowed. */
struct criteria_round {
    const double *values;
    size_t count, planned; /* fewer than planned: it stopped early */
    double interval_s;
    bool whole; /* it came to its end, without a failure of the load */
};

enum {
    CRITERIA_VALUES = 10,      /* fewer values of a round say nothing */
    CRITERIA_SLOT_S = 60,      /* the slots that are compared between rounds */
    CRITERIA_SKIP_SLOTS = 3,   /* left out at both ends of a round … */
    CRITERIA_SKIP_FROM = 10,   /* … that has at least so many */
    CRITERIA_RECOVERED = 90,   /* percent of the normal rate */
    CRITERIA_RECOVERED_FOR = 3 /* values in sequence */
};

/* All of them return false with the reason (caller frees) if nothing can be
 * computed. `what` names the rounds in reasons. */

bool criteria_average(const struct criteria_round *round, const char *what, double *ret_average,
                      char **ret_reason);

/* Smallest and largest value of all rounds. */
bool criteria_range(const struct criteria_round *rounds, size_t count, double *ret_smallest,
                    double *ret_largest, char **ret_reason);

/*
 * How much each round after the first differs from any round before it: the
 * largest difference of the averages of a slot, ret_differences[count - 1]. In
 * the unit of the values, or (relative) in percent of the larger one; two that
 * are below `floor` are then equal.
 */
bool criteria_slots(const struct criteria_round *rounds, size_t count, bool relative, double floor,
                    double *ret_differences, char **ret_reason);

/* The same for the averages of whole rounds. */
bool criteria_rounds(const struct criteria_round *rounds, size_t count, bool relative, double floor,
                     double *ret_differences, char **ret_reason);

/* The smallest value under overload, in percent of the average before; and the
 * seconds after the overload until CRITERIA_RECOVERED_FOR values in sequence
 * have recovered. Without them, it did not recover within the whole round
 * `after`, of after_s seconds: that is measured, unlike a round that ended
 * early. */
struct criteria_recovery {
    double floor_percent, after_s;
    bool recovered;
};
bool criteria_overload(const struct criteria_round *normal, const struct criteria_round *overload,
                       const struct criteria_round *after, struct criteria_recovery *ret_recovery,
                       char **ret_reason);

/* The share of successes with its 95 % interval: Wilson's, and without a
 * failure the rule of three for the lower end. Returns false without a sample.
 */
struct criteria_share {
    double share, low, high; /* 0 … 1 */
};
bool criteria_availability(size_t good, size_t all, struct criteria_share *ret_share);

/* What used a system before a measurement, in percent of one CPU, of the memory
 * and of the time. */
struct criteria_load {
    double process_cpu, process_memory, disk;
    char process_cpu_name[64], process_memory_name[64], disk_name[64];
    size_t connections; /* in the state that has most */
    char state[32];
};

/* Why the system was not idle (caller frees); NULL: it was. */
char *criteria_not_idle(const struct criteria_load *load);

#endif
