/* SPDX-License-Identifier: Apache-2.0 */
/* A result taken back from JSON that anybody may have written: each word, name and bound is
 * checked, and what refers to a case must name one of this result. */
#include "bundle/result_json.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "bundle/bundle.h"
#include "model/result.h"

#define TIME_LIMIT ((int64_t)1 << 53) /* ms; what every JSON reader can hold */

/* One object that is read: the first thing that is wrong stays in code and err, and the rest is not
 * looked at. */
struct reader {
    const json_t *object;
    const char *what; /* names the document and the row */
    struct error **err;
    int code;
};

static char *get_text(struct reader *in, const char *key, bool optional)
{
    const char *text = NULL;

    if (in->code < 0 || (optional && json_is_null(json_object_get(in->object, key))))
        return NULL;
    in->code = json_get_string(in->object, in->what, key, &text, in->err);
    if (in->code == 0 && strlen(text) > BOUND_TEXT)
        in->code = error_set(in->err, -EBADMSG, "%s: '%s' has %zu bytes, at most %d are taken",
                             in->what, key, strlen(text), BOUND_TEXT);
    return in->code == 0 ? text_dup(text) : NULL;
}

/* Letters of a name, and longer: a job's id is made of several names. */
static bool is_label(const char *text)
{
    static const char *const first = "abcdefghijklmnopqrstuvwxyz0123456789";

    return text[0] != '\0' && strchr(first, text[0]) != NULL && strlen(text) <= BOUND_LABEL &&
           strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789._+-") == strlen(text);
}

static char *get_name(struct reader *in, const char *key, bool optional,
                      bool is_good(const char *text))
{
    char *text = get_text(in, key, optional);

    if (text != NULL && !is_good(text)) {
        _cleanup_buffer_ struct buffer shown = {0};

        buffer_printable(&shown, text, strnlen(text, BOUND_LABEL), false);
        in->code = error_set(in->err, -EBADMSG, "%s: '%s' is '%s', which is not a name", in->what,
                             key, shown.length > 0 ? shown.data : "");
    }
    return text;
}

static int64_t get_integer(struct reader *in, const char *key, int64_t min, int64_t max)
{
    int64_t value = 0;

    if (in->code == 0)
        in->code = json_get_integer(in->object, in->what, key, min, max, &value, in->err);
    return value;
}

static bool get_bool(struct reader *in, const char *key)
{
    bool value = false;

    if (in->code == 0)
        in->code = json_get_bool(in->object, in->what, key, &value, in->err);
    return value;
}

/* A word of an enumeration, by its parse function. */
#define GET_WORD(in, key, parse, ret)                                                              \
    do {                                                                                           \
        _cleanup_free_ char *word_ = get_text(in, key, false);                                     \
        if ((in)->code == 0 && !parse(word_, ret)) {                                               \
            _cleanup_buffer_ struct buffer shown_ = {0};                                           \
            buffer_printable(&shown_, word_, strnlen(word_, BOUND_LABEL), false);                  \
            (in)->code = error_set((in)->err, -EBADMSG,                                            \
                                   "%s: '%s' is '%s', which is not one of "                        \
                                   "its words",                                                    \
                                   (in)->what, key, shown_.length > 0 ? shown_.data : "");         \
        }                                                                                          \
    } while (0)

/* Calls read_row for each object of the array `key`. */
static void get_rows(struct reader *in, const char *key, size_t limit, struct result *result,
                     void *context,
                     void read_row(struct reader *row, struct result *result, void *context))
{
    json_t *array = NULL;

    if (in->code == 0)
        in->code = json_get_array(in->object, in->what, key, limit, &array, in->err);
    for (size_t i = 0; in->code == 0 && i < json_array_size(array); i++) {
        _cleanup_free_ char *what = text_format("%s: %s %zu", in->what, key, i + 1);
        struct reader row = {json_array_get(array, i), what, in->err, 0};

        if (!json_is_object(row.object))
            row.code = error_set(row.err, -EBADMSG, "%s: must be an object", what);
        else
            read_row(&row, result, context);
        in->code = row.code;
    }
}

static void read_check(struct reader *in, struct result *result, void *context)
{
    struct identity_check *check = vec_add(&result->identity);

    (void)context;
    check->key = get_text(in, "key", false);
    check->expected = get_text(in, "expected", true);
    check->measured = get_text(in, "measured", true);
    check->matches = get_bool(in, "matches");
}

static void read_gap(struct reader *in, struct result *result, void *context)
{
    struct gap *gap = vec_add(&result->gaps.rows);

    (void)context;
    gap->feature = get_text(in, "feature", false);
    GET_WORD(in, "kind", gap_kind_parse, &gap->kind);
}

static void read_point(struct reader *in, struct result *result, void *context)
{
    struct case_result *to = &result->cases.items[result->cases.count - 1];
    struct point *point = vec_add(&to->points);

    (void)context;
    point->name = get_text(in, "name", false);
    point->detail = get_text(in, "detail", true);
    GET_WORD(in, "status", status_parse, &point->status);
}

/* The ids that were seen, so that ten thousand cases need no ten thousand look-ups each. */
static void read_case(struct reader *in, struct result *result, void *context)
{
    struct case_result *to = vec_add(&result->cases);
    json_t *ids = context;

    to->id = get_name(in, "id", false, text_is_name);
    if (in->code == 0 && json_object_get(ids, to->id) != NULL)
        in->code = error_set(in->err, -EBADMSG, "%s: case '%s' is there twice", in->what, to->id);
    if (in->code < 0)
        return;
    json_object_set_new(ids, to->id, json_true());
    GET_WORD(in, "item", item_parse, &to->item);
    GET_WORD(in, "status", status_parse, &to->status);
    GET_WORD(in, "blame", blame_parse, &to->blame);
    to->required = get_bool(in, "required");
    to->judgeable = get_bool(in, "judgeable");
    to->reason = get_text(in, "reason", true);
    to->gap = get_bool(in, "gap");
    to->started = get_bool(in, "started");
    to->exit_code = (int)get_integer(in, "exit_code", INT16_MIN, INT16_MAX);
    to->duration_ms = get_integer(in, "duration_ms", 0, TIME_LIMIT);
    get_rows(in, "points", BOUND_POINTS, result, NULL, read_point);
}

/* The case that a row belongs to, or NULL: of the whole job. */
static char *get_case(struct reader *in, const json_t *ids)
{
    char *id = get_name(in, "case", true, text_is_name);

    if (in->code == 0 && id != NULL && json_object_get(ids, id) == NULL)
        in->code = error_set(in->err, -EBADMSG, "%s: there is no case '%s'", in->what, id);
    return id;
}

static void read_observation(struct reader *in, struct result *result, void *context)
{
    struct observation *seen = vec_add(&result->observations);

    seen->case_id = get_case(in, context);
    seen->key = get_text(in, "key", false);
    seen->value = get_text(in, "value", false);
    seen->unit = get_text(in, "unit", true);
}

static bool is_evidence_name(const char *text)
{
    return text[0] != '\0' && strlen(text) <= BOUND_LABEL;
}

static void read_evidence(struct reader *in, struct result *result, void *context)
{
    struct evidence *blob = vec_add(&result->evidence);
    _cleanup_free_ char *sha256 = get_name(in, "sha256", false, digest_is_text);

    blob->case_id = get_case(in, context);
    blob->name = get_name(in, "name", false, is_evidence_name);
    blob->size = (uint64_t)get_integer(in, "size", 0, BUNDLE_BLOB_LIMIT);
    blob->truncated = get_bool(in, "truncated");
    if (in->code == 0)
        memcpy(blob->sha256, sha256, DIGEST_TEXT_SIZE);
}

static void read_part(struct reader *in, struct result *result, void *context)
{
    struct predicted_part *part = vec_add(&result->prediction.parts);

    (void)context;
    part->name = get_text(in, "name", false);
    part->checked = get_bool(in, "checked");
}

static bool is_kind(const char *text)
{
    return text[0] != '\0' && strlen(text) <= BOUND_LABEL &&
           strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == strlen(text);
}

static void read_finding(struct reader *in, struct result *result, void *context)
{
    struct finding *row = vec_add(&result->prediction.findings);
    _cleanup_free_ char *kind = get_name(in, "kind", false, is_kind);

    (void)context;
    if (kind != NULL)
        finding_set_kind(row, kind);
    GET_WORD(in, "severity", finding_severity_parse, &row->severity);
    row->file = get_text(in, "file", true);
    row->symbol = get_text(in, "symbol", true);
    row->version = get_text(in, "version", true);
    row->provider = get_text(in, "provider", true);
    row->found = get_text(in, "found", true);
    row->remedy = get_text(in, "remedy", true);
    if (json_object_get(in->object, "executed") != NULL)
        GET_WORD(in, "executed", executed_parse, &row->executed);
}

/* From schema 2 on. A prediction that was made says of what, and against what. */
static void read_prediction(struct reader *in, struct result *result)
{
    struct prediction *to = &result->prediction;
    _cleanup_free_ char *what = text_format("%s: prediction", in->what);
    struct reader inner = {json_object_get(in->object, "prediction"), what, in->err, in->code};

    if (inner.code == 0 && !json_is_object(inner.object))
        inner.code = error_set(in->err, -EBADMSG, "%s: must be an object", what);
    GET_WORD(&inner, "state", prediction_state_parse, &to->state);
    to->reason = get_text(&inner, "reason", true);
    to->surface = get_name(&inner, "surface", true, digest_is_text);
    to->cut = get_bool(&inner, "cut");
    get_rows(&inner, "parts", BOUND_PARTS, result, NULL, read_part);
    get_rows(&inner, "findings", BOUND_FINDINGS, result, NULL, read_finding);
    if (inner.code == 0 && to->state == PREDICTION_NONE)
        inner.code = error_set(in->err, -EBADMSG, "%s: 'state' is 'none'", what);
    if (inner.code == 0 && to->state == PREDICTION_MADE && to->surface == NULL)
        inner.code = error_set(in->err, -EBADMSG, "%s: made against no 'surface'", what);
    in->code = inner.code;
}

static void read_head(struct reader *in, struct result *result)
{
    if (get_integer(in, "schema", 1, BUNDLE_SCHEMA) > 1)
        read_prediction(in, result);
    GET_WORD(in, "kind", job_kind_parse, &result->kind);
    GET_WORD(in, "grade", grade_parse, &result->grade);
    GET_WORD(in, "accel", accel_parse, &result->accel);
    GET_WORD(in, "outcome", status_parse, &result->outcome);
    GET_WORD(in, "blame", blame_parse, &result->blame);
    result->run_id = get_name(in, "run", false, text_is_name);
    result->job_id = get_name(in, "job", false, is_label);
    result->attempt = (unsigned)get_integer(in, "attempt", 1, 10000);
    result->image = get_name(in, "image", false, text_is_name);
    result->platform = get_name(in, "platform", false, text_is_name);
    result->suite = get_name(in, "suite", result->kind != JOB_CELL, text_is_name);
    result->warm = get_bool(in, "warm");
    result->state_key = get_text(in, "state", true);
    result->prepared_by = get_text(in, "prepared_by", true);
    result->started_ms = get_integer(in, "started_ms", 0, TIME_LIMIT);
    result->ended_ms = get_integer(in, "ended_ms", 0, TIME_LIMIT);
    result->reason = get_text(in, "reason", true);
    result->identity_measured = get_bool(in, "identity_measured");
}

int result_from_json(const json_t *json, const char *what, struct result **ret_result,
                     struct error **err)
{
    _cleanup_(result_free_cleanup) struct result *result = result_new();
    _cleanup_json_ json_t *ids = json_object();
    struct reader in = {json, what, err, 0};

    if (!json_is_object(json))
        return error_set(err, -EBADMSG, "%s: must be an object", what);
    read_head(&in, result);
    get_rows(&in, "identity", BOUND_IDENTITY, result, NULL, read_check);
    get_rows(&in, "gaps", BOUND_GAPS, result, NULL, read_gap);
    get_rows(&in, "cases", BOUND_CASES, result, ids, read_case);
    get_rows(&in, "observations", BOUND_OBSERVATIONS, result, ids, read_observation);
    get_rows(&in, "evidence", BUNDLE_EVIDENCE_COUNT, result, ids, read_evidence);
    if (in.code < 0)
        return in.code;
    *ret_result = steal_ptr(result);
    return 0;
}
