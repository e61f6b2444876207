/* SPDX-License-Identifier: Apache-2.0 */
/* Compares a report with what is registered under its names. */
#include "reported/home.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text_map.h"
#include "catalog/find.h"
#include "catalog/get.h"
#include "reported/report.h"
#include "reported/reported.h"

/* An architecture, and who says so. */
struct claim {
    const char *by, *name; /* name NULL: nobody says it */
    enum arch arch;
};

/* 1: registered, 0: not. Only a name that nothing has is not registered; a damaged file is an
 * error. */
static int is_registered(const char *name, int (*find)(const char *, char **, struct error **),
                         struct error **err)
{
    _cleanup_error_ struct error *why = NULL;
    _cleanup_free_ char *path = NULL;
    int code = find(name, &path, &why);

    if (code == 0 || code == -ENOENT)
        return code == 0;
    if (err != NULL)
        *err = steal_ptr(why);
    return code;
}

static int claim_image(const char *name, struct claim *claim, struct error **err)
{
    _cleanup_(image_free_cleanup) struct image *image = NULL;
    int code = is_registered(name, catalog_find_image, err);

    if (code <= 0)
        return code;
    code = catalog_get_image(name, &image, NULL, err);
    if (code == 0)
        *claim = (struct claim){"image", name, image->arch};
    return code;
}

static int claim_platform(const char *name, struct claim *claim, struct error **err)
{
    _cleanup_(feature_table_free_cleanup) struct feature_table *table = NULL;
    _cleanup_(platform_free_cleanup) struct platform *platform = NULL;
    int code = is_registered(name, catalog_find_platform, err);

    if (code <= 0)
        return code;
    code = catalog_get_features(&table, err);
    if (code == 0)
        code = catalog_get_platform(name, table, &platform, NULL, err);
    if (code == 0)
        *claim = (struct claim){"platform", name, platform->arch};
    return code;
}

static int check_archs(const struct reported_request *request, const struct reported *report,
                       struct error **err)
{
    struct claim claims[3] = {{NULL, NULL, 0}};
    int code = claim_image(request->image, &claims[0], err);

    if (code == 0)
        code = claim_platform(request->platform, &claims[1], err);
    if (code < 0)
        return code;
    if (report->has_arch)
        claims[2] = (struct claim){"report", request->path, report->arch};
    for (int a = 0; a < 3; a++)
        for (int b = a + 1; b < 3; b++)
            if (claims[a].name != NULL && claims[b].name != NULL &&
                claims[a].arch != claims[b].arch)
                return error_set(
                    err, -EINVAL,
                    "%s '%s' is %s, but %s '%s' is %s: name the image and the platform "
                    "on which the tests ran",
                    claims[a].by, claims[a].name, arch_name(claims[a].arch), claims[b].by,
                    claims[b].name, arch_name(claims[b].arch));
    return 0;
}

/* The id, or the part of it behind a '.', that the suite has. */
static const struct suite_case *find_case(const struct suite *suite, const struct text_map *places,
                                          const char *id)
{
    for (const char *at = id; at != NULL; at = strchr(at, '.')) {
        uint32_t place;

        at += *at == '.';
        place = text_map_get(places, at);
        if (place != TEXT_MAP_NONE)
            return &suite->cases.items[place];
    }
    return NULL;
}

/* Two tests of the report must not become one case of the suite. */
static int check_cases(const struct suite *suite, const struct reported *report, struct strv *ids,
                       struct error **err)
{
    _cleanup_(text_map_done) struct text_map places = {0}, seen = {0};

    suite_index_cases(suite, &places);
    for (size_t i = 0; i < ids->count; i++) {
        const struct suite_case *row = find_case(suite, &places, ids->items[i]);
        uint32_t before;

        if (row == NULL)
            return error_set(err, -EINVAL,
                             "suite '%s' is registered and has no case '%s' (test '%s' of the "
                             "report): give another name with --suite",
                             suite->name, ids->items[i], report->cases.items[i].name);
        before = text_map_get(&seen, row->id);
        if (before != TEXT_MAP_NONE)
            return error_set(err, -EINVAL,
                             "tests '%s' and '%s' of the report are both case '%s' of the "
                             "registered suite '%s': give another name with --suite",
                             report->cases.items[before].name, report->cases.items[i].name, row->id,
                             suite->name);
        text_map_put(&seen, row->id, (uint32_t)i);
        text_replace(&ids->items[i], row->id);
    }
    return 0;
}

static struct suite *make_suite(const char *name, const struct reported *report,
                                const struct strv *ids)
{
    struct suite *suite = text_calloc(1, sizeof(*suite));

    suite->name = text_dup(name);
    for (size_t i = 0; i < ids->count; i++) {
        struct suite_case *row = vec_add(&suite->cases);

        row->id = text_dup(ids->items[i]);
        row->item = report->cases.items[i].item;
        row->required = !report->cases.items[i].optional;
    }
    return suite;
}

static int check_names(const struct reported_request *request, struct error **err)
{
    const char *const names[][2] = {
        {"image", request->image}, {"platform", request->platform}, {"suite", request->suite}};

    for (size_t i = 0; i < 3; i++)
        if (!text_is_name(names[i][1]))
            return error_set(err, -EINVAL,
                             "'%s' cannot be the name of %s %s: use at most 64 of a-z, 0-9, '.', "
                             "'_', '+' and '-'",
                             names[i][1], i == 0 ? "an" : "a", names[i][0]);
    return 0;
}

int reported_check_home(const struct reported_request *request, const struct reported *report,
                        struct strv *ids, struct suite **ret_suite, struct error **err)
{
    _cleanup_(suite_free_cleanup) struct suite *suite = NULL;
    int code = check_names(request, err);

    if (code == 0)
        code = check_archs(request, report, err);
    if (code == 0)
        code = is_registered(request->suite, catalog_find_suite, err);
    if (code < 0)
        return code;
    if (code == 0) {
        *ret_suite = make_suite(request->suite, report, ids);
        return 0;
    }
    code = catalog_get_suite(request->suite, &suite, NULL, err);
    if (code == 0)
        code = check_cases(suite, report, ids, err);
    if (code < 0)
        return code;
    *ret_suite = steal_ptr(suite);
    return 0;
}
