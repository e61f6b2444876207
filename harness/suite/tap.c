/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TAP 14 (testanything.org/tap-version-14-specification.html), which takes in 12 and 13. Only the
 * top level counts: subtests, YAML blocks and whatever else is indented are passed over; other
 * lines are no TAP and say nothing. What is missing, doubled or out of place makes the whole case
 * an ERROR: half a report is none.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "suite/protocols.h"

#define POINTS_MAX 10000

enum directive { DIRECTIVE_NONE, DIRECTIVE_SKIP, DIRECTIVE_TODO };

struct tap {
    struct case_result *row;
    bool planned, plan_last,
        pointed; /* a plan was seen; points came before it; any point was seen */
    size_t plan;
    char *plan_reason; /* of `1..0 # SKIP reason` */
    bool *seen;        /* by number, POINTS_MAX + 1 */
    size_t count, passed, failed, skipped, todo;
    char *first_failure;
    char *broken; /* the first thing that is wrong with the report */
};

static void __attribute__((format(printf, 2, 3)))
break_tap(struct tap *tap, const char *format, ...)
{
    va_list args;

    if (tap->broken != NULL)
        return;
    va_start(args, format);
    if (vasprintf(&tap->broken, format, args) < 0)
        text_out_of_memory();
    va_end(args);
}

/* A number at *text, moving past it; false when there is none or it is beyond POINTS_MAX. */
static bool number(const char **text, const char *end, size_t *ret_value)
{
    size_t value = 0;
    const char *at = *text;

    while (at < end && *at >= '0' && *at <= '9' && value <= POINTS_MAX)
        value = value * 10 + (size_t)(*at++ - '0');
    if (at == *text || value > POINTS_MAX)
        return false;
    *text = at;
    *ret_value = value;
    return true;
}

static const char *skip_spaces(const char *text, const char *end)
{
    while (text < end && (*text == ' ' || *text == '\t'))
        text++;
    return text;
}

static bool begins(const char *text, const char *end, const char *word)
{
    size_t length = strlen(word);

    return (size_t)(end - text) >= length && strncasecmp(text, word, length) == 0;
}

/* The directive of a description, which then ends before it; what follows the word is its reason.
 */
static enum directive find_directive(const char *text, const char **end, const char **ret_reason)
{
    for (const char *at = text; at < *end; at++) {
        const char *word = at + 1;
        enum directive found = DIRECTIVE_NONE;

        if (*at == '\\' && word < *end) {
            at++;
            continue;
        }
        if (*at != '#' || (at > text && at[-1] != ' ' && at[-1] != '\t'))
            continue;
        word = skip_spaces(word, *end);
        if (begins(word, *end, "skip"))
            found = DIRECTIVE_SKIP;
        else if (begins(word, *end, "todo"))
            found = DIRECTIVE_TODO;
        if (found == DIRECTIVE_NONE)
            continue;
        /* "skipped:", "SKIP -", "TODO" alike: the word ends at a space. */
        while (word < *end && *word != ' ' && *word != '\t')
            word++;
        *ret_reason = skip_spaces(word, *end);
        *end = at;
        return found;
    }
    return DIRECTIVE_NONE;
}

static void read_plan(struct tap *tap, const char *text, const char *end)
{
    const char *at = text + 3, *tail, *reason = NULL;

    if (tap->planned) {
        break_tap(tap, "a second plan");
        return;
    }
    tap->planned = true;
    tap->plan_last = tap->pointed;
    if (!number(&at, end, &tap->plan)) {
        break_tap(tap, "a plan that is no number up to %d", POINTS_MAX);
        return;
    }
    tail = skip_spaces(at, end);
    if (tail < end && *tail != '#') {
        break_tap(tap, "a plan with something behind it");
        return;
    }
    at = end;
    if (find_directive(tail, &at, &reason) == DIRECTIVE_SKIP)
        tap->plan_reason = protocol_show(reason, (size_t)(end - reason));
}

static void count_point(struct tap *tap, struct point *point, bool ok, enum directive directive,
                        size_t which)
{
    tap->count++;
    if (directive == DIRECTIVE_SKIP) {
        point->status = STATUS_SKIP;
        tap->skipped++;
    } else if (directive == DIRECTIVE_TODO && !ok) {
        point->status = STATUS_DONE;
        tap->todo++;
    } else if (ok) {
        point->status = STATUS_PASS;
        tap->passed++;
    } else {
        point->status = STATUS_FAIL;
        if (tap->failed++ == 0)
            tap->first_failure =
                text_format("not ok %zu%s%s", which, *point->name != '\0' ? " " : "", point->name);
    }
}

static void read_point(struct tap *tap, const char *text, const char *end, bool ok)
{
    const char *at = skip_spaces(text, end), *reason = NULL;
    size_t which = tap->count + 1;
    enum directive directive;
    struct point *point;

    tap->pointed = true;
    if (tap->planned && tap->plan_last)
        break_tap(tap,
                  "a test point behind the plan that stood after others: a plan is first or last");
    if (tap->count >= POINTS_MAX) {
        break_tap(tap, "more than %d test points", POINTS_MAX);
        return;
    }
    if (at < end && *at >= '0' && *at <= '9' && !number(&at, end, &which)) {
        break_tap(tap, "a test number beyond %d", POINTS_MAX);
        return;
    }
    if (which == 0 || which > POINTS_MAX || tap->seen[which]) {
        break_tap(tap,
                  which > 0 && which <= POINTS_MAX ? "test number %zu twice"
                                                   : "test number %zu out of range",
                  which);
        return;
    }
    tap->seen[which] = true;
    at = skip_spaces(at, end);
    if (at + 1 < end && at[0] == '-' && at[1] == ' ')
        at = skip_spaces(at + 1, end);
    text = end;
    directive = find_directive(at, &end, &reason);
    while (end > at && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
    point = vec_add(&tap->row->points);
    point->name = protocol_show(at, (size_t)(end - at));
    if (directive != DIRECTIVE_NONE)
        point->detail = protocol_show(reason, (size_t)(text - reason));
    count_point(tap, point, ok, directive, which);
}

static bool is_point(const char *text, const char *end, const char *word)
{
    const char *after = text + strlen(word);

    return (size_t)(end - text) >= strlen(word) && memcmp(text, word, strlen(word)) == 0 &&
           (after == end || *after == ' ' || *after == '\t');
}

static void read_line(struct tap *tap, const char *text, const char *end)
{
    const char *word = skip_spaces(text, end);

    if (end > text && end[-1] == '\r')
        end--;
    /* A bail-out in a subtest ends the whole run as well. */
    if (begins(word, end, "bail out!")) {
        _cleanup_free_ char *line = protocol_show(word, (size_t)(end - word));

        break_tap(tap, "%s", line);
    } else if (word > text) {
        return;
    } else if (end - text > 3 && memcmp(text, "1..", 3) == 0 && text[3] >= '0' && text[3] <= '9') {
        read_plan(tap, text, end);
    } else if (is_point(text, end, "not ok")) {
        read_point(tap, text + strlen("not ok"), end, false);
    } else if (is_point(text, end, "ok")) {
        read_point(tap, text + strlen("ok"), end, true);
    }
}

static void check_whole(struct tap *tap, const struct case_record *record)
{
    if (record->out_dropped > 0)
        break_tap(tap,
                  "output cut off: %llu bytes beyond the limit were dropped; let the case print "
                  "less",
                  (unsigned long long)record->out_dropped);
    if (!tap->planned)
        break_tap(tap, "no plan: %zu test points without saying how many there should be",
                  tap->count);
    if (tap->plan != tap->count)
        break_tap(tap, "%zu test points planned, %zu seen", tap->plan, tap->count);
    for (size_t i = 1; i <= POINTS_MAX; i++)
        if (tap->seen[i] && i > tap->plan)
            break_tap(tap, "test number %zu is beyond the plan of %zu", i, tap->plan);
    if (tap->failed == 0 && record->end.exit_code != 0)
        break_tap(tap, "exit code %d although no test point failed", record->end.exit_code);
}

static char *first_skip(const struct tap *tap)
{
    vec_foreach (point, &tap->row->points) {
        if (point->detail != NULL && *point->detail != '\0')
            return text_format("no test point was judged: %s", point->detail);
    }
    return text_dup("no test point was judged");
}

static void conclude(struct tap *tap)
{
    if (tap->broken != NULL)
        protocol_set(tap->row, STATUS_ERROR, BLAME_SUITE,
                     text_format("not the TAP of a whole run: %s", tap->broken));
    else if (tap->failed > 0)
        protocol_set(
            tap->row, STATUS_FAIL, BLAME_PRODUCT,
            text_format("%s (%zu of %zu failed)", tap->first_failure, tap->failed, tap->count));
    else if (tap->passed > 0)
        protocol_set(tap->row, STATUS_PASS, BLAME_NONE, NULL);
    else if (tap->count == 0)
        protocol_set(tap->row, STATUS_SKIP, BLAME_NONE,
                     tap->plan_reason != NULL && *tap->plan_reason != '\0'
                         ? text_dup(tap->plan_reason)
                         : text_dup("the plan has no test points"));
    else
        protocol_set(tap->row, STATUS_SKIP, BLAME_NONE, first_skip(tap));
}

void protocol_tap(const struct case_record *record, struct case_result *row)
{
    struct tap tap = {.row = row, .seen = text_calloc(POINTS_MAX + 1, sizeof(bool))};
    const char *text = record->out.data, *end = text != NULL ? text + record->out.length : text;

    while (text < end) {
        const char *newline = memchr(text, '\n', (size_t)(end - text));
        const char *stop = newline != NULL ? newline : end;

        read_line(&tap, text, stop);
        text = newline != NULL ? newline + 1 : end;
    }
    check_whole(&tap, record);
    conclude(&tap);
    free(tap.seen);
    free(tap.plan_reason);
    free(tap.first_failure);
    free(tap.broken);
}
