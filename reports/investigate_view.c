/* SPDX-License-Identifier: Apache-2.0 */
/* Prints for each case its cause, and the runs that say so. */
#include "reports/investigate_view.h"

#include "base/cleanup.h"
#include "base/json_write.h"
#include "base/translate.h"
#include "reports/matrix_view.h"

enum { NOTE_BYTES = 300 };

static const char *const steps[INVESTIGATE_STEP_COUNT] = {
    [INVESTIGATE_SAME] = "the same again",
    [INVESTIGATE_SUITE] = "with the suite of the baseline",
    [INVESTIGATE_IMAGE] = "with the image of the baseline",
    [INVESTIGATE_BOTH] = "with both",
};

static void print_step(const struct investigated_case *of, enum investigate_step step,
                       struct buffer *out)
{
    if (of->results[step] == INVESTIGATE_PENDING)
        return;
    buffer_format(out, "    %s: ", steps[step]);
    buffer_text(out, of->results[step] == INVESTIGATE_SILENT
                         ? _("it says nothing")
                         : investigate_result_name(of->results[step]));
    if (of->runs[step] != NULL)
        buffer_format(out, _(" (run %s)"), of->runs[step]);
    if (of->notes[step] != NULL) {
        buffer_text(out, ": ");
        matrix_view_line(of->notes[step], NOTE_BYTES, out);
    }
    buffer_text(out, "\n");
}

void investigate_view_text(const struct investigations *found, bool colour, struct buffer *out)
{
    if (found == NULL)
        return;
    buffer_text(out, "\n");
    table_paint(out, "investigation", TABLE_PLAIN, colour);
    buffer_text(out, "\n");
    if (found->cases.count == 0)
        buffer_text(out, _("  no case fails that passed in the baseline\n"));
    vec_foreach (each, &found->cases) {
        buffer_format(out, "  %s/%s/%s  %s  ", each->image, each->platform, each->suite,
                      each->case_id);
        table_paint(out, investigate_cause_name(each->end.cause),
                    each->end.cause == INVESTIGATE_OPEN ? TABLE_YELLOW : TABLE_RED, colour);
        buffer_format(out, ": %s\n", each->end.why);
        for (enum investigate_step step = 0; step < INVESTIGATE_STEP_COUNT; step++)
            print_step(each, step, out);
    }
    if (found->unpassed > 0)
        buffer_format(out,
                      _("  %zu %s newly and did not pass in the baseline: there is nothing to go "
                        "back to, so %s not investigated\n"),
                      found->unpassed,
                      ngettext("more case fails", "more cases fail", found->unpassed),
                      ngettext("it was", "they were", found->unpassed));
    if (found->left_out > 0)
        buffer_format(out, _("  %zu more %s not investigated\n"), found->left_out,
                      ngettext("cell was", "cells were", found->left_out));
}

static void write_step(const struct investigated_case *of, enum investigate_step step,
                       struct json_writer *to)
{
    json_write_object(to, NULL);
    json_write_text(to, "step", investigate_step_name(step));
    json_write_text(to, "result", investigate_result_name(of->results[step]));
    json_write_text(to, "run", of->runs[step]);
    json_write_text(to, "note", of->notes[step]);
    json_write_end(to);
}

static void write_case(const struct investigated_case *of, struct json_writer *to)
{
    json_write_object(to, NULL);
    json_write_text(to, "image", of->image);
    json_write_text(to, "platform", of->platform);
    json_write_text(to, "suite", of->suite);
    json_write_text(to, "case", of->case_id);
    json_write_text(to, "cause", investigate_cause_name(of->end.cause));
    json_write_text(to, "why", of->end.why);
    json_write_array(to, "steps");
    for (enum investigate_step step = 0; step < INVESTIGATE_STEP_COUNT; step++)
        if (of->results[step] != INVESTIGATE_PENDING)
            write_step(of, step, to);
    json_write_end(to);
    json_write_end(to);
}

void investigate_view_write_json(const struct investigations *found, struct json_writer *to)
{
    if (found == NULL) {
        json_write_null(to, "investigations");
        return;
    }
    json_write_object(to, "investigations");
    json_write_integer(to, "left_out", (int64_t)found->left_out);
    json_write_integer(to, "unpassed", (int64_t)found->unpassed);
    json_write_array(to, "cases");
    vec_foreach (each, &found->cases)
        write_case(each, to);
    json_write_end(to);
    json_write_end(to);
}
