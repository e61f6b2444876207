/* SPDX-License-Identifier: Apache-2.0 */
/* The fields in the head of a form: from the run, from the suite, or as stated. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "reports/form.h"
#include "reports/matrix_view.h"

enum form_text form_field_name(enum programme_field field)
{
    static const enum form_text names[FIELD_COUNT] = {
        [FIELD_VENDOR] = FORM_TEXT_VENDOR,     [FIELD_BUSINESS] = FORM_TEXT_BUSINESS,
        [FIELD_HARDWARE] = FORM_TEXT_HARDWARE, [FIELD_OS] = FORM_TEXT_OS,
        [FIELD_VERSION] = FORM_TEXT_VERSION,   [FIELD_CONTACT] = FORM_TEXT_CONTACT,
        [FIELD_HOST] = FORM_TEXT_HOST,         [FIELD_TOOLS] = FORM_TEXT_TOOLS,
        [FIELD_TIME] = FORM_TEXT_TIME,         [FIELD_TESTER] = FORM_TEXT_TESTER,
        [FIELD_REVIEWER] = FORM_TEXT_REVIEWER,
    };

    return names[field];
}

static void add_line(struct buffer *out, const char *text)
{
    if (out->length > 0)
        buffer_text(out, "\n");
    buffer_text(out, text);
}

/* The same line is not repeated. */
static void add_new_line(struct buffer *out, struct strv *seen, const char *text)
{
    if (strv_has(seen, text))
        return;
    strv_add(seen, text);
    add_line(out, text);
}

static const char *comma(const struct form_subject *subject)
{
    return subject->report->language == LANGUAGE_ZH ? "，" : ", ";
}

/* "Kunpeng 920 (HiSilicon …), emulated". */
static void add_hardware(const struct form_subject *subject, const struct programme_column *column,
                         struct buffer *out, struct strv *seen)
{
    const struct platform *platform = report_platform(subject->report, column->platform);
    const char *part = platform != NULL ? platform->part : NULL;
    bool emulated = column->grade == GRADE_EMULATED;
    _cleanup_free_ char *text =
        text_format("%s%s%s%s%s%s", report_platform_title(subject->report, column->platform),
                    part != NULL ? " (" : "", part != NULL ? part : "", part != NULL ? ")" : "",
                    emulated ? comma(subject) : "",
                    emulated ? form_text(subject->report->language, FORM_TEXT_EMULATED) : "");

    add_new_line(out, seen, text);
}

static void add_os(const struct form_subject *subject, const struct programme_column *column,
                   struct buffer *out, struct strv *seen)
{
    _cleanup_free_ char *text = text_format(
        "%s (%s)%s%s", column->system, report_image_title(subject->report, column->image),
        column->stand_in ? comma(subject) : "",
        column->stand_in ? form_text(subject->report->language, FORM_TEXT_STAND_IN) : "");

    add_new_line(out, seen, text);
}

static void add_version(const struct programme_column *column, struct buffer *out,
                        struct strv *seen)
{
    if (column->version != NULL)
        add_new_line(out, seen, column->version);
    for (size_t i = 0; i < column->product.count; i++)
        add_new_line(out, seen, column->product.items[i]);
}

static void add_host(const struct report *report, struct buffer *out, bool tools)
{
    vec_foreach (fact, &report->matrix.run.host) {
        bool tool = text_starts(fact->key, "qemu") || strcmp(fact->key, "libvirt") == 0 ||
                    strcmp(fact->key, "touchstone") == 0;
        _cleanup_free_ char *text = text_format("%s: %s", fact->key, fact->value);

        if (tool == tools)
            add_line(out, text);
    }
}

static void add_time(const struct report *report, struct buffer *out)
{
    const struct run_record *run = &report->matrix.run;

    matrix_view_time(run->created_ms, out);
    if (run->ended_ms > 0) {
        buffer_text(out, " – ");
        matrix_view_time(run->ended_ms, out);
    }
    buffer_format(out, "\n%s", run->id);
}

static void add_measured(const struct form_subject *subject, enum programme_field field,
                         struct buffer *out)
{
    _cleanup_strv_ struct strv seen = {0};

    if (field == FIELD_HOST || field == FIELD_TOOLS)
        add_host(subject->report, out, field == FIELD_TOOLS);
    if (field == FIELD_TIME)
        add_time(subject->report, out);
    vec_foreach (column, &subject->status->columns) {
        if (field == FIELD_HARDWARE)
            add_hardware(subject, column, out, &seen);
        if (field == FIELD_OS)
            add_os(subject, column, out, &seen);
        if (field == FIELD_VERSION)
            add_version(column, out, &seen);
    }
}

/* What was installed has a version of its own, which nobody can state otherwise. */
static bool has_version(const struct programme_status *status)
{
    vec_foreach (column, &status->columns)
        if (column->version != NULL)
            return true;
    return false;
}

char *form_field_value(const struct form_subject *subject, enum programme_field field,
                       enum form_text *ret_source)
{
    const struct suite *suite = report_suite(subject->report, subject->status->suite);
    const char *stated = subject->stated->stated[field];
    struct buffer out = {0};

    *ret_source = FORM_TEXT_STATED;
    if (stated != NULL && !(field == FIELD_VERSION && has_version(subject->status)))
        return text_dup(stated);
    add_measured(subject, field, &out);
    *ret_source = FORM_TEXT_MEASURED;
    if (out.length > 0)
        return buffer_steal(&out);
    *ret_source = FORM_TEXT_FROM_SUITE;
    if (field == FIELD_VENDOR && suite != NULL && suite->vendor != NULL)
        return text_dup(suite->vendor);
    if ((field == FIELD_BUSINESS || field == FIELD_VERSION) && suite != NULL &&
        suite->product != NULL)
        return text_dup(suite->product);
    *ret_source = FORM_TEXT_BLANK;
    return text_dup("");
}
