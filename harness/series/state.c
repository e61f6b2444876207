/* SPDX-License-Identifier: Apache-2.0 */
/* What samples say besides the criteria of programmes. */
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "series/measuring.h"

/* A sample counts as available if the load had a rate above 0 or, where it
 * states none, if the product had processes. One that says neither does not
 * count as either. */
static void state_availability(struct measuring *in, const char *phase,
                               const struct chosen_rounds *rounds)
{
    size_t good = 0, all = 0;
    struct criteria_share share;
    bool rated = false;

    vec_foreach (row, rounds)
        for (size_t i = 0; i < row->round->count; i++)
            rated |= !isnan(series_value(row->series, row->round, i, "rate"));
    vec_foreach (row, rounds)
        for (size_t i = 1; i < row->round->count; i++) {
            double value =
                series_value(row->series, row->round, i, rated ? "rate" : "product.processes");

            /* A load that wrote no rate since the last sample served nothing. */
            all += rated || !isnan(value);
            good += value > 0;
        }
    if (!criteria_availability(good, all, &share))
        return;
    measuring_add(in->to, text_format("%s.availability", phase),
                  text_format("%.4f (%zu of %zu samples; 95 %% interval %.4f to %.4f)",
                              100 * share.share, good, all, 100 * share.low, 100 * share.high),
                  "%");
}

static void state_length(struct measuring *in, const struct chosen_rounds *rounds)
{
    unsigned whole = 0;
    int64_t shortest = INT64_MAX;

    vec_foreach (row, rounds)
        if (row->round->end == SERIES_WHOLE) {
            whole++;
            shortest = row->round->planned_ms < shortest ? row->round->planned_ms : shortest;
        }
    measuring_add(in->to, text_dup("test.rounds"), text_format("%u", whole), NULL);
    measuring_add(in->to, text_dup("test.minutes"),
                  text_format("%.4g", whole > 0 ? (double)shortest / 60000 : 0.0), "min");
}

/* What was begun and not finished is stated, whether or not it was made again.
 */
static void state_losses(struct measuring *in)
{
    for (size_t i = 0; i < in->count; i++)
        vec_foreach (round, &in->all[i]->rounds)
            if (round->end != SERIES_WHOLE)
                measuring_add(in->to, text_format("%s.interrupted", round->phase),
                              text_format("round %u: %s after %lld of %lld s", round->number,
                                          series_end_name(round->end),
                                          (long long)(round->end_ms - round->begin_ms) / 1000,
                                          (long long)round->planned_ms / 1000),
                              NULL);
}

/* What sampling itself cost: percent of one CPU. */
static void state_cost(struct measuring *in)
{
    double cost_us = 0, time_ms = 0;

    for (size_t i = 0; i < in->count; i++)
        vec_foreach (round, &in->all[i]->rounds) {
            const struct series_sample *samples =
                round->count > 0 ? &in->all[i]->samples.items[round->first] : NULL;

            if (round->count < 2)
                continue;
            cost_us += samples[round->count - 1].self_us - samples[0].self_us;
            time_ms += (double)(samples[round->count - 1].at_ms - samples[0].at_ms);
        }
    if (time_ms > 0)
        measuring_add(in->to, text_dup("sampler.cost"), text_format("%.3f", cost_us / time_ms / 10),
                      "%");
}

/* By how much a counter grew in all rounds, for each millisecond; NAN: a round
 * does not say. */
static double growth(const struct chosen_rounds *rounds, const char *column)
{
    double grown = 0, time_ms = 0;

    vec_foreach (row, rounds) {
        const struct series_sample *samples;
        size_t last = row->round->count - 1;

        if (row->round->count < 2)
            continue;
        samples = &row->series->samples.items[row->round->first];
        grown += series_value(row->series, row->round, last, column) -
                 series_value(row->series, row->round, 0, column);
        time_ms += (double)(samples[last].at_ms - samples[0].at_ms);
    }
    return time_ms > 0 && grown >= 0 ? grown / time_ms : NAN;
}

/* The share of the time in which some task waited for a resource. */
static void state_pressure(struct measuring *in, const char *phase,
                           const struct chosen_rounds *rounds)
{
    static const char *const resources[] = {"cpu", "memory", "io"};

    for (size_t i = 0; i < sizeof(resources) / sizeof(resources[0]); i++) {
        _cleanup_free_ char *column = text_format("pressure.%s", resources[i]);
        double share = growth(rounds, column) / 10;

        if (!isnan(share))
            measuring_add(in->to, text_format("%s.waited.%s", phase, resources[i]),
                          text_format("%.2f", share), "%");
        else
            measuring_add(in->to, text_format("%s.waited.%s.unmeasured", phase, resources[i]),
                          text_dup("the kernel does not tell (PSI)"), NULL);
    }
}

static void state_product(struct measuring *in, const char *phase,
                          const struct chosen_rounds *rounds)
{
    double cpu = growth(rounds, "product.cpu") / 10, most = NAN;

    vec_foreach (row, rounds)
        for (size_t i = 0; i < row->round->count; i++)
            most = fmax(most, series_value(row->series, row->round, i, "product.memory"));
    if (!isnan(cpu))
        measuring_add(in->to, text_format("%s.product.cpu", phase), text_format("%.2f", cpu), "%");
    if (!isnan(most))
        measuring_add(in->to, text_format("%s.product.memory", phase), text_format("%.0f", most),
                      "KiB");
}

void state_rounds(struct measuring *in, const char *phase, const struct chosen_rounds *rounds)
{
    state_length(in, rounds);
    state_availability(in, phase, rounds);
    state_pressure(in, phase, rounds);
    state_product(in, phase, rounds);
}

void state_sampling(struct measuring *in)
{
    state_losses(in);
    state_cost(in);
}
