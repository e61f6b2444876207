/* SPDX-License-Identifier: Apache-2.0 */
/* Builds a plan from the command line, and prints plans. */
#include "cli/plan_options.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "base/path.h"
#include "base/text.h"
#include "base/translate.h"
#include "cli/cli.h"
#include "guest/host/uri.h"
#include "home/budget.h"
#include "home/home.h"
#include "store/store.h"

static void take_item(struct plan *plan, const char *text)
{
    _cleanup_strv_ struct strv known = {0};
    _cleanup_free_ char *list = NULL;
    const char *closest;
    enum item item;

    if (item_parse(text, &item)) {
        strv_add(&plan->items, text);
        return;
    }
    for (item = 0; item < ITEM_COUNT; item++)
        strv_add(&known, item_name(item));
    closest = strv_closest(&known, text);
    if (closest != NULL)
        cli_refuse("'%s' is not an item, did you mean '%s'?", text, closest);
    list = strv_join(&known, ", ");
    cli_refuse("'%s' is not an item: use one of %s", text, list);
}

/* Rejects a connection that no job could use before the run starts. */
static void check_connection(const char *uri)
{
    _cleanup_error_ struct error *err = NULL;

    if (uri_check(uri, &err) < 0)
        cli_refuse("%s", error_said(err));
}

void plan_options_check_line(enum option_id option, const char *value)
{
    _cleanup_buffer_ struct buffer shown = {0};

    buffer_printable(&shown, value, strlen(value), false);
    if (*value == '\0' || strlen(value) > PLAN_LABEL_BYTES || !text_equal(shown.data, value))
        cli_refuse("--%s '%s': give one line of printable UTF-8 text, at most %d bytes",
                   option_name(option), shown.data != NULL ? shown.data : "", PLAN_LABEL_BYTES);
}

/* A run, and what continues it, may have another working folder. */
static void take_folder(char **to, enum option_id option, const char *value)
{
    char *absolute = realpath(value, NULL);

    if (absolute == NULL || !path_is_folder(absolute))
        cli_refuse("--%s '%s' is not a folder: give the one that has the packages",
                   option_name(option), value);
    free(*to);
    *to = absolute;
}

static void take_line(char **to, enum option_id option, const char *value)
{
    plan_options_check_line(option, value);
    text_replace(to, value);
}

void plan_options_init(struct plan *plan)
{
    plan->repeat = 1;
    plan->retry_infrastructure = PLAN_RETRY_INFRASTRUCTURE;
}

void plan_options_check(const struct plan *plan)
{
    if (plan->repeat > 1 && plan->retry > 0)
        cli_refuse(
            "--repeat and --retry exclude each other: of N repeats every one counts, and none "
            "is run again");
    if (plan->probes && plan->no_probes)
        cli_refuse("--probes and --no-probes exclude each other: the first adds the built-in "
                   "probes to suites without them, the second leaves them out everywhere");
    if (plan->measures.count > 0 && plan->no_probes)
        cli_refuse(
            "--measure and --no-probes exclude each other: what measures are built-in probes");
    if (plan->cold && plan->reuse_install)
        cli_refuse("--cold and --reuse-install exclude each other: a cold run restores no guest");
}

void plan_options_set(struct plan *plan, enum option_id option, const char *value)
{
    switch (option) {
    case OPTION_IMAGE:
        strv_add(&plan->images, value);
        return;
    case OPTION_PLATFORM:
        strv_add(&plan->platforms, value);
        return;
    case OPTION_SUITE:
        strv_add(&plan->suites, value);
        return;
    case OPTION_ITEM:
        take_item(plan, value);
        return;
    case OPTION_JOBS:
        plan->jobs = (unsigned)cli_number(option, value, 1, 1024);
        return;
    case OPTION_ACCEL:
        accel_policy_parse(value, &plan->accel); /* one of the values listed in the table */
        return;
    case OPTION_TIME_SCALE:
        plan->time_scale = (unsigned)cli_number(option, value, 1, 1000);
        return;
    case OPTION_REPEAT:
        plan->repeat = (unsigned)cli_number(option, value, 1, PLAN_REPEAT_MOST);
        return;
    case OPTION_RETRY:
        plan->retry = (unsigned)cli_number(option, value, 0, PLAN_RETRY_MOST);
        return;
    case OPTION_RETRY_INFRASTRUCTURE:
        plan->retry_infrastructure = (unsigned)cli_number(option, value, 0, PLAN_RETRY_MOST);
        return;
    case OPTION_ROUNDS:
        plan->rounds = (unsigned)cli_number(option, value, 1, PLAN_ROUNDS_MOST);
        return;
    case OPTION_MINUTES:
        plan->minutes = (unsigned)cli_number(option, value, 1, PLAN_MINUTES_MOST);
        return;
    case OPTION_COLD:
        plan->cold = true;
        return;
    case OPTION_ASIDE:
        plan->aside = true;
        return;
    case OPTION_KEEP_FAILED:
        plan->keep_failed = true;
        return;
    case OPTION_REUSE_INSTALL:
        plan->reuse_install = true;
        return;
    case OPTION_PROBES:
        plan->probes = true;
        return;
    case OPTION_NO_PROBES:
        plan->no_probes = true;
        return;
    case OPTION_MEASURE: /* one of the values listed in the table */
        if (!strv_has(&plan->measures, value))
            strv_add(&plan->measures, value);
        return;
    case OPTION_FROM:
        take_folder(&plan->packages, option, value);
        return;
    case OPTION_LABEL:
        take_line(&plan->label, option, value);
        return;
    case OPTION_BUILD:
        take_line(&plan->build, option, value);
        return;
    case OPTION_CONNECT:
        check_connection(value);
        text_replace(&plan->connect, text_equal(value, "qemu:///embed") ? NULL : value);
        return;
    default:
        return;
    }
}

/* Which cases of a suite are planned, and which are not. */
struct plan_scope {
    unsigned defined, planned, required_left_out;
};

static struct plan_scope scope_of(const struct plan *plan, const struct expansion *expansion,
                                  const struct plan_cell *cell)
{
    const struct suite *suite = expansion_suite(expansion, cell->suite);
    struct plan_scope scope = {0};

    if (suite != NULL)
        vec_foreach (row, &suite->cases) {
            bool planned = suite_case_is_planned(row, &plan->items, plan->no_probes);

            scope.defined++;
            scope.planned += planned;
            scope.required_left_out += row->required && !planned;
        }
    return scope;
}

static int print_json(const struct plan *plan, const struct expansion *expansion,
                      const struct estimate *estimate)
{
    json_t *packages = json_array();
    _cleanup_json_ json_t *root = json_object();
    json_t *cells = json_array();

    for (size_t i = 0; i < plan->cells.count; i++) {
        const struct plan_cell *cell = &plan->cells.items[i];

        struct plan_scope scope = scope_of(plan, expansion, cell);

        json_array_append_new(
            cells, json_pack("{s:s, s:s, s:s, s:i, s:I, s:s?, s:{s:i, s:i, s:i}}", "image",
                             cell->image, "platform", cell->platform, "suite", cell->suite,
                             "seconds", (int)estimate->cell_seconds.items[i], "payload_bytes",
                             (json_int_t)estimate->cell_payload.items[i], "refused", cell->refused,
                             "scope", "defined", (int)scope.defined, "planned", (int)scope.planned,
                             "required_left_out", (int)scope.required_left_out));
    }
    json_object_set_new(root, "cells", cells);
    json_object_set_new(root, "seconds", json_integer(estimate->seconds));
    json_object_set_new(root, "disk_bytes", json_integer((json_int_t)estimate->disk_bytes));
    json_object_set_new(root, "free_bytes", json_integer((json_int_t)estimate->free_bytes));
    json_object_set_new(root, "parallel", json_integer(estimate->parallel));
    json_object_set_new(root, "measured_cells", json_integer(estimate->measured));
    json_object_set_new(root, "repeat", json_integer(plan->repeat));
    json_object_set_new(root, "retry", json_integer(plan->retry));
    json_object_set_new(root, "retry_infrastructure", json_integer(plan->retry_infrastructure));
    if (plan->packages == NULL)
        plan_packages_check(expansion, packages);
    json_object_set_new(root, "packages", packages);
    return cli_print_json("touchstone-plan", 1, root);
}

/* Prints only values other than the default. */
static void print_attempts(const struct plan *plan)
{
    if (plan->repeat > 1)
        printf("\neach cell is run %u times, and every attempt counts\n", plan->repeat);
    if (plan->retry > 0)
        printf("\na cell with a FAIL, ERROR or MISS is run again, up to %u %s\n", plan->retry,
               text_plural(plan->retry, "time", "times"));
    if (plan->reuse_install)
        puts("\ninstall cases are executed in a cell's first attempt, and later ones start after "
             "them");
    if (plan->retry_infrastructure != PLAN_RETRY_INFRASTRUCTURE)
        printf("\na cell that the host or the harness cut short is run again, up to %u %s\n",
               plan->retry_infrastructure,
               text_plural(plan->retry_infrastructure, "time", "times"));
}

static void print_lengths(const struct plan *plan)
{
    _cleanup_free_ char *measures = strv_join(&plan->measures, ", ");

    if (plan->measures.count > 0)
        printf("\nmeasured: %s\n", measures);
    if (plan->rounds > 0)
        printf("\ncases that measure run %u %s\n", plan->rounds,
               text_plural(plan->rounds, "round", "rounds"));
    if (plan->minutes > 0)
        printf("\ntheir rounds are %u %s long\n", plan->minutes,
               text_plural(plan->minutes, "minute", "minutes"));
}

static void print_disk(const struct estimate *estimate)
{
    _cleanup_free_ char *needed = budget_format(estimate->disk_bytes);
    _cleanup_free_ char *available = budget_format(estimate->free_bytes);

    cli_print("disk: %s needed beside packages, %s free%s\n", needed, available,
              estimate->free_bytes < estimate->disk_bytes
                  ? ": not enough; free some, or set TOUCHSTONE_HOME to another file system"
                  : "");
}

int plan_evaluate(struct plan *plan, struct evaluation *ret, struct error **err)
{
    int code = home_folder(&ret->home, err);

    if (code == 0)
        code = store_open(ret->home, &ret->store, err);
    if (code == 0)
        code = expand_plan(plan, &ret->expansion, err);
    return code < 0 ? code : estimate_plan(ret->store, plan, &ret->expansion, &ret->estimate, err);
}

void evaluation_done(struct evaluation *evaluation)
{
    estimate_done(&evaluation->estimate);
    expansion_done(&evaluation->expansion);
    store_close(evaluation->store);
}

int plan_print(const struct plan *plan, const struct evaluation *evaluation, bool json)
{
    const struct expansion *expansion = &evaluation->expansion;
    const struct estimate *estimate = &evaluation->estimate;
    size_t partial = 0;

    if (json)
        return print_json(plan, expansion, estimate);
    cli_print("%-26s %-20s %-16s %-8s %10s  %s\n", "IMAGE", "PLATFORM", "SUITE", "CASES", "PAYLOAD",
              "ABOUT");
    for (size_t i = 0; i < plan->cells.count; i++) {
        const struct plan_cell *cell = &plan->cells.items[i];

        struct plan_scope scope = scope_of(plan, expansion, cell);
        _cleanup_free_ char *payload = budget_format(estimate->cell_payload.items[i]);
        _cleanup_free_ char *cases = scope.planned == scope.defined
                                         ? text_format("%u", scope.planned)
                                         : text_format("%u of %u", scope.planned, scope.defined);

        partial += scope.required_left_out > 0;
        cli_print("%-26s %-20s %-16s %-8s %10s  ", cell->image, cell->platform, cell->suite, cases,
                  payload);
        if (cell->refused != NULL)
            cli_print("not run: %s\n", cell->refused);
        else
            cli_print("%u s\n", estimate->cell_seconds.items[i]);
    }
    if (plan->packages != NULL)
        cli_print("\npackages: only those in '%s'\n", plan->packages);
    print_lengths(plan);
    print_attempts(plan);
    if (partial > 0)
        cli_print("\n%zu of them %s out required cases: partial, so conditional at best, with exit "
                  "code 5 unless --allow-partial is given",
                  partial, ngettext("leaves", "leave", partial));
    cli_print("\n%zu %s, %u side by side: about %u min %u s (%u of %zu cells measured before)\n",
              plan->cells.count, ngettext("cell", "cells", plan->cells.count), estimate->parallel,
              estimate->seconds / 60, estimate->seconds % 60, estimate->measured,
              plan->cells.count);
    print_disk(estimate);
    if (plan->packages == NULL)
        plan_packages_check(expansion, NULL);
    return EXIT_COMPATIBLE;
}
