/* SPDX-License-Identifier: Apache-2.0 */
/* Live and plain progress. */
#include "run/progress.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/text.h"
#include "base/vec.h"
#include "job/event.h"

struct line {
    size_t job;
    char *name;
    char *doing;
    int64_t since_ms;
};

struct progress {
    bool live;
    size_t jobs, ended;
    unsigned drawn; /* lines of the block currently on the screen */
    int64_t since_ms;
    VEC(struct line) lines;
};

struct progress *progress_new(size_t jobs, bool live)
{
    struct progress *progress = text_calloc(1, sizeof(*progress));

    progress->live = live;
    progress->jobs = jobs;
    progress->since_ms = clock_now_ms();
    return progress;
}

static void put_elapsed(struct buffer *out, int64_t since_ms)
{
    int64_t seconds = (clock_now_ms() - since_ms) / 1000;

    buffer_format(out, "%3lld:%02lld", (long long)seconds / 60, (long long)seconds % 60);
}

static void erase(struct progress *progress, struct buffer *out)
{
    if (progress->drawn > 0)
        buffer_format(out, "\033[%uA\r\033[J", progress->drawn);
    progress->drawn = 0;
}

static void draw(struct progress *progress, struct buffer *out)
{
    if (!progress->live)
        return;
    vec_foreach (line, &progress->lines) {
        buffer_text(out, "  ");
        put_elapsed(out, line->since_ms);
        buffer_format(out, "  %-36.60s %.60s\n", line->name, line->doing);
    }
    put_elapsed(out, progress->since_ms);
    buffer_format(out, "    %zu of %zu %s done, %zu running, %zu waiting\n", progress->ended,
                  progress->jobs, text_plural(progress->jobs, "job", "jobs"), progress->lines.count,
                  progress->jobs - progress->ended - progress->lines.count);
    progress->drawn = (unsigned)progress->lines.count + 1;
}

static void show(struct progress *progress, const char *stays)
{
    _cleanup_buffer_ struct buffer out = {0};

    erase(progress, &out);
    if (stays != NULL)
        buffer_format(&out, "%s\n", stays);
    draw(progress, &out);
    if (out.length > 0)
        fwrite(out.data, 1, out.length, stderr);
}

void progress_tick(struct progress *progress)
{
    if (progress->live)
        show(progress, NULL);
}

void progress_note(struct progress *progress, const char *format, ...)
{
    _cleanup_buffer_ struct buffer safe = {0};
    _cleanup_free_ char *text = NULL;
    va_list args;

    va_start(args, format);
    text = text_vformat(format, args);
    va_end(args);
    buffer_printable(&safe, text, strlen(text), false);
    show(progress, safe.length > 0 ? safe.data : "");
}

static struct line *find(struct progress *progress, size_t job)
{
    vec_foreach (line, &progress->lines) {
        if (line->job == job)
            return line;
    }
    return NULL;
}

void progress_start(struct progress *progress, size_t job, const char *name)
{
    struct line *line = vec_add(&progress->lines);

    line->job = job;
    line->name = text_dup(name);
    line->doing = text_dup("starting");
    line->since_ms = clock_now_ms();
    show(progress, NULL);
}

void progress_event(struct progress *progress, size_t job, const struct event *event)
{
    struct line *line = find(progress, job);
    _cleanup_buffer_ struct buffer safe = {0};

    if (line == NULL)
        return;
    buffer_printable(&safe, event->text, strlen(event->text), false);
    if (event->kind == EVENT_TROUBLE) {
        progress_note(progress, "%-36s the guest's console: %s", line->name,
                      safe.length > 0 ? safe.data : "");
        return;
    }
    free(line->doing);
    if (event->kind == EVENT_PHASE)
        line->doing = text_format("%s", safe.length > 0 ? safe.data : "");
    else
        line->doing = text_format("case %u/%u %s %s", event->number, event->total,
                                  safe.length > 0 ? safe.data : "",
                                  event->kind == EVENT_CASE_END ? event->status : "");
    if (!progress->live && event->kind == EVENT_CASE_END)
        progress_note(progress, "%-36s %s", line->name, line->doing);
    else
        show(progress, NULL);
}

void progress_end(struct progress *progress, size_t job, const char *outcome)
{
    struct line *line = find(progress, job);
    _cleanup_buffer_ struct buffer text = {0};
    size_t place;

    if (line == NULL)
        return;
    progress->ended++;
    buffer_format(&text, "[%zu/%zu] ", progress->ended, progress->jobs);
    put_elapsed(&text, line->since_ms);
    buffer_format(&text, "  %-36s %s", line->name, outcome);
    free(line->name);
    free(line->doing);
    place = (size_t)(line - progress->lines.items);
    progress->lines.count--;
    memmove(line, line + 1, (progress->lines.count - place) * sizeof(*line));
    progress_note(progress, "%s", text.data);
}

void progress_free(struct progress *progress)
{
    _cleanup_buffer_ struct buffer out = {0};

    if (progress == NULL)
        return;
    erase(progress, &out);
    if (out.length > 0)
        fwrite(out.data, 1, out.length, stderr);
    vec_foreach (line, &progress->lines) {
        free(line->name);
        free(line->doing);
    }
    vec_done(&progress->lines);
    free(progress);
}
