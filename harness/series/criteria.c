/* SPDX-License-Identifier: Apache-2.0 */
#include "series/criteria.h"

#include <math.h>

#include "base/cleanup.h"
#include "base/text.h"

/* Thresholds of an idle system: percent, and connections. */
enum { IDLE_CPU = 10, IDLE_MEMORY = 5, IDLE_DISK = 5, IDLE_CONNECTIONS = 100 };

static bool refuse(char **ret_reason, char *reason)
{
    *ret_reason = reason;
    return false;
}

static bool is_sound(const struct criteria_round *round, const char *what, char **ret_reason)
{
    if (round->count < round->planned || round->planned == 0)
        return refuse(ret_reason,
                      text_format("%s has %zu of %zu samples", what, round->count, round->planned));
    if (!round->whole)
        return refuse(ret_reason, text_format("%s did not come to its end", what));
    if (round->count < CRITERIA_VALUES)
        return refuse(ret_reason, text_format("%s has too few samples: %zu, at least %d are needed",
                                              what, round->count, CRITERIA_VALUES));
    for (size_t i = 0; i < round->count; i++) {
        if (isnan(round->values[i]))
            return refuse(ret_reason,
                          text_format("%s has a gap at %g s", what, (double)i * round->interval_s));
        if (!isfinite(round->values[i]))
            return refuse(ret_reason, text_format("%s has a value that is not a number at %g s",
                                                  what, (double)i * round->interval_s));
    }
    return true;
}

static bool are_sound(const struct criteria_round *rounds, size_t count, char **ret_reason)
{
    if (count == 0)
        return refuse(ret_reason, text_dup("there is no round"));
    for (size_t i = 0; i < count; i++) {
        _cleanup_free_ char *what = text_format("round %zu", i + 1);

        if (!is_sound(&rounds[i], what, ret_reason))
            return false;
    }
    return true;
}

static bool are_comparable(const struct criteria_round *rounds, size_t count, char **ret_reason)
{
    if (!are_sound(rounds, count, ret_reason))
        return false;
    if (count < 2)
        return refuse(ret_reason, text_dup("1 round cannot be compared with another"));
    for (size_t i = 1; i < count; i++) {
        if (rounds[i].interval_s != rounds[0].interval_s)
            return refuse(ret_reason,
                          text_format("round %zu has an interval of %g s, the first %g s", i + 1,
                                      rounds[i].interval_s, rounds[0].interval_s));
        if (rounds[i].count != rounds[0].count)
            return refuse(ret_reason,
                          text_format("round %zu has a length of %zu samples, the first %zu", i + 1,
                                      rounds[i].count, rounds[0].count));
    }
    return true;
}

static double average(const double *values, size_t count)
{
    double sum = 0;

    for (size_t i = 0; i < count; i++)
        sum += values[i];
    return sum / (double)count;
}

static double difference(double a, double b, bool relative, double floor)
{
    double larger = fabs(a) > fabs(b) ? fabs(a) : fabs(b);

    if (!relative)
        return fabs(a - b);
    return larger <= floor || larger == 0 ? 0 : 100 * fabs(a - b) / larger;
}

bool criteria_average(const struct criteria_round *round, const char *what, double *ret_average,
                      char **ret_reason)
{
    if (!is_sound(round, what, ret_reason))
        return false;
    *ret_average = average(round->values, round->count);
    return true;
}

bool criteria_range(const struct criteria_round *rounds, size_t count, double *ret_smallest,
                    double *ret_largest, char **ret_reason)
{
    double smallest = INFINITY, largest = -INFINITY;

    if (!are_sound(rounds, count, ret_reason))
        return false;
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < rounds[i].count; k++) {
            smallest = fmin(smallest, rounds[i].values[k]);
            largest = fmax(largest, rounds[i].values[k]);
        }
    *ret_smallest = smallest;
    *ret_largest = largest;
    return true;
}

/* The largest difference between two rounds, over the slots [from, to) of
 * `each` values. */
static double compare(const struct criteria_round *a, const struct criteria_round *b, size_t each,
                      size_t from, size_t to, bool relative, double floor)
{
    double largest = 0;

    for (size_t slot = from; slot < to; slot++) {
        size_t first = slot * each;
        size_t count = first + each <= a->count ? each : a->count - first;
        double now = difference(average(a->values + first, count),
                                average(b->values + first, count), relative, floor);

        largest = fmax(largest, now);
    }
    return largest;
}

static void compare_all(const struct criteria_round *rounds, size_t count, size_t each, size_t from,
                        size_t to, bool relative, double floor, double *ret_differences)
{
    for (size_t i = 1; i < count; i++) {
        ret_differences[i - 1] = 0;
        for (size_t k = 0; k < i; k++)
            ret_differences[i - 1] =
                fmax(ret_differences[i - 1],
                     compare(&rounds[i], &rounds[k], each, from, to, relative, floor));
    }
}

bool criteria_slots(const struct criteria_round *rounds, size_t count, bool relative, double floor,
                    double *ret_differences, char **ret_reason)
{
    size_t each, slots, skip;

    if (!are_comparable(rounds, count, ret_reason))
        return false;
    each = rounds[0].interval_s > 0 && rounds[0].interval_s < CRITERIA_SLOT_S
               ? (size_t)(CRITERIA_SLOT_S / rounds[0].interval_s)
               : 1;
    slots = (rounds[0].count + each - 1) / each;
    skip = slots >= CRITERIA_SKIP_FROM ? CRITERIA_SKIP_SLOTS : 0;
    compare_all(rounds, count, each, skip, slots - skip, relative, floor, ret_differences);
    return true;
}

bool criteria_rounds(const struct criteria_round *rounds, size_t count, bool relative, double floor,
                     double *ret_differences, char **ret_reason)
{
    if (!are_comparable(rounds, count, ret_reason))
        return false;
    compare_all(rounds, count, rounds[0].count, 0, 1, relative, floor, ret_differences);
    return true;
}

bool criteria_overload(const struct criteria_round *normal, const struct criteria_round *overload,
                       const struct criteria_round *after, struct criteria_recovery *ret_recovery,
                       char **ret_reason)
{
    double usual, smallest, largest;
    size_t good = 0, seen = 0;

    if (!criteria_average(normal, "the normal load", &usual, ret_reason) ||
        !is_sound(overload, "the overload", ret_reason) ||
        !is_sound(after, "the load after it", ret_reason))
        return false;
    if (usual <= 0)
        return refuse(ret_reason, text_format("the rate under normal load is %g", usual));
    criteria_range(overload, 1, &smallest, &largest, ret_reason);
    for (; seen < after->count && good < CRITERIA_RECOVERED_FOR; seen++)
        good = after->values[seen] * 100 >= usual * CRITERIA_RECOVERED ? good + 1 : 0;
    ret_recovery->recovered = good == CRITERIA_RECOVERED_FOR;
    ret_recovery->floor_percent = 100 * smallest / usual;
    ret_recovery->after_s =
        (double)(ret_recovery->recovered ? seen - good : seen) * after->interval_s;
    return true;
}

bool criteria_availability(size_t good, size_t all, struct criteria_share *ret_share)
{
    const double z = 1.959964; /* 95 %, both sides */
    double n = (double)all, share, centre, half;

    if (all == 0 || good > all)
        return false;
    share = (double)good / n;
    centre = (share + z * z / (2 * n)) / (1 + z * z / n);
    half = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n);
    *ret_share = (struct criteria_share){
        .share = share, .low = fmax(centre - half, 0), .high = fmin(centre + half, 1)};
    if (good == 0)
        ret_share->low = 0;
    if (good == all) {
        ret_share->low = fmax(1 - 3 / n, 0);
        ret_share->high = 1;
    }
    return true;
}

char *criteria_not_idle(const struct criteria_load *load)
{
    if (isnan(load->process_cpu) || isnan(load->process_memory) || isnan(load->disk))
        return text_dup("whether the system was idle was not measured");
    if (load->process_cpu > IDLE_CPU)
        return text_format("process '%s' used %.2f %% of a CPU, at most %d %% is idle",
                           load->process_cpu_name, load->process_cpu, IDLE_CPU);
    if (load->process_memory > IDLE_MEMORY)
        return text_format("process '%s' used %.2f %% of the memory, at most %d %% is idle",
                           load->process_memory_name, load->process_memory, IDLE_MEMORY);
    if (load->disk > IDLE_DISK)
        return text_format("disk '%s' was busy %.2f %% of the time, at most %d %% is idle",
                           load->disk_name, load->disk, IDLE_DISK);
    if (load->connections >= IDLE_CONNECTIONS)
        return text_format("%zu connections were in state %s, fewer than %d are idle",
                           load->connections, load->state, IDLE_CONNECTIONS);
    return NULL;
}
