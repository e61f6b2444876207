/* SPDX-License-Identifier: Apache-2.0 */
/* A result written as JSON; result_parse.c takes it back. */
#include "bundle/result_json.h"

#include <stdlib.h>

#include "bundle/bundle.h"
#include "model/result.h"

static void set(json_t *object, const char *key, json_t *value)
{
    if (json_object_set_new(object, key, value) < 0)
        text_out_of_memory();
}

static void set_text(json_t *object, const char *key, const char *text)
{
    set(object, key, json_from_text(text));
}

/* A new object at the end of array; borrowed. */
static json_t *add_row(json_t *array)
{
    json_t *row = json_object();

    if (json_array_append_new(array, row) < 0)
        text_out_of_memory();
    return row;
}

static json_t *points_to_json(const struct case_result *from)
{
    json_t *array = json_array();

    vec_foreach (point, &from->points) {
        json_t *row = add_row(array);

        set_text(row, "name", point->name);
        set_text(row, "status", status_name(point->status));
        set_text(row, "detail", point->detail);
    }
    return array;
}

static json_t *cases_to_json(const struct result *result)
{
    json_t *array = json_array();

    vec_foreach (from, &result->cases) {
        json_t *row = add_row(array);

        set_text(row, "id", from->id);
        set_text(row, "item", item_name(from->item));
        set(row, "required", json_boolean(from->required));
        set(row, "judgeable", json_boolean(from->judgeable));
        set_text(row, "status", status_name(from->status));
        set_text(row, "blame", blame_name(from->blame));
        set_text(row, "reason", from->reason);
        set(row, "gap", json_boolean(from->gap));
        if (case_is_restored(from))
            set_text(row, "restored_from", result->prepared_by);
        set(row, "started", json_boolean(from->started));
        set(row, "exit_code", json_integer(from->exit_code));
        set(row, "duration_ms", json_integer(from->duration_ms));
        set(row, "points", points_to_json(from));
    }
    return array;
}

static json_t *identity_to_json(const struct result *result)
{
    json_t *array = json_array();

    vec_foreach (check, &result->identity) {
        json_t *row = add_row(array);

        set_text(row, "key", check->key);
        set_text(row, "expected", check->expected);
        set_text(row, "measured", check->measured);
        set(row, "matches", json_boolean(check->matches));
    }
    return array;
}

static json_t *gaps_to_json(const struct result *result)
{
    json_t *array = json_array();

    vec_foreach (gap, &result->gaps.rows) {
        json_t *row = add_row(array);

        set_text(row, "kind", gap_kind_name(gap->kind));
        set_text(row, "feature", gap->feature);
    }
    return array;
}

static json_t *observations_to_json(const struct result *result)
{
    json_t *array = json_array();

    vec_foreach (seen, &result->observations) {
        json_t *row = add_row(array);

        set_text(row, "case", seen->case_id);
        set_text(row, "key", seen->key);
        set_text(row, "value", seen->value);
        set_text(row, "unit", seen->unit);
    }
    return array;
}

static json_t *evidence_to_json(const struct result *result)
{
    json_t *array = json_array();

    vec_foreach (blob, &result->evidence) {
        json_t *row = add_row(array);

        set_text(row, "case", blob->case_id);
        set_text(row, "name", blob->name);
        set_text(row, "sha256", blob->sha256);
        set(row, "size", json_integer((json_int_t)blob->size));
        set(row, "truncated", json_boolean(blob->truncated));
    }
    return array;
}

static json_t *prediction_to_json(const struct prediction *from)
{
    json_t *object = json_object(), *parts = json_array(), *findings = json_array();

    set_text(object, "state", prediction_state_name(from->state));
    set_text(object, "reason", from->reason);
    set_text(object, "surface", from->surface);
    set(object, "cut", json_boolean(from->cut));
    vec_foreach (part, &from->parts) {
        json_t *row = add_row(parts);

        set_text(row, "name", part->name);
        set(row, "checked", json_boolean(part->checked));
    }
    vec_foreach (finding, &from->findings) {
        json_t *row = add_row(findings);

        set_text(row, "severity", finding_severity_name(finding->severity));
        set_text(row, "kind", finding_name(finding));
        set_text(row, "file", finding->file);
        set_text(row, "symbol", finding->symbol);
        set_text(row, "version", finding->version);
        set_text(row, "provider", finding->provider);
        set_text(row, "found", finding->found);
        set_text(row, "remedy", finding->remedy);
        /* What was not recorded keeps the text, and so the digest, that it had. */
        if (finding->executed != EXECUTED_NONE)
            set_text(row, "executed", executed_name(finding->executed));
    }
    set(object, "parts", parts);
    set(object, "findings", findings);
    return object;
}

json_t *result_to_json(const struct result *result)
{
    json_t *root = json_object();

    bool predicted = result->prediction.state != PREDICTION_NONE;

    /* What has no prediction keeps the text, and so the digest, that it had before there were any.
     */
    set(root, "schema", json_integer(predicted ? BUNDLE_SCHEMA : 1));
    set_text(root, "kind", job_kind_name(result->kind));
    set_text(root, "run", result->run_id);
    set_text(root, "job", result->job_id);
    set(root, "attempt", json_integer(result->attempt));
    set_text(root, "image", result->image);
    set_text(root, "platform", result->platform);
    set_text(root, "suite", result->suite);
    set_text(root, "grade", grade_name(result->grade));
    set_text(root, "accel", accel_name(result->accel));
    set(root, "warm", json_boolean(result->warm));
    set_text(root, "state", result->state_key);
    set_text(root, "prepared_by", result->prepared_by);
    set(root, "started_ms", json_integer(result->started_ms));
    set(root, "ended_ms", json_integer(result->ended_ms));
    set_text(root, "outcome", status_name(result->outcome));
    set_text(root, "blame", blame_name(result->blame));
    set_text(root, "reason", result->reason);
    set(root, "identity_measured", json_boolean(result->identity_measured));
    set(root, "identity", identity_to_json(result));
    set(root, "gaps", gaps_to_json(result));
    if (predicted)
        set(root, "prediction", prediction_to_json(&result->prediction));
    set(root, "cases", cases_to_json(result));
    set(root, "observations", observations_to_json(result));
    set(root, "evidence", evidence_to_json(result));
    return root;
}

void result_to_text(const struct result *result, struct buffer *ret_text)
{
    _cleanup_json_ json_t *json = result_to_json(result);
    _cleanup_free_ char *text = json_dumps(json, JSON_SORT_KEYS | JSON_INDENT(2));

    if (text == NULL)
        text_out_of_memory();
    buffer_text(ret_text, text);
    buffer_text(ret_text, "\n");
}

void result_digest(const struct result *result, char hex[DIGEST_TEXT_SIZE])
{
    _cleanup_buffer_ struct buffer text = {0};

    result_to_text(result, &text);
    digest_of_memory(text.data, text.length, hex);
}
