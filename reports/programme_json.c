/* SPDX-License-Identifier: Apache-2.0 */
/* A programme, and what a run says of it, as JSON; and the rules of a programme as text. */
#include <string.h>

#include "base/cleanup.h"
#include "base/json_write.h"
#include "reports/matrix_view.h"
#include "reports/programme_command.h"
#include "reports/programme_view.h"

static void write_text(struct json_writer *to, const char *name, const struct programme_text *text)
{
    _cleanup_free_ char *zh = text_format("%s_zh", name);

    json_write_text(to, name, text->in[LANGUAGE_EN]);
    json_write_text(to, zh, text->in[LANGUAGE_ZH]);
}

static void write_notes(struct json_writer *to, const char *name,
                        const struct programme_notes *notes)
{
    json_write_array(to, name);
    vec_foreach (note, notes) {
        _cleanup_free_ char *en = programme_note_text(note, LANGUAGE_EN);
        _cleanup_free_ char *zh = programme_note_text(note, LANGUAGE_ZH);

        json_write_object(to, NULL);
        json_write_text(to, "why", programme_why_name(note->why));
        json_write_text(to, "object", note->object);
        json_write_text(to, "detail", note->detail);
        json_write_text(to, "text", en);
        json_write_text(to, "text_zh", zh);
        json_write_end(to);
    }
    json_write_end(to);
}

static void write_item(struct json_writer *to, const struct programme *programme,
                       const struct programme_item *item)
{
    json_write_text(to, "id", item->id);
    json_write_text(to, "level", programme->levels.items[item->level].id);
    json_write_bool(to, "required", item->required);
    json_write_text(to, "grade", grade_name(item->grade));
    write_text(to, "class", &item->class);
    write_text(to, "title", &item->title);
    write_text(to, "criterion", &item->criterion);
}

static void write_mark(struct json_writer *to, const struct report *report,
                       const struct programme *programme, const struct programme_column *column,
                       const struct programme_mark *mark)
{
    _cleanup_free_ char *command =
        report != NULL ? programme_command_of(report, programme, column, mark) : NULL;

    json_write_object(to, NULL);
    json_write_text(to, "image", column->image);
    json_write_text(to, "platform", column->platform);
    json_write_text(to, "state", programme_state_words.names[mark->state]);
    write_notes(to, "notes", &mark->notes);
    write_notes(to, "basis", &mark->basis);
    json_write_array(to, "evidence");
    vec_foreach (proof, &mark->proofs) {
        json_write_object(to, NULL);
        json_write_text(to, "case", proof->case_id);
        json_write_text(to, "status", proof->case_id != NULL ? status_name(proof->status) : NULL);
        json_write_text(to, "name", proof->name);
        json_write_text(to, "sha256", proof->sha256[0] != '\0' ? proof->sha256 : NULL);
        json_write_end(to);
    }
    json_write_end(to);
    json_write_text(to, "command", command);
    json_write_end(to);
}

static void write_items(const struct report *report, const struct programme_status *status,
                        struct json_writer *to)
{
    const struct programme *programme = status->programme;

    json_write_array(to, "items");
    for (size_t i = 0; i < programme->items.count; i++) {
        json_write_object(to, NULL);
        write_item(to, programme, &programme->items.items[i]);
        json_write_text(to, "state", programme_state_words.names[status->items.items[i]]);
        json_write_array(to, "platforms");
        vec_foreach (column, &status->columns)
            write_mark(to, report, status->programme, column, &column->marks.items[i]);
        json_write_end(to);
        json_write_end(to);
    }
    json_write_end(to);
}

static void write_columns(const struct programme_status *status, struct json_writer *to)
{
    json_write_array(to, "cells");
    vec_foreach (column, &status->columns) {
        json_write_object(to, NULL);
        json_write_text(to, "image", column->image);
        json_write_text(to, "platform", column->platform);
        json_write_text(to, "grade", grade_name(column->grade));
        json_write_text(to, "os", column->os);
        json_write_bool(to, "image_known", column->image_known);
        json_write_bool(to, "stand_in", column->stand_in);
        json_write_bool(to, "partial", column->partial);
        json_write_integer(to, "cases", column->count);
        json_write_end(to);
    }
    json_write_end(to);
}

static void write_levels(const struct programme_status *status, struct json_writer *to)
{
    json_write_array(to, "levels");
    for (size_t i = 0; i < status->levels.count; i++) {
        const struct programme_level *level = &status->programme->levels.items[i];

        json_write_object(to, NULL);
        json_write_text(to, "id", level->id);
        write_text(to, "title", &level->title);
        json_write_bool(to, "reached", status->levels.items[i].reached);
        write_notes(to, "missing", &status->levels.items[i].missing);
        json_write_end(to);
    }
    json_write_end(to);
}

void programme_view_write(const struct report *report, const struct programme_status *status,
                          const char *path, struct json_writer *to)
{
    const struct programme *programme = status->programme;

    json_write_object(to, NULL);
    json_write_text(to, "programme", programme->name);
    json_write_text(to, "file", path);
    json_write_text(to, "sha256", programme->file_sha256);
    write_text(to, "title", &programme->title);
    json_write_text(to, "suite", status->suite);
    json_write_text(to, "system", status->system);
    json_write_text(to, "reached",
                    status->reached >= 0 ? programme->levels.items[status->reached].id : NULL);
    write_levels(status, to);
    write_columns(status, to);
    write_items(report, status, to);
    json_write_end(to);
}

/* --- the rules -------------------------------------------------------------------------------- */

static void write_strings(struct json_writer *to, const char *name, const struct strv *list)
{
    json_write_array(to, name);
    for (size_t i = 0; i < list->count; i++)
        json_write_text(to, NULL, list->items[i]);
    json_write_end(to);
}

/* "cases item=install function", "probe footprint", "measured idle.cpu spread=1". */
static void add_criterion(const struct programme_criterion *criterion, struct buffer *out)
{
    if (criterion->kind == CRITERION_PROBE)
        buffer_format(out, "probe %s", programme_probe_words.names[criterion->probe]);
    else if (criterion->kind == CRITERION_MEASURED)
        buffer_format(out, "observation %s", criterion->key);
    else
        buffer_text(out, criterion->kind == CRITERION_HEADING ? "cases under" : "cases");
    for (enum item item = 0; criterion->kind == CRITERION_HEADING && item < ITEM_COUNT; item++)
        if (criterion->headings[item])
            buffer_format(out, " %s", item_name(item));
    for (size_t i = 0; i < criterion->patterns.count; i++)
        buffer_format(out, " %s", criterion->patterns.items[i]);
    if (criterion->kind == CRITERION_PROBE && criterion->probe == PROBE_VIRUS)
        buffer_format(out, " with at least %u signatures of at most %u days", criterion->signatures,
                      criterion->days);
    if (criterion->kind == CRITERION_PROBE && criterion->probe == PROBE_ADVISORIES)
        buffer_format(out, " of at most %u days", criterion->days);
    if (criterion->has_least)
        buffer_format(out, " at least %g", criterion->least);
    if (criterion->has_most)
        buffer_format(out, " at most %g", criterion->most);
    if (criterion->has_spread)
        buffer_format(out, " spread at most %g", criterion->spread);
    if (criterion->kind == CRITERION_MEASURED)
        buffer_format(out, " of %u %s%s", criterion->samples,
                      text_plural(criterion->samples, "value", "values"),
                      criterion->optional ? ", if a case measures it" : "");
}

static void add_criteria(const struct programme_item *item, struct buffer *out)
{
    vec_foreach (criterion, &item->criteria) {
        buffer_text(out, out->length > 0 && criterion != item->criteria.items ? "; " : "");
        add_criterion(criterion, out);
    }
    if (item->rounds > 0)
        buffer_format(out, "; %u rounds", item->rounds);
    if (item->minutes > 0)
        buffer_format(out, "; %u minutes", item->minutes);
    if (item->evidence != NULL)
        buffer_format(out, "; evidence %s", item->evidence);
    if (item->all_points)
        buffer_text(out, "; no test point skipped");
}

void programme_view_write_rules(const struct programme *programme, const char *path,
                                struct json_writer *to)
{
    json_write_text(to, "name", programme->name);
    json_write_text(to, "file", path);
    json_write_text(to, "sha256", programme->file_sha256);
    write_text(to, "title", &programme->title);
    json_write_text(to, "source", programme->source);
    write_strings(to, "systems", &programme->systems);
    write_strings(to, "platforms", &programme->platforms);
    json_write_integer(to, "cases_least", programme->cases);
    json_write_integer(to, "platforms_least", programme->platforms_least);
    json_write_integer(to, "platforms_most", programme->platforms_most);
    json_write_array(to, "levels");
    vec_foreach (level, &programme->levels) {
        json_write_object(to, NULL);
        json_write_text(to, "id", level->id);
        json_write_text(to, "grade", grade_name(level->grade));
        write_text(to, "title", &level->title);
        json_write_end(to);
    }
    json_write_end(to);
    json_write_array(to, "items");
    vec_foreach (item, &programme->items) {
        _cleanup_buffer_ struct buffer by = {0};

        add_criteria(item, &by);
        json_write_object(to, NULL);
        write_item(to, programme, item);
        json_write_text(to, "satisfied_by", by.data);
        json_write_end(to);
    }
    json_write_end(to);
}

static void print_list(const char *what, const struct strv *list, struct buffer *out)
{
    _cleanup_free_ char *text = strv_join(list, ", ");

    buffer_format(out, "  %-11s%s\n", what, list->count > 0 ? text : "any");
}

void programme_view_rules(const struct programme *programme, struct buffer *out)
{
    buffer_format(out, "%s: %s\n            %s\n", programme->name,
                  programme->title.in[LANGUAGE_EN], programme->title.in[LANGUAGE_ZH]);
    buffer_format(out, "  %-11s%s\n", "source", programme->source);
    print_list("OS", &programme->systems, out);
    print_list("platforms", &programme->platforms, out);
    if (programme->platforms_least > 0)
        buffer_format(out, "  %-11sat least %u, at most %u platforms\n", "rules",
                      programme->platforms_least, programme->platforms_most);
    if (programme->cases > 0)
        buffer_format(out, "  %-11sat least %u test cases\n", "rules", programme->cases);
    for (size_t i = 0; i < programme->levels.count; i++) {
        const struct programme_level *level = &programme->levels.items[i];

        buffer_format(out, "\n%s: %s; grade %s or better\n", level->id,
                      level->title.in[LANGUAGE_EN], grade_name(level->grade));
        vec_foreach (item, &programme->items) {
            _cleanup_buffer_ struct buffer by = {0};

            if (item->level != i)
                continue;
            add_criteria(item, &by);
            buffer_format(out, "  %-20s %s %s%s\n%23s%s\n%23s%s; grade %s\n", item->id,
                          item->title.in[LANGUAGE_EN], item->title.in[LANGUAGE_ZH],
                          item->required ? "" : " (as needed)", "", item->criterion.in[LANGUAGE_EN],
                          "", by.data, grade_name(item->grade));
        }
    }
}
