/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone clean: shows and frees the space used in the home. */
#include <errno.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "cli/cli.h"
#include "cli/columns.h"
#include "cli/commands.h"
#include "home/home.h"
#include "home/lock.h"
#include "home/usage.h"
#include "run/crash_recovery.h"
#include "run/retain.h"
#include "store/store.h"

struct options {
    struct retain_request request;
    bool json;
};

static void set_option(void *input, enum option_id option, char *value)
{
    struct options *options = input;
    struct retain_request *request = &options->request;

    request->preserved |= option == OPTION_PRESERVED;
    request->states |= option == OPTION_STATES;
    request->packages |= option == OPTION_PACKAGES;
    request->dry_run |= option == OPTION_DRY_RUN;
    options->json |= option == OPTION_JSON;
    if (option == OPTION_RUN)
        strv_add(&request->runs, value);
    else if (option == OPTION_KEEP_RUNS)
        request->keep_runs = (unsigned)cli_number(option, value, 1, 1000000);
}

struct teller {
    bool dry_run;
    json_t *rows; /* NULL: print lines */
    uint64_t bytes;
};

static void tell(void *context, const char *what, uint64_t bytes)
{
    struct teller *teller = context;
    _cleanup_free_ char *size = budget_format(bytes);

    teller->bytes += bytes;
    if (teller->rows != NULL)
        json_array_append_new(teller->rows,
                              json_pack("{s:s, s:I}", "what", what, "bytes", (json_int_t)bytes));
    else
        cli_print("%s %s, %s\n", teller->dry_run ? "would remove" : "removed", what, size);
}

/* Replaces abbreviated IDs by full ones. */
static int find_runs(struct store *store, struct strv *runs, struct error **err)
{
    for (size_t i = 0; i < runs->count; i++) {
        char *id = NULL;
        int code = store_find_run(store, runs->items[i], &id, err);

        if (code < 0)
            return code;
        free(runs->items[i]);
        runs->items[i] = id;
    }
    return 0;
}

static void print_use(const struct usage *usage, const struct budgets *budgets)
{
    static const char *const headings[] = {"KIND", "USES", "BUDGET", "WHAT"};
    _cleanup_(columns_done) struct columns columns;
    _cleanup_free_ char *total = budget_format(usage->total);

    columns_init(&columns, 4, headings);
    vec_foreach (row, &usage->rows) {
        _cleanup_free_ char *uses = budget_format(row->bytes);
        _cleanup_free_ char *most =
            row->budget >= 0 ? budget_format(budgets->bytes[row->budget]) : NULL;

        columns_add(&columns, row->kind);
        columns_add(&columns, uses);
        columns_add(&columns, most);
        columns_add(&columns, row->title);
    }
    columns_add(&columns, "total");
    columns_add(&columns, total);
    columns_add(&columns, NULL);
    columns_add(&columns, "all of TOUCHSTONE_HOME");
    columns_print(&columns, stdout);
}

static json_t *json_of_use(const struct usage *usage, const struct budgets *budgets)
{
    json_t *rows = json_array();

    vec_foreach (row, &usage->rows) {
        uint64_t most = row->budget >= 0 ? budgets->bytes[row->budget] : BUDGET_UNLIMITED;
        json_t *object =
            json_pack("{s:s, s:I}", "kind", row->kind, "bytes", (json_int_t)row->bytes);

        json_object_set_new(object, "budget",
                            most == BUDGET_UNLIMITED ? json_null()
                                                     : json_integer((json_int_t)most));
        json_array_append_new(rows, object);
    }
    return rows;
}

static int report(const struct options *options, const struct teller *teller,
                  const struct usage *usage, const struct budgets *budgets)
{
    _cleanup_json_ json_t *root = NULL;

    if (!options->json) {
        if (options->request.budgets)
            print_use(usage, budgets);
        return EXIT_COMPATIBLE;
    }
    root = json_pack("{s:b, s:I, s:O}", "dry-run", options->request.dry_run, "bytes",
                     (json_int_t)teller->bytes, "removed", teller->rows);
    json_object_set_new(root, "use", json_of_use(usage, budgets));
    json_object_set_new(root, "total", json_integer((json_int_t)usage->total));
    return cli_print_json("touchstone-clean", 1, root);
}

static int clean(struct options *options, int *ret_exit, struct error **err)
{
    _cleanup_(store_close_cleanup) struct store *store = NULL;
    _cleanup_json_ json_t *rows = options->json ? json_array() : NULL;
    struct teller teller = {.dry_run = options->request.dry_run, .rows = rows};
    _cleanup_strv_ struct strv unbegun = {0};
    _cleanup_close_ int lock = -1;
    _cleanup_(usage_done) struct usage usage = {0};
    struct budgets budgets;
    const char *home = NULL;
    int code = home_folder(&home, err);

    if (code == 0)
        code = home_lock(&lock, err);
    if (code == 0)
        code = store_open(home, &store, err);
    if (code == 0 && !options->request.dry_run)
        code = crash_recover_home(store, home, &unbegun, err);
    if (code == 0)
        code = find_runs(store, &options->request.runs, err);
    if (code == 0)
        code = retain_apply(store, home, &options->request, tell, &teller, err);
    /* The temporary files of the open store are removed when it is closed. */
    store_close(store);
    store = NULL;
    if (code == 0)
        code = usage_measure(home, &usage, err);
    if (code == 0)
        code = budgets_read(home, &budgets, err);
    if (code == 0)
        *ret_exit = report(options, &teller, &usage, &budgets);
    return code;
}

int cmd_clean(int argc, char **argv)
{
    struct options options = {0};
    struct retain_request *request = &options.request;
    struct error *err = NULL;
    int exit_code = EXIT_COMPATIBLE, code;

    cli_parse(argc, argv, set_option, &options);
    request->budgets = !request->preserved && !request->states && !request->packages &&
                       request->runs.count == 0 && request->keep_runs == 0;
    code = clean(&options, &exit_code, &err);
    strv_done(&options.request.runs);
    return code < 0 ? cli_fail(err) : exit_code;
}
