/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a result from untrusted JSON: the member table checks each value, name and bound, and
 * references to a case must name a case of this result. */
#include "bundle/result_json.h"

#include <errno.h>

#include "base/error.h"
#include "bundle/bundle.h"
#include "model/member.h"
#include "model/result.h"

/* A prediction that was made must say what it was checked against. */
static int check_prediction(const struct result *result, int64_t schema, const char *what,
                            struct error **err)
{
    const struct prediction *prediction = &result->prediction;

    if (schema == 1 && prediction->state == PREDICTION_NONE)
        return 0;
    if (schema == 1)
        return error_set(err, -EBADMSG, "%s: schema 1 has no 'prediction'", what);
    if (prediction->state == PREDICTION_NONE)
        return error_set(err, -EBADMSG, "%s: prediction: 'state' is 'none'", what);
    if (prediction->state == PREDICTION_MADE && prediction->surface == NULL)
        return error_set(err, -EBADMSG, "%s: prediction: 'surface' is missing", what);
    return 0;
}

/* Collects the IDs of its cases, which must be unique, in a map, to avoid a quadratic number of
 * comparisons. */
static int collect_ids(const struct result *result, const char *what, json_t *ids,
                       struct error **err)
{
    vec_foreach (row, &result->cases) {
        if (json_object_get(ids, row->id) != NULL)
            return error_set(err, -EBADMSG, "%s: cases %zu: duplicate case '%s'", what,
                             (size_t)(row - result->cases.items) + 1, row->id);
        json_object_set_new(ids, row->id, json_true());
    }
    return 0;
}

static int check_case(const char *id, const json_t *ids, const char *what, const char *list,
                      size_t place, struct error **err)
{
    if (id == NULL || json_object_get(ids, id) != NULL)
        return 0;
    return error_set(err, -EBADMSG, "%s: %s %zu: unknown case '%s'", what, list, place + 1, id);
}

static int check_references(const struct result *result, const char *what, struct error **err)
{
    _cleanup_json_ json_t *ids = json_object();
    int code = collect_ids(result, what, ids, err);

    for (size_t i = 0; code == 0 && i < result->observations.count; i++)
        code = check_case(result->observations.items[i].case_id, ids, what, "observations", i, err);
    for (size_t i = 0; code == 0 && i < result->evidence.count; i++)
        code = check_case(result->evidence.items[i].case_id, ids, what, "evidence", i, err);
    return code;
}

int result_from_json(const json_t *json, const char *what, struct result **ret_result,
                     struct error **err)
{
    _cleanup_(result_free_cleanup) struct result *result = result_new();
    int64_t schema = 0;
    int code;

    if (!json_is_object(json))
        return error_set(err, -EBADMSG, "%s: must be an object", what);
    code = json_get_integer(json, what, "schema", 1, BUNDLE_SCHEMA, &schema, err);
    if (code == 0 && schema > 1 && !json_is_object(json_object_get(json, "prediction")))
        code = error_set(err, -EBADMSG, "%s: prediction: must be an object", what);
    if (code == 0)
        code = members_from_json(&result_members, json, what, result, err);
    if (code == 0 && result->kind == JOB_CELL && result->suite == NULL)
        code = error_set(err, -EBADMSG, "%s: 'suite' must be a string: a cell has one", what);
    if (code == 0)
        code = check_prediction(result, schema, what, err);
    if (code == 0)
        code = check_references(result, what, err);
    if (code < 0)
        return code;
    *ret_result = steal_ptr(result);
    return 0;
}
