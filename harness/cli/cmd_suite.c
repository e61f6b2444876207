/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone suite: lists, describes, checks and creates suites. */
#include <stdio.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "base/log.h"
#include "base/path.h"
#include "catalog/find.h"
#include "catalog/get.h"
#include "catalog/lint.h"
#include "catalog/suite_payload.h"
#include "cli/catalog_json.h"
#include "cli/catalog_list.h"
#include "cli/catalog_options.h"
#include "cli/cli.h"
#include "cli/columns.h"
#include "cli/commands.h"
#include "cli/lint_print.h"
#include "home/budget.h"
#include "home/home.h"

#define _cleanup_suite_ _cleanup_(suite_free_cleanup)

static int add_suite(const char *name, bool json, void *context, struct columns *columns,
                     json_t *array, struct error **err)
{
    _cleanup_suite_ struct suite *suite = NULL;
    _cleanup_free_ char *cases = NULL;
    int code = catalog_get_suite(name, &suite, NULL, err);

    (void)json;
    (void)context;
    if (code < 0)
        return code;
    json_array_append_new(array, catalog_json_suite(suite));
    cases = text_format("%zu", suite->cases.count);
    columns_add(columns, suite->name);
    columns_add(columns, suite->product);
    columns_add(columns, suite->vendor);
    columns_add(columns, cases);
    columns_add(columns, suite->title);
    columns_add(columns, suite->title_zh);
    return 0;
}

static int list(const struct catalog_options *options, struct error **err)
{
    static const char *const headings[] = {"NAME", "PRODUCT", "VENDOR", "CASES", "TITLE", "标题"};
    const struct catalog_listing listing = {
        "suites", "touchstone-suite-list", headings, 6, add_suite, NULL};
    _cleanup_strv_ struct strv names = {0};
    int code = catalog_list_suites(&names, err);

    return code < 0 ? code : catalog_list(&listing, &names, options->json);
}

int cmd_suite_list(int argc, char **argv)
{
    home_reads_only();
    return catalog_command(argc, argv, list);
}

static void print_cases(const struct suite *suite)
{
    static const char *const headings[] = {"CASE",     "ITEM",  "PROTOCOL", "TIMEOUT",
                                           "REQUIRED", "JUDGE", "NEEDS",    "TITLE"};
    _cleanup_(columns_done) struct columns columns;

    columns_init(&columns, 8, headings);
    vec_foreach (row, &suite->cases) {
        _cleanup_free_ char *timeout = text_format("%u s", row->timeout_s);
        _cleanup_buffer_ struct buffer needs = {0};

        vec_foreach (need, &row->needs)
            buffer_format(&needs, "%s%s", needs.length > 0 ? ", " : "", need->value);
        columns_add(&columns, row->id);
        columns_add(&columns, item_name(row->item));
        columns_add(&columns, protocol_name(row->protocol));
        columns_add(&columns, timeout);
        columns_add(&columns, row->required ? "yes" : "no");
        columns_add(&columns, row->native_only ? "native" : "always");
        columns_add(&columns, needs.data);
        columns_add(&columns, row->title);
    }
    columns_print(&columns, stdout);
}

static void print_suite(const struct suite *suite, const struct suite_sizes *sizes)
{
    cli_print("%-12s%s\n", "suite", suite->name);
    cli_print("%-12s%s%s%s\n", "title", suite->title, suite->title_zh != NULL ? " / " : "",
              suite->title_zh != NULL ? suite->title_zh : "");
    cli_print("%-12s%s, %s\n", "product", suite->product, suite->vendor);
    if (suite->client)
        cli_print("%-12s%s (under test), %s\n", "guests", GUEST_SERVER, GUEST_CLIENT);
    else if (suite->guests > 1)
        cli_print("%-12s%u: not supported, a run refuses it\n", "guests", suite->guests);
    if (suite->memory_mib > 0)
        cli_print("%-12s%u MiB at least\n", "memory", suite->memory_mib);
    vec_foreach (set, &suite->packages) {
        _cleanup_free_ char *names = strv_join(&set->names, " ");

        cli_print("%-12s%s (%s)\n", set->family, names,
                  set->any_arch ? "any" : arch_name(set->arch));
    }
    vec_foreach (leftover, &suite->leftovers)
        cli_print("%-12s%s %s: %s\n", leftover == suite->leftovers.items ? "may leave" : "",
                  footprint_kind_name(leftover->kind), leftover->pattern, leftover->reason);
    for (enum arch arch = 0; arch < ARCH_COUNT; arch++) {
        _cleanup_free_ char *size = budget_format(sizes->payload[arch]);

        cli_print("%-12s%s for a guest of %s, without packages\n", arch == 0 ? "payload" : "", size,
                  arch_name(arch));
    }
    cli_print("%-12s%s\n\n", "folder", suite->folder);
    print_cases(suite);
}

static int show(const struct catalog_options *options, struct error **err)
{
    const char *name = options->words.items[0];
    _cleanup_suite_ struct suite *suite = NULL;
    _cleanup_json_ json_t *object = NULL;
    json_t *payload;
    struct suite_sizes sizes = {0};
    int code = catalog_get_suite(name, &suite, NULL, err);

    if (code == 0)
        code = catalog_check_payload(suite->folder, NULL, NULL, &sizes, err);
    if (code < 0)
        return code;
    if (!options->json) {
        print_suite(suite, &sizes);
        return EXIT_COMPATIBLE;
    }
    object = catalog_json_suite(suite);
    payload = json_object();
    for (enum arch arch = 0; arch < ARCH_COUNT; arch++)
        json_object_set_new(payload, arch_name(arch),
                            json_integer((json_int_t)sizes.payload[arch]));
    json_object_set_new(object, "payload_bytes", payload);
    return cli_print_json("touchstone-suite-show", 1, object);
}

int cmd_suite_show(int argc, char **argv)
{
    home_reads_only();
    return catalog_command(argc, argv, show);
}

static int lint(const struct catalog_options *options, struct error **err)
{
    _cleanup_(lint_done) struct lint found = {0};
    _cleanup_free_ char *folder = NULL;
    int code = catalog_find_suite(options->words.items[0], &folder, err);

    if (code == 0)
        code = catalog_lint_suite(folder, &found, err);
    return code < 0 ? code : lint_print("suite", options->words.items[0], &found, options->json);
}

int cmd_suite_lint(int argc, char **argv)
{
    home_reads_only();
    return catalog_command(argc, argv, lint);
}

/* The folder that was given, or suites/ in the home. */
static int parent_of(const char *folder, char **ret_parent, struct error **err)
{
    const char *home;
    int code;

    if (folder != NULL) {
        *ret_parent = text_dup(folder);
        return 0;
    }
    code = home_folder(&home, err);
    if (code == 0)
        *ret_parent = path_join(home, "suites");
    return code;
}

static int new_suite(const struct catalog_options *options, struct error **err)
{
    _cleanup_free_ char *parent = NULL, *folder = NULL;
    int code = parent_of(options->folder, &parent, err);

    if (code == 0)
        code = catalog_new_suite(parent, options->words.items[0], &folder, err);
    if (code < 0)
        return code;
    cli_print("%s\n", folder);
    return EXIT_COMPATIBLE;
}

int cmd_suite_new(int argc, char **argv)
{
    return catalog_command(argc, argv, new_suite);
}
