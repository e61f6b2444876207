/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone platform: lists and describes the CPU platforms. */
#include <stdio.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "catalog/find.h"
#include "catalog/get.h"
#include "cli/catalog_json.h"
#include "cli/catalog_list.h"
#include "cli/catalog_options.h"
#include "cli/cli.h"
#include "cli/columns.h"
#include "cli/commands.h"
#include "home/home.h"

#define _cleanup_platform_ _cleanup_(platform_free_cleanup)
#define _cleanup_features_ _cleanup_(feature_table_free_cleanup)

static int add_platform(const char *name, bool json, void *context, struct columns *columns,
                        json_t *array, struct error **err)
{
    _cleanup_platform_ struct platform *platform = NULL;
    int code = catalog_get_platform(name, context, &platform, NULL, err);

    (void)json;
    if (code < 0)
        return code;
    json_array_append_new(array, catalog_json_platform(platform));
    columns_add(columns, platform->name);
    columns_add(columns, arch_name(platform->arch));
    columns_add(columns, platform->profile[ACCEL_TCG].model);
    columns_add(columns, platform->title);
    columns_add(columns, platform->title_zh);
    return 0;
}

static int list(const struct catalog_options *options, struct error **err)
{
    static const char *const headings[] = {"NAME", "ARCH", "TCG", "TITLE", "标题"};
    _cleanup_features_ struct feature_table *table = NULL;
    _cleanup_strv_ struct strv names = {0};
    struct catalog_listing listing = {
        "platforms", "touchstone-platform-list", headings, 5, add_platform, NULL};
    int code = catalog_list_platforms(&names, err);

    if (code == 0)
        code = catalog_get_features(&table, err);
    if (code < 0)
        return code;
    listing.context = table;
    return catalog_list(&listing, &names, options->json);
}

int cmd_platform_list(int argc, char **argv)
{
    home_reads_only();
    return catalog_command(argc, argv, list);
}

static void print_words(const char *label, const struct strv *words)
{
    _cleanup_free_ char *text = strv_join(words, " ");

    if (words->count > 0)
        cli_print("%-12s%s\n", label, text);
}

static void print_identity(const struct platform *platform)
{
    for (int grade = 0; grade < GRADE_COUNT; grade++) {
        const struct identity_rule *rule = &platform->identity[grade];

        if (!rule->given)
            continue;
        cli_print("\nidentity, %s\n", grade_name((enum grade)grade));
        print_words("  vendor", &rule->vendors);
        if (rule->family >= 0)
            cli_print("  family    %d\n", rule->family);
        if (rule->model >= 0)
            cli_print("  model     %d\n", rule->model);
        if (rule->midr_mask != 0)
            cli_print("  midr      0x%08x (mask 0x%08x)\n", rule->midr, rule->midr_mask);
        print_words("  has", &rule->has);
        print_words("  lacks", &rule->lacks);
    }
}

static void print_profiles(const struct platform *platform)
{
    for (int accel = 0; accel < ACCEL_COUNT; accel++) {
        const struct cpu_profile *profile = &platform->profile[accel];

        if (!profile->given)
            continue;
        cli_print("\nCPU under %s\n", accel_name((enum accel)accel));
        cli_print("  %s%s%s\n", profile->mode, profile->model != NULL ? " " : "",
                  profile->model != NULL ? profile->model : "");
        if (profile->midr != 0)
            cli_print("  midr      0x%08x\n", profile->midr);
        print_words("  enable", &profile->enable);
        print_words("  disable", &profile->disable);
    }
}

static void print_platform(const struct platform *platform, const char *path)
{
    cli_print("%-12s%s\n", "platform", platform->name);
    cli_print("%-12s%s%s%s\n", "title", platform->title, platform->title_zh != NULL ? " / " : "",
              platform->title_zh != NULL ? platform->title_zh : "");
    if (platform->variant_of != NULL)
        cli_print("%-12s%s\n", "variant of", platform->variant_of);
    cli_print("%-12s%s\n", "arch", arch_name(platform->arch));
    if (platform->aarch32 != ANSWER_UNKNOWN)
        cli_print("%-12s%s\n", "AArch32", platform->aarch32 == ANSWER_YES ? "yes" : "no");
    cli_print("%-12s%s\n", "part", platform->part);
    print_words("has", &platform->has);
    print_words("lacks", &platform->lacks);
    cli_print("%-12s%s\n", "source", platform->source);
    print_identity(platform);
    print_profiles(platform);
    cli_print("\nmachine\n  %s, firmware %s, console %s, %u vCPU, %u MiB, pages of",
              platform->machine, platform->firmware, platform->console, platform->vcpus,
              platform->memory_mib);
    vec_foreach (size, &platform->page_sizes)
        cli_print("%s %u", size > platform->page_sizes.items ? " or" : "", *size);
    cli_print(" bytes\n\nfile        %s\n", path);
}

static int show(const struct catalog_options *options, struct error **err)
{
    const char *name = options->words.items[0];
    _cleanup_features_ struct feature_table *table = NULL;
    _cleanup_platform_ struct platform *platform = NULL;
    _cleanup_json_ json_t *object = NULL;
    _cleanup_free_ char *path = NULL;
    int code = catalog_get_features(&table, err);

    if (code == 0)
        code = catalog_get_platform(name, table, &platform, &path, err);
    if (code < 0)
        return code;
    if (!options->json) {
        print_platform(platform, path);
        return EXIT_COMPATIBLE;
    }
    object = catalog_json_platform(platform);
    json_object_set_new(object, "file", json_from_text(path));
    return cli_print_json("touchstone-platform-show", 1, object);
}

int cmd_platform_show(int argc, char **argv)
{
    home_reads_only();
    return catalog_command(argc, argv, show);
}
