/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parses TAP 14 (testanything.org/tap-version-14-specification.html), which includes TAP 13. The
 * points of the top level are the case's; a subtest (indented by four spaces) must agree with the
 * point that ends it; YAML blocks are skipped. Other lines are not TAP and are ignored, but
 * anything nearly TAP, missing, duplicate or misplaced makes the whole case an ERROR.
 */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "suite/protocols.h"
#include "suite/tap_line.h"

#define LEVELS_MAX 16 /* nesting depth of subtests */
#define DOCUMENTS_MAX 1000

/* One document: the top level, or an open subtest. */
struct level {
    bool planned, plan_last; /* a plan was read; it came after points */
    bool pointed, begun;     /* a point was read; anything was read */
    bool numbered;           /* has a numbered point, so that it does not resemble TAP by chance */
    bool strict;             /* `pragma +strict` */
    bool yaml_may_follow;    /* the last line, except for comments, was a point */
    size_t plan, count, failed;
    char *failure;   /* the first failed point, as text */
    char *next_name; /* name from `# Subtest: NAME`, until its point is read; NULL: none */
};

struct tap {
    struct case_result *row;
    struct level levels[LEVELS_MAX];
    size_t open;       /* number of open levels; 1: only the top level */
    size_t yaml;       /* indentation of the current YAML block; 0: none */
    char *plan_reason; /* from `1..0 # reason` */
    bool *seen;        /* indexed by number, TAP_POINTS_MAX + 1 entries */
    size_t passed;
    char *broken; /* the first fault of the output */
    /* Several documents may follow each other; of those that ended: */
    bool many;
    size_t documents, count, failed;
    char *failure;
};

static void __attribute__((format(printf, 2, 3)))
break_tap(struct tap *tap, const char *format, ...)
{
    va_list args;

    if (tap->broken != NULL)
        return;
    va_start(args, format);
    tap->broken = text_vformat(format, args);
    va_end(args);
}

static void break_line(struct tap *tap, const char *what, const char *text, size_t length)
{
    _cleanup_free_ char *shown = protocol_show(text, length);

    break_tap(tap, "%s: '%s'", what, shown);
}

static char *show(const char *text)
{
    return protocol_show(text, strlen(text));
}

static void level_done(struct level *level)
{
    free(level->failure);
    free(level->next_name);
    *level = (struct level){0};
}

/* Ends the subtest at the last open level. point: the point that represents it; NULL: there is
 * none, so it is not TAP, but a failure in it is not ignored. */
static void close_subtest(struct tap *tap, const struct tap_line *point)
{
    struct level *inner = &tap->levels[--tap->open], *outer = inner - 1;
    _cleanup_free_ char *name = outer->next_name != NULL ? show(outer->next_name) : NULL;

    if (point == NULL) {
        if (inner->failed > 0)
            break_tap(tap, "a subtest with '%s' that no test point follows", inner->failure);
    } else {
        _cleanup_free_ char *title = show(point->text);

        if (outer->next_name != NULL && strcmp(outer->next_name, point->text) != 0)
            break_tap(tap, "subtest '%s' is followed by the test point '%s', not by its own", name,
                      title);
        if (inner->planned && inner->plan != inner->count)
            break_tap(tap, "subtest '%s': %zu test points planned, %zu seen", title, inner->plan,
                      inner->count);
        if (!inner->planned && inner->numbered)
            break_tap(tap, "subtest '%s' has no plan: it may have been cut short", title);
        if (inner->failed > 0 && point->ok && point->directive != TAP_TODO)
            break_tap(tap, "subtest '%s' is reported as ok although '%s' failed in it", title,
                      inner->failure);
    }
    level_done(inner);
}

/* Checks the document at the top level as a whole. */
static void check_document(struct tap *tap)
{
    struct level *top = tap->levels;

    if (tap->yaml > 0)
        break_tap(tap, "a YAML block that is not closed");
    while (tap->open > 1)
        close_subtest(tap, NULL);
    if (!top->planned)
        break_tap(tap, "no plan: %zu test points without saying how many there should be",
                  top->count);
    if (top->plan != top->count)
        break_tap(tap, "%zu test points planned, %zu seen", top->plan, top->count);
    for (size_t i = 1; i <= TAP_POINTS_MAX; i++)
        if (tap->seen[i] && i > top->plan)
            break_tap(tap, "test number %zu is beyond the plan of %zu", i, top->plan);
}

/* Adds the document to those that ended. */
static void end_document(struct tap *tap)
{
    struct level *top = tap->levels;

    tap->count += top->count;
    tap->failed += top->failed;
    if (tap->failure == NULL)
        tap->failure = steal_ptr(top->failure);
    tap->documents++;
    level_done(top);
    memset(tap->seen, 0, (TAP_POINTS_MAX + 1) * sizeof(*tap->seen));
}

/* True if a line of the top level begins another document: the one before is complete, and more
 * than one is expected. Otherwise the line is a fault of the document. */
static bool begins_document(struct tap *tap, const struct tap_line *line)
{
    struct level *top = tap->levels;

    if (!tap->many || tap->open > 1 || !top->planned || top->plan != top->count)
        return false;
    if (line->kind == TAP_POINT && !top->plan_last)
        return false;
    if (tap->documents >= DOCUMENTS_MAX) {
        break_tap(tap, "more than %d documents", DOCUMENTS_MAX);
        return false;
    }
    check_document(tap);
    end_document(tap);
    return true;
}

static void read_plan(struct tap *tap, struct level *level, struct tap_line *line)
{
    if (level->planned) {
        break_tap(tap, "a second plan");
        return;
    }
    level->planned = true;
    level->plan_last = level->pointed;
    level->plan = line->number;
    if (line->number > TAP_POINTS_MAX)
        break_tap(tap, "a plan of more than %d test points", TAP_POINTS_MAX);
    if (level == tap->levels && line->number == 0 && line->reason != NULL)
        tap->plan_reason = show(line->reason);
}

/* The points of the top level are the case's own. */
static void add_point(struct tap *tap, const struct tap_line *line)
{
    struct point *point = vec_add(&tap->row->points);

    point->name = show(line->text);
    if (line->reason != NULL)
        point->detail = show(line->reason);
    point->raw = text_format("%s%s", line->ok ? "ok" : "not ok",
                             line->directive == TAP_SKIP   ? " # SKIP"
                             : line->directive == TAP_TODO ? " # TODO"
                                                           : "");
    if (line->directive == TAP_SKIP) {
        point->status = STATUS_SKIP;
    } else if (line->directive == TAP_TODO && !line->ok) {
        point->status = STATUS_DONE;
    } else if (line->ok) {
        point->status = STATUS_PASS;
        tap->passed++;
    } else {
        point->status = STATUS_FAIL;
    }
}

/* Checks whether the number of a top-level point is valid. */
static bool take_number(struct tap *tap, size_t which)
{
    if (which == 0 || which > TAP_POINTS_MAX) {
        break_tap(tap, which == 0 ? "test number 0 is out of range" : "a test number beyond %d",
                  TAP_POINTS_MAX);
        return false;
    }
    if (tap->seen[which]) {
        break_tap(tap, "test number %zu twice", which);
        return false;
    }
    tap->seen[which] = true;
    return true;
}

static void read_point(struct tap *tap, struct level *level, const struct tap_line *line)
{
    size_t which = line->numbered ? line->number : level->count + 1;

    level->pointed = level->yaml_may_follow = true;
    level->numbered |= line->numbered;
    if (level->planned && level->plan_last)
        break_tap(tap, "a test point after the plan that ended the report: a plan is the first or "
                       "the last of it");
    if (level->count >= TAP_POINTS_MAX) {
        break_tap(tap, "more than %d test points", TAP_POINTS_MAX);
        return;
    }
    if (level == tap->levels && !take_number(tap, which))
        return;
    level->count++;
    if (!line->ok && line->directive == TAP_NO_DIRECTIVE && level->failed++ == 0) {
        _cleanup_free_ char *name = show(line->text);

        level->failure = text_format("not ok %zu%s%s", which, *name != '\0' ? " " : "", name);
    }
    if (level == tap->levels)
        add_point(tap, line);
}

static void read_version(struct tap *tap, const struct level *level, const struct tap_line *line)
{
    if (level->begun)
        break_tap(tap, "a version line after the beginning: two reports in one output");
    else if (line->number != 13 && line->number != 14)
        break_tap(tap, "TAP version %zu: versions 13 and 14 are supported", line->number);
}

/* Opens subtests down to the level of a TAP line. */
static struct level *open_level(struct tap *tap, size_t depth)
{
    while (tap->open <= depth) {
        tap->levels[tap->open].strict = tap->levels[tap->open - 1].strict;
        tap->open++;
    }
    return &tap->levels[depth];
}

static void read_tap(struct tap *tap, size_t depth, struct tap_line *line)
{
    struct level *level = open_level(tap, depth);

    if (depth == 0 && line->kind != TAP_PRAGMA)
        begins_document(tap, line);
    level->yaml_may_follow = false;
    if (line->kind == TAP_POINT) {
        while (tap->open > depth + 2)
            close_subtest(tap, NULL);
        if (tap->open == depth + 2)
            close_subtest(tap, line);
        free(level->next_name);
        level->next_name = NULL;
        read_point(tap, level, line);
    } else if (line->kind == TAP_PLAN) {
        read_plan(tap, level, line);
    } else if (line->kind == TAP_VERSION) {
        read_version(tap, level, line);
    } else if (strcmp(line->text, "strict") == 0) {
        level->strict = line->ok;
    }
    level->begun = true;
}

/* Handles a line that is not TAP. Below all open levels, only a failure is considered. */
static void read_other(struct tap *tap, size_t depth, bool odd, const struct tap_line *line,
                       const char *text, size_t length)
{
    struct level *level = &tap->levels[depth < tap->open ? depth : tap->open - 1];
    bool meant = line->kind == TAP_NEARLY && (depth < tap->open || odd);

    level->yaml_may_follow = false;
    if (odd && line->kind == TAP_POINT)
        meant = !line->ok || line->numbered;
    if (odd && line->kind == TAP_PLAN)
        meant = true;
    if (meant)
        break_line(tap, "a line that is nearly TAP and would be ignored", text, length);
    else if (level->strict)
        break_line(tap, "a line that is not TAP, after 'pragma +strict'", text, length);
}

/* True if the line begins, ends or is part of a YAML block. */
static bool read_yaml(struct tap *tap, size_t indent, const char *text, const char *end)
{
    size_t length = (size_t)(end - text);

    if (tap->yaml > 0) {
        if (length - indent == 0 || indent >= tap->yaml) {
            if (indent == tap->yaml && length - indent == 3 && memcmp(text + indent, "...", 3) == 0)
                tap->yaml = 0;
            return true;
        }
        break_line(tap, "a YAML block that is not closed before", text, length);
        tap->yaml = 0;
        return false;
    }
    if (indent % 4 != 2 || indent / 4 >= tap->open || length - indent != 3 ||
        memcmp(text + indent, "---", 3) != 0 || !tap->levels[indent / 4].yaml_may_follow)
        return false;
    tap->levels[indent / 4].yaml_may_follow = false;
    tap->yaml = indent;
    return true;
}

static void read_line(struct tap *tap, const char *text, const char *end)
{
    struct tap_line line;
    size_t indent = 0, depth;
    bool odd;

    while (end > text && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
    while (text + indent < end && text[indent] == ' ')
        indent++;
    if (read_yaml(tap, indent, text, end))
        return;
    depth = indent / 4;
    while (text + indent < end && text[indent] == '\t')
        indent++;
    odd = indent != depth * 4 || depth >= LEVELS_MAX;
    tap_line_read(text + indent, (size_t)(end - text) - indent, &line);
    if (line.kind == TAP_BAIL) {
        /* In a subtest, it ends the whole test, too. */
        _cleanup_free_ char *shown = show(line.text);

        break_tap(tap, "%s", shown);
    } else if (line.kind == TAP_SUBTEST && !odd && depth < tap->open) {
        free(tap->levels[depth].next_name);
        tap->levels[depth].next_name = line.text;
        line.text = NULL;
    } else if (line.kind != TAP_BLANK && line.kind != TAP_SUBTEST) {
        if (odd || line.kind == TAP_UNKNOWN || line.kind == TAP_NEARLY)
            read_other(tap, depth, odd, &line, text, (size_t)(end - text));
        else
            read_tap(tap, depth, &line);
    }
    tap_line_done(&line);
}

static void check_whole(struct tap *tap, const struct case_record *record)
{
    check_document(tap);
    end_document(tap);
    if (record->out_dropped > 0)
        break_tap(
            tap,
            "output truncated: %llu bytes beyond the limit were dropped; print less in the case",
            (unsigned long long)record->out_dropped);
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
        protocol_set(tap->row, STATUS_FAIL, BLAME_PRODUCT,
                     text_format("%s (%zu of %zu failed)", tap->failure, tap->failed, tap->count));
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

static void interpret(const struct case_record *record, struct case_result *row, bool many)
{
    struct tap tap = {
        .row = row, .many = many, .open = 1, .seen = text_calloc(TAP_POINTS_MAX + 1, sizeof(bool))};
    const char *text = record->out.data, *end = text != NULL ? text + record->out.length : text;

    /* A line ends with LF, CR LF or CR: a lone CR must not hide what follows it. */
    while (text < end) {
        const char *stop = text;

        while (stop < end && *stop != '\n' && *stop != '\r')
            stop++;
        read_line(&tap, text, stop);
        text = stop < end ? stop + 1 : end;
    }
    check_whole(&tap, record);
    conclude(&tap);
    for (size_t i = 0; i < LEVELS_MAX; i++)
        level_done(&tap.levels[i]);
    free(tap.seen);
    free(tap.plan_reason);
    free(tap.broken);
    free(tap.failure);
}

void protocol_tap(const struct case_record *record, struct case_result *row)
{
    interpret(record, row, false);
}

void protocol_tap_documents(const struct case_record *record, struct case_result *row)
{
    interpret(record, row, true);
}
