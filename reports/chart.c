/* SPDX-License-Identifier: Apache-2.0 */
#include "reports/chart.h"

#include <math.h>
#include <stdbool.h>

#include "reports/markup.h"

enum {
    WIDTH = 480,
    HEIGHT = 170,
    LEFT = 46, /* room for the labels of the axes */
    RIGHT = 8,
    TOP = 8,
    BOTTOM = 30,
    LEGEND = 18, /* height of a row of the legend */
    IN_ROW = 3,  /* names in one */
    PARTS = 240, /* of a line: two points are drawn of each */
    Y_STEPS = 4,
    X_STEPS = 5,
};

/* Larger values are no measurement, and are drawn at the upper end. */
#define LARGEST 1e15

/* What fits into the chart. */
struct scale {
    double seconds, most; /* the ends of the axes */
    bool minutes;
};

/* The next of 1, 2, 2.5, 5, 10, … that is not smaller. */
static double round_up(double value)
{
    static const double steps[] = {1, 2, 2.5, 5, 10};
    double unit = pow(10, floor(log10(value)));

    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
        if (value <= steps[i] * unit * (1 + 1e-9))
            return steps[i] * unit;
    return 10 * unit;
}

static struct scale find_scale(const struct chart *chart)
{
    struct scale scale = {0};

    for (size_t i = 0; i < chart->count; i++) {
        const struct chart_line *line = &chart->lines[i];

        scale.seconds = fmax(scale.seconds, (double)line->count * line->interval_s);
        for (size_t k = 0; k < line->count; k++)
            if (fabs(line->values[k]) <= LARGEST)
                scale.most = fmax(scale.most, line->values[k]);
    }
    scale.most = scale.most > 0 ? round_up(scale.most) : 1;
    scale.minutes = scale.seconds >= 180;
    scale.seconds = scale.seconds > 0 ? scale.seconds : 1;
    return scale;
}

static double x_of(const struct scale *scale, double seconds)
{
    return LEFT + (WIDTH - LEFT - RIGHT) * seconds / scale->seconds;
}

static double y_of(const struct scale *scale, double value)
{
    double share = value / scale->most;

    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (share < 0 ? 0 : share > 1 ? 1 : share);
}

static void add_axes(FILE *out, const struct chart *chart, const struct scale *scale)
{
    double length = scale->minutes ? scale->seconds / 60 : scale->seconds;

    for (int i = 0; i <= Y_STEPS; i++) {
        double value = scale->most * i / Y_STEPS, y = y_of(scale, value);

        fprintf(out,
                "<line class=\"grid\" x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\"/>"
                "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%.4g</text>\n",
                LEFT, y, WIDTH - RIGHT, y, LEFT - 6, y + 4, value);
    }
    for (int i = 0; i <= X_STEPS; i++)
        fprintf(out, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"%s\">%.3g%s%s</text>\n",
                x_of(scale, scale->seconds * i / X_STEPS), HEIGHT - BOTTOM + 16,
                i == 0         ? "start"
                : i == X_STEPS ? "end"
                               : "middle",
                length * i / X_STEPS, i == X_STEPS ? " " : "",
                i < X_STEPS      ? ""
                : scale->minutes ? chart->x_minutes
                                 : chart->x_seconds);
}

/* The smallest and the largest value of a part of the line, in their order; a part with a gap
 * breaks it. */
static void add_part(FILE *out, const struct chart_line *line, const struct scale *scale,
                     size_t from, size_t to, bool *drawing)
{
    size_t low = from, high = from;

    for (size_t i = from; i < to; i++) {
        if (!isfinite(line->values[i])) {
            *drawing = false;
            return;
        }
        low = line->values[i] < line->values[low] ? i : low;
        high = line->values[i] > line->values[high] ? i : high;
    }
    for (int i = 0; i < (low == high ? 1 : 2); i++) {
        size_t at = (i == 0) == (low < high) ? low : high;

        fprintf(out, "%s%.1f %.1f", *drawing ? "L" : "M",
                x_of(scale, ((double)at + 1) * line->interval_s), y_of(scale, line->values[at]));
        *drawing = true;
    }
}

static void add_line(FILE *out, const struct chart_line *line, const struct scale *scale, size_t n)
{
    size_t each = line->count / PARTS + 1;
    bool drawing = false;

    fprintf(out, "<path class=\"line l%zu\" d=\"", n % 6);
    for (size_t from = 0; from < line->count; from += each)
        add_part(out, line, scale, from, from + each < line->count ? from + each : line->count,
                 &drawing);
    fputs("\"/>\n", out);
}

static void add_legend(FILE *out, const struct chart *chart, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        double x = LEFT + (double)(i % IN_ROW) * (WIDTH - LEFT - RIGHT) / IN_ROW;
        double y = HEIGHT + (double)(i / IN_ROW) * LEGEND + 8;

        fprintf(out,
                "<path class=\"line l%zu\" d=\"M%.1f %.1fH%.1f\"/><text x=\"%.1f\" y=\"%.1f\">",
                i % 6, x, y, x + 28, x + 34, y + 4);
        markup_line(out, chart->lines[i].name);
        fputs("</text>\n", out);
    }
}

void chart_write(FILE *out, const struct chart *chart)
{
    size_t count = chart->count < CHART_LINES ? chart->count : CHART_LINES;
    size_t rows = (count + IN_ROW - 1) / IN_ROW;
    const struct scale scale = find_scale(chart);

    fputs("<figure class=\"chart\"><figcaption>", out);
    markup_line(out, chart->title);
    fputs(" <span class=\"of\">", out);
    markup_line(out, chart->y_unit);
    fprintf(out,
            "</span></figcaption>\n<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d "
            "%zu\" role=\"img\" aria-label=\"",
            WIDTH, HEIGHT + rows * LEGEND + 4);
    markup_line(out, chart->title);
    fputs("\">\n", out);
    add_axes(out, chart, &scale);
    for (size_t i = 0; i < count; i++)
        add_line(out, &chart->lines[i], &scale, i);
    add_legend(out, chart, count);
    fputs("</svg></figure>\n", out);
}
