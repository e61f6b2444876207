/* SPDX-License-Identifier: Apache-2.0 */
/* What a case sampled, as charts: one for each metric, with a line for each round. */
#include <math.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "reports/chart.h"
#include "reports/html.h"
#include "reports/markup.h"
#include "series/measure.h"
#include "store/evidence.h"

enum { CHARTS = 24 }; /* of a case */

static char *round_name(const struct page *page, const struct series_round *round)
{
    return text_format("%s %u%s%s", round->phase, round->number,
                       round->end != SERIES_WHOLE ? " · " : "",
                       round->end != SERIES_WHOLE ? phrase(page->report, PHRASE_ROUND_CUT) : "");
}

/* Rounds of the series that have the metric's columns. */
static void add_chart(const struct page *page, const struct series *series, const char *metric,
                      const char *title, enum phrase unit)
{
    struct chart_line lines[CHART_LINES] = {{0}};
    struct chart chart = {.title = title,
                          .y_unit = phrase(page->report, unit),
                          .x_seconds = phrase(page->report, PHRASE_SECONDS),
                          .x_minutes = phrase(page->report, PHRASE_MINUTES),
                          .lines = lines};

    vec_foreach (round, &series->rounds) {
        struct criteria_round points;

        if (chart.count == CHART_LINES)
            break;
        series_points(series, round, metric, &points);
        lines[chart.count++] = (struct chart_line){.name = round_name(page, round),
                                                   .values = points.values,
                                                   .count = points.count,
                                                   .interval_s = points.interval_s};
    }
    chart_write(page->out, &chart);
    for (size_t i = 0; i < chart.count; i++) {
        free((char *)lines[i].name);
        free((double *)lines[i].values);
    }
}

static void add_resource(const struct page *page, const struct series *series,
                         enum series_resource resource, size_t *left)
{
    static const enum phrase titles[] = {[SERIES_CPU] = PHRASE_CHART_CPU,
                                         [SERIES_MEMORY] = PHRASE_CHART_MEMORY,
                                         [SERIES_DISK] = PHRASE_CHART_DISK,
                                         [SERIES_NETWORK] = PHRASE_CHART_NETWORK};
    const char *title = phrase(page->report, titles[resource]);
    _cleanup_strv_ struct strv metrics = {0};

    series_metrics(&series->boots.items[series->rounds.items[0].boot], resource, &metrics);
    for (size_t i = 0; i<metrics.count && * left> 0; i++) {
        const char *dot = strchr(metrics.items[i], '.');
        _cleanup_free_ char *named =
            dot != NULL ? text_format("%s · %s", title, dot + 1) : text_dup(title);

        add_chart(page, series, metrics.items[i], named,
                  resource == SERIES_NETWORK ? PHRASE_KB_S : PHRASE_PERCENT);
        --*left;
    }
}

/* Nothing may have been named as the product. */
static bool names_product(const struct series *series)
{
    vec_foreach (round, &series->rounds)
        if (!isnan(series_value(series, round, 0, "product.cpu")))
            return true;
    return false;
}

static void add_series(const struct page *page, const struct evidence *blob)
{
    _cleanup_buffer_ struct buffer text = {0};
    _cleanup_series_ struct series series = {0};
    _cleanup_error_ struct error *err = NULL;
    size_t left = CHARTS;

    if (blob->size > SERIES_BYTES ||
        evidence_read_tail(page->report->home, blob->sha256, blob->size, SERIES_BYTES, &text, NULL,
                           &err) < 0 ||
        series_read(text.data, text.length, &series, &err) < 0) {
        fprintf(page->out, "<p class=\"notice stop\">%s%s",
                phrase(page->report, PHRASE_OUTPUT_GONE), phrase(page->report, PHRASE_COLON));
        markup_line(page->out, err != NULL ? error_message(err) : blob->name);
        fputs("</p>\n", page->out);
        return;
    }
    if (series.rounds.count == 0)
        return;
    fputs("<div class=\"charts\">\n", page->out);
    for (enum series_resource i = 0; i < SERIES_RESOURCES; i++)
        add_resource(page, &series, i, &left);
    if (names_product(&series))
        add_chart(page, &series, "product.cpu", phrase(page->report, PHRASE_CHART_PRODUCT),
                  PHRASE_PERCENT_CPU);
    fputs("</div>\n", page->out);
}

void html_samples(const struct page *page, const struct result *result, const char *case_id)
{
    vec_foreach (blob, &result->evidence) {
        if (!text_equal(blob->case_id, case_id) || !text_starts(blob->name, "artifact/samples"))
            continue;
        fprintf(page->out, "<h3>%s <span class=\"of\">", phrase(page->report, PHRASE_SAMPLES));
        markup_line(page->out, blob->name);
        fputs("</span></h3>\n", page->out);
        add_series(page, blob);
    }
}
