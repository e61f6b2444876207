/* SPDX-License-Identifier: Apache-2.0 */
/* A form as data: the status, and the head with the source of each field. */
#include "base/cleanup.h"
#include "base/json_write.h"
#include "reports/form.h"
#include "reports/matrix_view.h"
#include "reports/programme_view.h"

static const char *source_name(enum form_text source)
{
    return source == FORM_TEXT_STATED       ? "stated"
           : source == FORM_TEXT_MEASURED   ? "run"
           : source == FORM_TEXT_FROM_SUITE ? "suite"
                                            : "blank";
}

static void write_head(const struct form_subject *subject, struct json_writer *to)
{
    json_write_array(to, "head");
    vec_foreach (field, &subject->status->programme->fields) {
        enum form_text source;
        _cleanup_free_ char *value = form_field_value(subject, *field, &source);

        json_write_object(to, NULL);
        json_write_text(to, "field", programme_field_words.names[*field]);
        json_write_text(to, "title", form_text(LANGUAGE_EN, form_field_name(*field)));
        json_write_text(to, "title_zh", form_text(LANGUAGE_ZH, form_field_name(*field)));
        json_write_text(to, "value", source == FORM_TEXT_BLANK ? NULL : value);
        json_write_text(to, "source", source_name(source));
        json_write_end(to);
    }
    json_write_end(to);
}

static void write_case(const struct programme_column *column, const struct programme_case *row,
                       struct json_writer *to)
{
    json_write_object(to, NULL);
    json_write_text(to, "image", column->image);
    json_write_text(to, "platform", column->platform);
    json_write_text(to, "id", row->id);
    json_write_text(to, "item", item_name(row->item));
    json_write_bool(to, "planned", row->planned);
    json_write_text(to, "status", status_name(row->status));
    json_write_bool(to, "flaky", row->flaky);
    json_write_bool(to, "waived", row->waiver != NULL);
    json_write_text(to, "reason", row->reason);
    json_write_end(to);
}

void form_write_json(const struct form_subject *subject, struct json_writer *to)
{
    const struct programme_status *status = subject->status;
    const struct run_record *run = &subject->report->matrix.run;

    json_write_object(to, NULL);
    json_write_format(to, "touchstone-programme-form", 1);
    json_write_text(to, "run", run->id);
    json_write_text(to, "state", run_state_name(run->state));
    matrix_view_write_time(to, "created", run->created_ms);
    matrix_view_write_time(to, "ended", run->ended_ms);
    json_write_bool(to, "stand_in", programme_view_has_stand_in(status));
    json_write_bool(to, "emulated", programme_view_has_grade(status, GRADE_EMULATED));
    json_write_bool(to, "reported", programme_view_has_grade(status, GRADE_REPORTED));
    write_head(subject, to);
    json_write_array(to, "cases");
    vec_foreach (column, &status->columns)
        vec_foreach (row, &column->cases)
            write_case(column, row, to);
    json_write_end(to);
    json_write_array(to, "programmes");
    programme_view_write(subject->report, status, subject->programme_path, to);
    json_write_end(to);
    json_write_end(to);
}
