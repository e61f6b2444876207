/* SPDX-License-Identifier: Apache-2.0 */
/*
 * KTAP (Documentation/dev-tools/ktap.rst of the kernel), as kselftest and KUnit print it. Results
 * are nested by indentation, or behind "# ", as kselftest's runner passes on the output of a test.
 * The results without results below them are the points of the case; the result that ends nested
 * ones must agree with them. At the outermost level, the plan must be there; in nested levels it is
 * checked if there is one (KUnit prints none for parameters), since the result that ends them shows
 * that they are whole.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "suite/ktap_line.h"
#include "suite/protocols.h"
#include "suite/report.h"

enum { LEVELS_MAX = 16 };

struct ktap_level {
    size_t width;  /* of what precedes its lines */
    bool prefixed; /* behind "# " */
    bool begun, planned;
    size_t plan, count, failed;
    struct ktap_results points;
};

struct ktap {
    struct report *report;
    struct ktap_level levels[LEVELS_MAX];
    size_t open;
    size_t total;
    char *skip_reason; /* of "1..0 # SKIP" */
};

static void check_level(struct ktap *ktap, const struct ktap_level *level)
{
    if (level->planned && level->plan != level->count)
        report_break(ktap->report, "%zu results planned, %zu seen", level->plan, level->count);
    if (!level->planned && level->count > 0 && level->width == 0)
        report_break(ktap->report, "no plan: %zu results without saying how many there should be",
                     level->count);
}

/* What was below a result belongs to it. */
static void adopt(struct ktap *ktap, struct ktap_level *level, struct ktap_level *inner,
                  struct ktap_result *result)
{
    size_t failed = 0;

    check_level(ktap, inner);
    vec_foreach (point, &inner->points) {
        struct ktap_result *moved = vec_add(&level->points);

        *moved = *point;
        moved->name = text_format("%s/%s", result->name, point->name);
        free(point->name);
        /* A failure that was expected of the whole. */
        if (result->status == STATUS_DONE && moved->status == STATUS_FAIL)
            moved->status = STATUS_DONE;
        failed += moved->status == STATUS_FAIL || moved->status == STATUS_ERROR;
    }
    if (failed > 0 && result->status == STATUS_PASS)
        report_break(ktap->report, "'%s' is reported as ok although %zu results below it are not",
                     result->name, failed);
    if (inner->points.count == 0 || result->status == STATUS_SKIP ||
        (result->status >= STATUS_ERROR && failed == 0)) {
        *vec_add(&level->points) = *result;
        *result = (struct ktap_result){0};
    }
    vec_done(&inner->points);
    *inner = (struct ktap_level){0};
}

/* Nested results that no result of the outer level ends are not KTAP; their failures count. */
static void abandon(struct ktap *ktap)
{
    struct ktap_level *inner = &ktap->levels[--ktap->open], *outer = inner - 1;

    if (inner->count > 0 && !inner->prefixed)
        report_break(ktap->report, "nested results that no result of the outer level ends");
    vec_foreach (point, &inner->points)
        *vec_add(&outer->points) = *point;
    vec_done(&inner->points);
    *inner = (struct ktap_level){0};
}

/* The level of a line with this width, opened if need be; NULL: too deep. */
static struct ktap_level *level_of(struct ktap *ktap, size_t width, bool prefixed)
{
    struct ktap_level *top = &ktap->levels[ktap->open - 1];

    /* The level below the one to find waits for the result that ends it. */
    while (ktap->open > 1 && top->width > width && (top - 1)->width > width) {
        abandon(ktap);
        top = &ktap->levels[ktap->open - 1];
    }
    if (top->width > width && (top - 1)->width == width)
        return top - 1;
    if (top->width == width)
        return top;
    if (top->width > width) {
        if (!prefixed)
            report_break(ktap->report, "a line between two levels of indentation");
        return prefixed ? top : NULL;
    }
    if (ktap->open == LEVELS_MAX) {
        report_break(ktap->report, "results are nested deeper than %d", LEVELS_MAX);
        return NULL;
    }
    ktap->levels[ktap->open] = (struct ktap_level){.width = width, .prefixed = prefixed};
    return &ktap->levels[ktap->open++];
}

static void read_result(struct ktap *ktap, struct ktap_level *level, struct ktap_result *result,
                        size_t number)
{
    struct ktap_level *inner = level + 1;
    bool has_inner = level + 1 < ktap->levels + ktap->open;

    level->begun = true;
    level->count++;
    if (++ktap->total > REPORT_POINTS_MAX) {
        report_break(ktap->report, "more than %d results", REPORT_POINTS_MAX);
        return;
    }
    if (number != level->count && !level->prefixed)
        report_break(ktap->report, "result number %zu in the place of %zu", number, level->count);
    level->failed += result->status == STATUS_FAIL;
    if (has_inner) {
        ktap->open--;
        adopt(ktap, level, inner, result);
        return;
    }
    *vec_add(&level->points) = *result;
    *result = (struct ktap_result){0};
}

/* A program or a collection of tests after another one, at the same level. */
static void begin_document(struct ktap *ktap, struct ktap_level *level)
{
    check_level(ktap, level);
    level->planned = level->begun = false;
    level->plan = level->count = level->failed = 0;
}

static void read_plan(struct ktap *ktap, struct ktap_level *level, const char *text)
{
    char *stop;
    size_t plan = strtoul(text + 3, &stop, 10);

    if (level->planned) {
        if (!level->prefixed)
            report_break(ktap->report, "a second plan");
        begin_document(ktap, level);
    }
    if (level->count > 0 && !level->prefixed)
        report_break(ktap->report, "a plan after results");
    level->begun = level->planned = true;
    level->plan = plan;
    if (level->width == 0 && plan == 0 && strstr(stop, "SKIP") != NULL && ktap->skip_reason == NULL)
        ktap->skip_reason = text_dup(strstr(stop, "SKIP") + 4);
}

static unsigned long total_of(const char *text, const char *key)
{
    const char *at = strstr(text, key);

    return at != NULL ? strtoul(at + strlen(key), NULL, 10) : 0;
}

/* "Totals: pass:1 fail:0 …" of kselftest.h and KUnit: failures that no result shows. */
static void read_totals(struct ktap *ktap, size_t width, const char *text)
{
    unsigned long said = total_of(text, " fail:") + total_of(text, " error:");

    for (size_t i = 0; i < ktap->open; i++) {
        size_t seen = 0;

        if (ktap->levels[i].width != width)
            continue;
        vec_foreach (point, &ktap->levels[i].points)
            seen += point->status == STATUS_FAIL || point->status == STATUS_ERROR;
        if (said > seen)
            report_break(ktap->report, "the totals count %lu failures, the results show %zu", said,
                         seen);
    }
}

static void read_line(struct ktap *ktap, const char *line)
{
    _cleanup_(ktap_results_done) struct ktap_results owned = {0};
    struct ktap_result *result = vec_add(&owned);
    size_t width, number = 0;
    bool prefixed, version;
    const char *text = ktap_skip_prefix(line, &width, &prefixed);
    struct ktap_level *level;

    version = text_starts(text, "KTAP version ") || text_starts(text, "TAP version ");
    if (text_starts(text, "Totals:") && width >= 2) {
        read_totals(ktap, width - 2, text);
    } else if (strncasecmp(text, "Bail out!", 9) == 0 && !prefixed) {
        _cleanup_free_ char *shown = protocol_show(text, strlen(text));

        report_break(ktap->report, "%s", shown);
    } else if (version || (text_starts(text, "1..") && isdigit((unsigned char)text[3]))) {
        level = level_of(ktap, width, prefixed);
        if (level == NULL)
            return;
        while (&ktap->levels[ktap->open - 1] != level)
            abandon(ktap);
        if (version && level->begun)
            begin_document(ktap, level);
        else if (!version)
            read_plan(ktap, level, text);
    } else if (ktap_result_parse(text, result, &number)) {
        level = level_of(ktap, width, prefixed);
        if (level != NULL)
            read_result(ktap, level, result, number);
    } else if (text_starts(text, "not ok") && width == 0) {
        _cleanup_free_ char *shown = protocol_show(text, strlen(text));

        report_break(ktap->report, "a result without a number: '%s'", shown);
    }
}

static void conclude(struct ktap *ktap)
{
    while (ktap->open > 1)
        abandon(ktap);
    check_level(ktap, &ktap->levels[0]);
    if (!ktap->levels[0].begun)
        report_break(ktap->report, "it has neither a plan nor results");
    vec_foreach (point, &ktap->levels[0].points)
        report_add(ktap->report, point->status, point->name, point->detail, point->raw);
    if (ktap->skip_reason != NULL)
        report_add(ktap->report, STATUS_SKIP, "1..0", ktap->skip_reason, "1..0 # SKIP");
}

static void read_ktap(struct report *report, const char *text, size_t length)
{
    struct ktap ktap = {.report = report, .open = 1};
    const char *end = text + length;

    while (text < end) {
        const char *stop = text;
        _cleanup_free_ char *line = NULL;

        while (stop < end && *stop != '\n' && *stop != '\r')
            stop++;
        if (stop == end)
            report_break(report, "the last line has no end: it is cut");
        line = text_ndup(text, (size_t)(stop - text));
        read_line(&ktap, line);
        text = stop < end ? stop + 1 : end;
    }
    conclude(&ktap);
    for (size_t i = 0; i < LEVELS_MAX; i++)
        ktap_results_done(&ktap.levels[i].points);
    free(ktap.skip_reason);
}

void protocol_kselftest(const struct case_record *record, struct case_result *row)
{
    report_interpret(record, row, "KTAP", REPORT_STDOUT, NULL, read_ktap);
}
