/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone policy: lists and checks the policies of the gate. */
#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "catalog/find.h"
#include "catalog/policy.h"
#include "cli/catalog_list.h"
#include "cli/catalog_options.h"
#include "cli/columns.h"
#include "cli/commands.h"
#include "cli/lint_print.h"
#include "home/home.h"

static int add_policy(const char *name, bool json, void *context, struct columns *columns,
                      json_t *array, struct error **err)
{
    _cleanup_(policy_free_cleanup) struct policy *policy = NULL;
    _cleanup_free_ char *path = NULL;
    int code = catalog_get_policy(name, &policy, &path, err);

    (void)json;
    (void)context;
    if (code < 0)
        return code;
    json_array_append_new(array,
                          json_pack("{s:s, s:s, s:s?, s:b, s:s}", "name", policy->name, "title",
                                    policy->title, "title_zh", policy->title_zh,
                                    "baseline_required", policy->needs_baseline, "file", path));
    columns_add(columns, policy->name);
    columns_add(columns, policy->needs_baseline ? "required" : "optional");
    columns_add(columns, policy->title);
    columns_add(columns, policy->title_zh != NULL ? policy->title_zh : "");
    return 0;
}

static int list(const struct catalog_options *options, struct error **err)
{
    static const char *const headings[] = {"NAME", "BASELINE", "TITLE", "标题"};
    static const struct catalog_listing listing = {
        "policies", "touchstone-policy-list", headings, 4, add_policy, NULL};
    _cleanup_strv_ struct strv names = {0};
    int code = catalog_list_policies(&names, err);

    return code < 0 ? code : catalog_list(&listing, &names, options->json);
}

int cmd_policy_list(int argc, char **argv)
{
    home_reads_only();
    return catalog_command(argc, argv, list);
}

static int lint(const struct catalog_options *options, struct error **err)
{
    _cleanup_(lint_done) struct lint found = {0};
    int code = catalog_lint_policy(options->words.items[0], &found, err);

    return code < 0 ? code : lint_print("policy", options->words.items[0], &found, options->json);
}

int cmd_policy_lint(int argc, char **argv)
{
    home_reads_only();
    return catalog_command(argc, argv, lint);
}
