/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/query.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "catalog/catalog.h"
#include "catalog/find.h"
#include "cli/cli.h"

void query_option(const char *text, enum query_place place, struct query *query)
{
    _cleanup_error_ struct error *err = NULL;

    query_done(query);
    if (query_parse(text, place, query, &err) < 0)
        cli_refuse("--query: %s", error_said(err));
}

/* The name of the platform's architecture, "" if it is not known. */
static const char *look_up(const char *name)
{
    _cleanup_(platform_free_cleanup) struct platform *platform = NULL;
    _cleanup_free_ char *path = NULL;

    if (catalog_find_platform(name, &path, NULL) < 0 ||
        catalog_load_platform(path, NULL, &platform, NULL) < 0)
        return "";
    return arch_name(platform->arch);
}

static bool arch_of(void *input, const char *platform, enum arch *ret_arch)
{
    struct strv *known = input;
    size_t at = 0;

    while (at < known->count && strcmp(known->items[at], platform) != 0)
        at += 2;
    if (at == known->count) {
        strv_add(known, platform);
        strv_add(known, look_up(platform));
    }
    return arch_parse(known->items[at + 1], ret_arch);
}

void query_with_init(struct query_with *with)
{
    *with = (struct query_with){
        .with = {.now_ms = clock_wall_ms(), .arch_of = arch_of, .input = &with->known}};
}

void query_with_done(struct query_with *with)
{
    strv_done(&with->known);
}
