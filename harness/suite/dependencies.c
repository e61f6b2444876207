/* SPDX-License-Identifier: Apache-2.0 */
#include "suite/dependencies.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

#define DIFFERENCES_MAX 20 /* of which each is an observation; all are counted */

/* /bin, /lib and similar may be links into /usr. */
static const char *skip_usr(const char *path)
{
    return text_starts(path, "/usr/") ? path + 4 : path;
}

/* The kinds of findings that ldd would report, too. */
static bool is_about_binding(const struct finding *row)
{
    switch (row->kind) {
    case FINDING_INTERP_MISSING:
    case FINDING_LIB_MISSING:
    case FINDING_VERSION_MISSING:
    case FINDING_PROVIDER_UNVERSIONED_ABORT:
    case FINDING_SYM_MISSING_NOW:
    case FINDING_SYM_MISSING_LAZY:
    case FINDING_HOST_UNPROVEN:
        return true;
    default:
        return false;
    }
}

/* The check's first finding that says that the file lacks something, or NULL. */
static const struct finding *find_lack(const struct prediction *prediction, const char *path)
{
    vec_foreach (row, &prediction->findings)
        if (row->file != NULL && is_about_binding(row) &&
            strcmp(skip_usr(row->file), skip_usr(path)) == 0)
            return row;
    return NULL;
}

static char *describe(const struct point *point, const struct finding *lack)
{
    bool alone = point->status == STATUS_DONE;

    return text_format("%s: ldd %s; the static check %s%s%s", point->name,
                       point->status == STATUS_PASS ? "finds everything"
                       : alone                      ? "finds that it lacks something by itself"
                                                    : "finds that it lacks something",
                       lack != NULL ? finding_name(lack) : "finds everything",
                       lack != NULL && lack->symbol != NULL ? " " : "",
                       lack != NULL && lack->symbol != NULL ? lack->symbol : "");
}

static void add_count(struct result *result, const char *id, const char *key, size_t count)
{
    _cleanup_free_ char *value = text_format("%zu", count);

    result_add_observation(result, id, key, value, NULL);
}

void dependencies_compare(struct result *result, const char *case_id,
                          bool (*given)(const void *context, const char *path), const void *context)
{
    const struct case_result *row = result_find_case(result, case_id);
    const struct prediction *prediction = &result->prediction;
    size_t agree = 0, differ = 0, not_given = 0;

    if (row == NULL || row->points.count == 0)
        return;
    if (prediction->state != PREDICTION_MADE) {
        result_add_observation(result, case_id, "dependencies.static",
                               prediction_state_name(prediction->state), NULL);
        return;
    }
    vec_foreach (point, &row->points) {
        const struct finding *lack;

        if (point->name[0] != '/' || point->status == STATUS_SKIP)
            continue;
        if (!given(context, point->name)) {
            not_given++;
            continue;
        }
        lack = find_lack(prediction, point->name);
        if ((lack == NULL) == (point->status == STATUS_PASS)) {
            agree++;
        } else if (differ++ < DIFFERENCES_MAX) {
            _cleanup_free_ char *text = describe(point, lack);

            result_add_observation(result, case_id, "dependencies.static.differs", text, NULL);
        }
    }
    add_count(result, case_id, "dependencies.static.agree", agree);
    add_count(result, case_id, "dependencies.static.differ", differ);
    add_count(result, case_id, "dependencies.static.not_given", not_given);
}
