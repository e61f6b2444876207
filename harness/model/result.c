/* SPDX-License-Identifier: Apache-2.0 */
/* Helper functions for suites and results. */
#include "model/result.h"

#include <string.h>

#include "base/text_map.h"
#include "model/suite.h"

struct result *result_new(void)
{
    struct result *result = text_calloc(1, sizeof(*result));

    /* The outcome of a job is MISS until it has run to its end. */
    result->outcome = STATUS_MISS;
    result->blame = BLAME_HARNESS;
    result->attempt = 1;
    return result;
}

bool suite_case_is_planned(const struct suite_case *row, const struct strv *items, bool no_probes)
{
    return (items->count == 0 || strv_has(items, item_name(row->item))) &&
           !(no_probes && row->built_in);
}

void result_expect_cases(struct result *result, const struct suite *suite, const struct strv *items,
                         bool no_probes)
{
    vec_foreach (planned, &suite->cases) {
        struct case_result *row;

        if (!suite_case_is_planned(planned, items, no_probes))
            continue;
        row = vec_add(&result->cases);
        row->id = text_dup(planned->id);
        row->guest = text_dup(suite_guest_of(suite, planned));
        row->item = planned->item;
        row->required = planned->required;
        row->judgeable = !planned->native_only || result->grade >= GRADE_VIRTUAL;
        row->status = STATUS_MISS;
        row->blame = BLAME_HARNESS;
        row->reason = text_dup("not run");
        row->exit_code = -1;
    }
}

struct case_result *result_find_case(struct result *result, const char *id)
{
    vec_foreach (row, &result->cases) {
        if (strcmp(row->id, id) == 0)
            return row;
    }
    return NULL;
}

void result_index_cases(const struct result *result, struct text_map *to)
{
    for (size_t i = 0; i < result->cases.count; i++)
        text_map_put(to, result->cases.items[i].id, (uint32_t)i);
}

void result_add_observation(struct result *result, const char *case_id, const char *key,
                            const char *value, const char *unit)
{
    struct observation *seen = vec_add(&result->observations);

    seen->case_id = text_dup(case_id);
    seen->key = text_dup(key);
    seen->value = text_dup(value);
    seen->unit = text_dup(unit);
}

bool result_identity_matches(const struct result *result)
{
    if (!result->identity_measured || result->identity.count == 0)
        return false;
    vec_foreach (check, &result->identity) {
        if (!check->matches)
            return false;
    }
    return true;
}

static const char interrupted_key[] = "run.interrupted";

void result_set_interrupted(struct result *result)
{
    result_add_observation(result, NULL, interrupted_key, "yes", NULL);
}

bool result_is_interrupted(const struct result *result)
{
    vec_foreach (row, &result->observations) {
        if (row->case_id == NULL && text_equal(row->key, interrupted_key))
            return true;
    }
    return false;
}

bool case_is_restored(const struct case_result *row)
{
    return row->item == ITEM_INSTALL && row->judgeable && row->status == STATUS_DONE &&
           !row->started;
}

bool result_is_lost(const struct result *result)
{
    if (result->outcome != STATUS_MISS ||
        (result->blame != BLAME_HOST && result->blame != BLAME_HARNESS))
        return false;
    /* A guest with another identity than planned will have it again. */
    if (result->identity_measured && !result_identity_matches(result))
        return false;
    /* An observed failure counts, whatever happened after it. */
    vec_foreach (row, &result->cases) {
        if (row->status == STATUS_FAIL || row->status == STATUS_ERROR)
            return false;
    }
    return true;
}

void suite_index_cases(const struct suite *suite, struct text_map *to)
{
    for (size_t i = 0; i < suite->cases.count; i++)
        text_map_put(to, suite->cases.items[i].id, (uint32_t)i);
}

const struct suite_case *suite_find_case(const struct suite *suite, const char *id)
{
    vec_foreach (row, &suite->cases) {
        if (strcmp(row->id, id) == 0)
            return row;
    }
    return NULL;
}

const char *suite_guest_of(const struct suite *suite, const struct suite_case *planned)
{
    if (!suite->client)
        return NULL;
    return planned->in_client ? GUEST_CLIENT : GUEST_SERVER;
}

bool suite_file_arch(const char *name, enum arch *ret_arch)
{
    _cleanup_free_ char *word = NULL;

    if (!text_starts(name, "files/"))
        return false;
    name += strlen("files/");
    word = text_ndup(name, strcspn(name, "/"));
    return arch_parse(word, ret_arch);
}

bool suite_file_is_for(const char *name, enum arch arch)
{
    enum arch only;

    return !suite_file_arch(name, &only) || only == arch;
}

void suite_file_folders(enum arch arch, struct strv *ret_names)
{
    strv_add(ret_names, "files");
    strv_take(ret_names, text_format("files/%s", arch_name(arch)));
    strv_take(ret_names, text_format("files/%s", arch_debian_name(arch)));
}

void suite_packages_for(const struct suite *suite, const char *family, enum arch arch,
                        struct strv *ret_names)
{
    vec_foreach (packages, &suite->packages) {
        if (strcmp(packages->family, family) == 0 && (packages->any_arch || packages->arch == arch))
            strv_copy(ret_names, &packages->names);
    }
}
