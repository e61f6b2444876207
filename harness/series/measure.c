/* SPDX-License-Identifier: Apache-2.0 */
#include "series/measuring.h"

#include <math.h>
#include <string.h>

#include "base/text.h"

/* kB/s: below it, the rates of a network are noise, and two of them are equal.
 */
enum { NETWORK_FLOOR = 1 };

void series_values_done(struct series_values *values)
{
    vec_foreach (row, values) {
        free(row->key);
        free(row->value);
    }
    vec_done(values);
}

void measuring_add(struct series_values *to, char *key, char *value, const char *unit)
{
    struct series_measured *row = vec_add(to);

    row->key = key;
    row->value = value;
    row->unit = unit;
}

/* more: than this value, which is where the measurement ended. */
static void add_bounded(struct measuring *in, const char *key, bool more, double value,
                        const char *unit)
{
    measuring_add(in->to, text_format("%s%s", key, in->busy != NULL ? ".unjudged" : ""),
                  text_format("%s%.2f", more ? ">" : "", value), unit);
}

static void add_value(struct measuring *in, const char *key, double value, const char *unit)
{
    add_bounded(in, key, false, value, unit);
}

/* Takes the reason. */
static void add_reason(struct measuring *in, const char *key, char *reason)
{
    measuring_add(in->to, text_format("%s.unmeasured", key), reason, NULL);
}

/* Of each number the newest whole round, or else the newest. */
static void choose(const struct measuring *in, const char *phase, struct chosen_rounds *ret_rounds)
{
    for (unsigned number = 1;; number++) {
        struct chosen best = {0};

        for (size_t i = 0; i < in->count; i++)
            vec_foreach (round, &in->all[i]->rounds)
                if (round->number == number && strcmp(round->phase, phase) == 0 &&
                    (best.round == NULL || best.round->end != SERIES_WHOLE ||
                     round->end == SERIES_WHOLE))
                    best = (struct chosen){in->all[i], round};
        if (best.round == NULL)
            return;
        *vec_add(ret_rounds) = best;
    }
}

unsigned series_whole_rounds(const struct series *const *all, size_t count, const char *phase)
{
    const struct measuring in = {.all = all, .count = count};
    struct chosen_rounds rounds = {0};
    unsigned whole = 0;

    choose(&in, phase, &rounds);
    vec_foreach (row, &rounds)
        if (row->round->end == SERIES_WHOLE && whole == (unsigned)(row - rounds.items))
            whole++;
    vec_done(&rounds);
    return whole;
}

/* The values of one metric in all rounds. */
struct points {
    struct criteria_round *rounds;
    size_t count;
};

static void points_done(struct points *points)
{
    for (size_t i = 0; i < points->count; i++)
        free((void *)points->rounds[i].values);
    free(points->rounds);
}

static struct points make_points(const struct chosen_rounds *rounds, const char *metric)
{
    struct points points = {text_calloc(rounds->count + 1, sizeof(struct criteria_round)),
                            rounds->count};

    for (size_t i = 0; i < rounds->count; i++)
        series_points(rounds->items[i].series, rounds->items[i].round, metric, &points.rounds[i]);
    return points;
}

/* The metrics of a resource that every round has; false with the reason if they
 * differ. */
static bool find_metrics(const struct chosen_rounds *rounds, enum series_resource resource,
                         struct strv *ret_metrics, char **ret_reason)
{
    for (size_t i = 0; i < rounds->count; i++) {
        const struct chosen *row = &rounds->items[i];
        _cleanup_strv_ struct strv here = {0};
        _cleanup_free_ char *now = NULL, *first = NULL;

        series_metrics(&row->series->boots.items[row->round->boot], resource, &here);
        if (i == 0)
            strv_copy(ret_metrics, &here);
        now = strv_join(&here, " ");
        first = strv_join(ret_metrics, " ");
        if (strcmp(now, first) == 0)
            continue;
        *ret_reason = text_format("round %zu has other devices than the first: %s", i + 1, now);
        return false;
    }
    if (ret_metrics->count > 0)
        return true;
    *ret_reason = text_format("no %s was sampled", series_resource_name(resource));
    return false;
}

static char *name_metric(const char *metric, char *reason)
{
    char *text = text_format("%s: %s", metric, reason);

    free(reason);
    return text;
}

typedef bool differ(const struct criteria_round *rounds, size_t count, bool relative, double floor,
                    double *ret_differences, char **ret_reason);

/* The largest differences over all metrics of a resource. */
static bool find_differences(const struct chosen_rounds *rounds, enum series_resource resource,
                             differ *compute, double *ret_largest, char **ret_reason)
{
    _cleanup_strv_ struct strv metrics = {0};
    bool relative = resource == SERIES_NETWORK;

    if (!find_metrics(rounds, resource, &metrics, ret_reason))
        return false;
    for (size_t i = 0; i < metrics.count; i++) {
        _cleanup_(points_done) struct points points = make_points(rounds, metrics.items[i]);
        _cleanup_free_ double *now = text_calloc(rounds->count + 1, sizeof(double));

        if (!compute(points.rounds, points.count, relative, NETWORK_FLOOR, now, ret_reason)) {
            *ret_reason = name_metric(metrics.items[i], *ret_reason);
            return false;
        }
        for (size_t k = 0; k + 1 < rounds->count; k++)
            ret_largest[k] = fmax(ret_largest[k], now[k]);
    }
    return true;
}

static void measure_load(struct measuring *in, const struct chosen_rounds *rounds,
                         enum series_resource resource)
{
    _cleanup_free_ char *key = text_format("load.%s.difference", series_resource_name(resource));
    _cleanup_free_ double *largest = text_calloc(rounds->count + 1, sizeof(double));
    char *reason = NULL;

    if (!find_differences(rounds, resource, criteria_slots, largest, &reason)) {
        add_reason(in, key, reason);
        return;
    }
    for (size_t i = 0; i + 1 < rounds->count; i++)
        add_value(in, key, largest[i], "%");
}

/* The rates of a network in percent of its speed; false: the speed is not
 * known. */
static bool scale_network(const struct chosen_rounds *rounds, const char *metric,
                          struct points *points)
{
    const char *dot = strrchr(metric, '.');
    _cleanup_free_ char *column = text_format("%.*s.speed", (int)(dot - metric), metric);

    for (size_t i = 0; i < points->count; i++) {
        double *values = (double *)points->rounds[i].values;
        double speed = series_value(rounds->items[i].series, rounds->items[i].round, 0, column);

        if (!(speed > 0))
            return false;
        for (size_t k = 0; k < points->rounds[i].count; k++)
            values[k] = values[k] * 1024 * 8 * 100 / (speed * 1000000);
    }
    return true;
}

/* Two values of each metric: computes them, or says why not. */
typedef bool spread(const struct criteria_round *rounds, size_t count, double *ret_first,
                    double *ret_second, char **ret_reason);

static bool before_and_after(const struct criteria_round *rounds, size_t count, double *ret_before,
                             double *ret_after, char **ret_reason)
{
    (void)count;
    return criteria_average(&rounds[0], "the time before the start", ret_before, ret_reason) &&
           criteria_average(&rounds[1], "the time after the stop", ret_after, ret_reason);
}

/* Of the metric that differs most, both values. */
static void measure_spread(struct measuring *in, const char *prefix,
                           const struct chosen_rounds *rounds, enum series_resource resource,
                           spread *compute)
{
    _cleanup_free_ char *key = text_format("%s.%s", prefix, series_resource_name(resource));
    _cleanup_strv_ struct strv metrics = {0};
    double first = 0, second = 0, most = -1;
    char *reason = NULL;

    if (!find_metrics(rounds, resource, &metrics, &reason)) {
        add_reason(in, key, reason);
        return;
    }
    for (size_t i = 0; i < metrics.count; i++) {
        _cleanup_(points_done) struct points points = make_points(rounds, metrics.items[i]);
        double a, b;

        if (resource == SERIES_NETWORK && !scale_network(rounds, metrics.items[i], &points)) {
            add_reason(in, key,
                       text_format("%s: the speed of the interface is not known, so there is no "
                                   "share of it",
                                   metrics.items[i]));
            return;
        }
        if (!compute(points.rounds, points.count, &a, &b, &reason)) {
            add_reason(in, key, name_metric(metrics.items[i], reason));
            return;
        }
        if (fabs(a - b) <= most)
            continue;
        most = fabs(a - b);
        first = a;
        second = b;
    }
    add_value(in, key, first, "%");
    add_value(in, key, second, "%");
}

static void measure_idle(struct measuring *in)
{
    struct chosen_rounds before = {0}, after = {0};

    choose(in, SERIES_BEFORE, &before);
    choose(in, SERIES_AFTER, &after);
    if (before.count > 0 && after.count > 0) {
        before.count = 1; /* the first of each */
        *vec_add(&before) = after.items[0];
        for (enum series_resource i = 0; i < SERIES_RESOURCES; i++)
            measure_spread(in, "idle", &before, i, before_and_after);
    } else if (before.count + after.count > 0) {
        for (enum series_resource i = 0; i < SERIES_RESOURCES; i++) {
            _cleanup_free_ char *key = text_format("idle.%s", series_resource_name(i));

            add_reason(in, key,
                       text_format("there are no samples of the time %s",
                                   before.count == 0 ? "before the start" : "after the stop"));
        }
    }
    vec_done(&before);
    vec_done(&after);
}

/* Each round's largest difference of all resources. */
static void measure_endurance(struct measuring *in, const struct chosen_rounds *rounds)
{
    _cleanup_free_ double *largest = text_calloc(rounds->count + 1, sizeof(double));
    char *reason = NULL;

    for (enum series_resource i = 0; i < SERIES_RESOURCES; i++)
        if (!find_differences(rounds, i, criteria_rounds, largest, &reason)) {
            add_reason(in, "endurance.difference", reason);
            return;
        }
    for (size_t i = 0; i + 1 < rounds->count; i++)
        add_value(in, "endurance.difference", largest[i], "%");
}

static void measure_overload(struct measuring *in)
{
    static const char *const phases[] = {SERIES_NORMAL, SERIES_OVERLOAD, SERIES_RECOVERY};
    struct chosen_rounds rounds[3] = {{0}, {0}, {0}};
    struct criteria_recovery recovery;
    char *reason = NULL;
    size_t found = 0;

    for (size_t i = 0; i < 3; i++) {
        choose(in, phases[i], &rounds[i]);
        found += rounds[i].count > 0;
        rounds[i].count = rounds[i].count > 0;
    }
    if (found == 3) {
        _cleanup_(points_done) struct points a = make_points(&rounds[0], "rate");
        _cleanup_(points_done) struct points b = make_points(&rounds[1], "rate");
        _cleanup_(points_done) struct points c = make_points(&rounds[2], "rate");

        if (criteria_overload(a.rounds, b.rounds, c.rounds, &recovery, &reason)) {
            add_value(in, "overload.floor", recovery.floor_percent, "%");
            add_bounded(in, "overload.recovery", !recovery.recovered, recovery.after_s, "s");
        }
    } else if (found > 0)
        reason = text_format("%zu of the phases %s, %s and %s were sampled", found, phases[0],
                             phases[1], phases[2]);
    if (reason != NULL) {
        add_reason(in, "overload.floor", text_dup(reason));
        add_reason(in, "overload.recovery", reason);
    }
    for (size_t i = 0; i < 3; i++)
        vec_done(&rounds[i]);
}

/* Why what was measured is not judged; caller frees. */
static char *find_busy(const struct measuring *in)
{
    if (in->busy != NULL)
        return text_format("the host was not idle before: %s", in->busy);
    for (size_t i = 0; i < in->count; i++) {
        _cleanup_free_ char *why = NULL;

        /* It was cut short before anything was measured. */
        if (in->all[i]->rounds.count == 0)
            continue;
        if (!in->all[i]->checked)
            return text_dup("whether the guest was idle before was not measured");
        why = criteria_not_idle(&in->all[i]->idle);
        if (why != NULL)
            return text_format("the guest was not idle before: %s", why);
    }
    return NULL;
}

static void measure_rounds(struct measuring *in, const char *phase)
{
    struct chosen_rounds rounds = {0};

    choose(in, phase, &rounds);
    if (rounds.count > 0) {
        state_rounds(in, phase, &rounds);
        if (strcmp(phase, SERIES_ENDURANCE) == 0)
            measure_endurance(in, &rounds);
        else
            for (enum series_resource i = 0; i < SERIES_RESOURCES; i++) {
                measure_load(in, &rounds, i);
                measure_spread(in, "pressure", &rounds, i, criteria_range);
            }
    }
    vec_done(&rounds);
}

void series_measure(const struct series *const *all, size_t count, const char *busy,
                    struct series_values *ret_values)
{
    struct measuring in = {.all = all, .count = count, .busy = busy, .to = ret_values};
    _cleanup_free_ char *why = find_busy(&in);

    in.busy = why;
    measure_idle(&in);
    measure_rounds(&in, SERIES_LOAD);
    measure_rounds(&in, SERIES_ENDURANCE);
    measure_overload(&in);
    if (why != NULL && in.to->count > 0)
        measuring_add(in.to, text_dup("idle-check.unmeasured"), text_dup(why), NULL);
    state_sampling(&in);
}
