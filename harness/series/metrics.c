/* SPDX-License-Identifier: Apache-2.0 */
/* The metrics of samples. A value belongs to the interval between two samples
 * that follow each other. */
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "series/measure.h"

const char *series_resource_name(enum series_resource resource)
{
    static const char *const names[] = {"cpu", "memory", "disk", "network"};

    return names[resource];
}

/* The device of a column such as disk.vda.busy; false: it is another column.
 * Caller frees. */
static bool take_device(const char *column, const char *prefix, const char *suffix,
                        char **ret_device)
{
    size_t length = strlen(column), before = strlen(prefix), after = strlen(suffix);

    if (length <= before + after || !text_starts(column, prefix) || !text_ends(column, suffix))
        return false;
    *ret_device = text_ndup(column + before, length - before - after);
    return true;
}

static void add_networks(const struct series_boot *boot, bool loopback, struct strv *ret_metrics)
{
    for (size_t i = 0; i < boot->columns.count; i++) {
        _cleanup_free_ char *device = NULL;

        if (!take_device(boot->columns.items[i], "net.", ".received", &device) ||
            (strcmp(device, "lo") == 0) != loopback)
            continue;
        strv_take(ret_metrics, text_format("net.%s.received", device));
        strv_take(ret_metrics, text_format("net.%s.sent", device));
    }
}

void series_metrics(const struct series_boot *boot, enum series_resource resource,
                    struct strv *ret_metrics)
{
    if (resource == SERIES_CPU || resource == SERIES_MEMORY)
        strv_add(ret_metrics, series_resource_name(resource));
    for (size_t i = 0; resource == SERIES_DISK && i < boot->columns.count; i++) {
        _cleanup_free_ char *device = NULL;

        if (take_device(boot->columns.items[i], "disk.", ".busy", &device))
            strv_take(ret_metrics, text_format("disk.%s", device));
    }
    if (resource != SERIES_NETWORK)
        return;
    add_networks(boot, false, ret_metrics);
    /* A guest without a network has its load on the loopback interface. */
    if (ret_metrics->count == 0)
        add_networks(boot, true, ret_metrics);
}

/* Two samples that follow each other. */
struct pair {
    const struct series *series;
    const struct series_round *round;
    size_t sample; /* the second */
    double seconds;
};

/* NAN if the counter fell: it was reset, or wrapped. */
static double increase(const struct pair *at, const char *column)
{
    double before = series_value(at->series, at->round, at->sample - 1, column);
    double after = series_value(at->series, at->round, at->sample, column);

    return after < before ? NAN : after - before;
}

static double now(const struct pair *at, const char *column)
{
    return series_value(at->series, at->round, at->sample, column);
}

static double of_device(const struct pair *at, const char *metric)
{
    bool disk = text_starts(metric, "disk.");
    _cleanup_free_ char *column = disk ? text_format("%s.busy", metric) : text_dup(metric);
    double value = increase(at, column);

    /* Busy milliseconds a second, in percent; or kB/s. */
    return disk ? value / at->seconds / 10 : value / at->seconds / 1024;
}

static double value_of(const struct pair *at, const char *metric)
{
    if (strcmp(metric, "cpu") == 0) {
        double total = increase(at, "cpu.total");

        return total > 0 ? 100 - 100 * increase(at, "cpu.idle") / total : NAN;
    }
    if (strcmp(metric, "memory") == 0) {
        double total = now(at, "mem.total");

        return total > 0 ? 100 * now(at, "mem.used") / total : NAN;
    }
    if (strcmp(metric, "product.cpu") == 0)
        return increase(at, metric) / at->seconds / 10000;
    if (text_starts(metric, "disk.") || text_starts(metric, "net."))
        return of_device(at, metric);
    return now(at, metric);
}

static bool is_late(const struct series_sample *sample, const struct series_round *round)
{
    return sample->at_ms < sample->due_ms ||
           sample->at_ms - sample->due_ms > round->interval_ms / 2;
}

void series_points(const struct series *series, const struct series_round *round,
                   const char *metric, struct criteria_round *ret_round)
{
    const struct series_sample *samples =
        round->count > 0 ? &series->samples.items[round->first] : NULL;
    size_t planned = (size_t)(round->planned_ms / round->interval_ms);
    size_t last = round->count > 0 ? (size_t)samples[round->count - 1].number : 0;
    size_t count = last < planned ? last : planned;
    double *values = text_calloc(planned + 1, sizeof(*values));

    for (size_t i = 0; i < planned + 1; i++)
        values[i] = NAN;
    for (size_t i = 1; i < round->count; i++) {
        struct pair at = {series, round, i,
                          (double)(samples[i].at_ms - samples[i - 1].at_ms) / 1000};

        if (samples[i].number != samples[i - 1].number + 1 || samples[i].number > planned ||
            is_late(&samples[i - 1], round) || is_late(&samples[i], round) || at.seconds <= 0)
            continue;
        values[samples[i].number - 1] = value_of(&at, metric);
    }
    *ret_round = (struct criteria_round){.values = values,
                                         .count = count,
                                         .planned = planned,
                                         .interval_s = (double)round->interval_ms / 1000,
                                         .whole = round->end == SERIES_WHOLE && !series->full};
}
