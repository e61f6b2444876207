/* SPDX-License-Identifier: Apache-2.0 */
/* What is to be run, from the command line; and a plan on the screen. */
#include "cli/plan_options.h"

#include <jansson.h>
#include <stdlib.h>

#include "base/budget.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "base/text.h"
#include "cli/cli.h"
#include "guest/hypervisor.h"
#include "run/estimate.h"
#include "run/expand.h"

enum {
    OPTION_ACCEL = 256,
    OPTION_COLD,
    OPTION_CONNECT,
    OPTION_KEEP,
    OPTION_REUSE,
    OPTION_SCALE,
    OPTION_REPEAT,
    OPTION_RETRY,
    OPTION_INFRASTRUCTURE
};

static const struct argp_option options[] = {
    {"image", 'i', "NAME", 0, "An image; may be given again (default: all that are registered)", 0},
    {"platform", 'p', "NAME", 0, "A platform; may be given again (default: all but variants)", 0},
    {"suite", 's', "NAME|FOLDER", 0, "A suite; may be given again (default: all)", 0},
    {"item", 'I', "ITEM", 0, "Only cases of this item; may be given again (default: all)", 0},
    {"jobs", 'j', "N", 0, "Workers side by side (default: as cores and memory allow)", 0},
    {"accel", OPTION_ACCEL, "auto|tcg|kvm", 0,
     "Accelerator; auto takes KVM only after it proved itself on this host", 0},
    {"time-scale", OPTION_SCALE, "N", 0,
     "Multiply every time limit by N (default: 1, under emulation 10)", 0},
    {"cold", OPTION_COLD, NULL, 0, "Boot every cell's guest instead of restoring a saved state", 0},
    {"keep-failed", OPTION_KEEP, NULL, 0,
     "Freeze the guest of a cell when a case fails, for 'touchstone shell CELL'", 0},
    {"reuse-install", OPTION_REUSE, NULL, 0,
     "Execute install cases in a cell's first attempt alone, and start later ones after them", 0},
    {"repeat", OPTION_REPEAT, "N", 0, "Run each cell N times; every attempt counts (default: 1)",
     0},
    {"retry", OPTION_RETRY, "N", 0,
     "Run a cell with a FAIL, ERROR or MISS again, up to N times (default: 0)", 0},
    {"retry-infrastructure", OPTION_INFRASTRUCTURE, "N", 0,
     "Run a cell that the host or the harness cut short again, up to N times (default: 1)", 0},
    {"connect", OPTION_CONNECT, "URI", 0,
     "libvirt connection: qemu:///embed (default), qemu:///session or qemu:///system", 0},
    {0},
};

static void parse_item(const char *text, struct plan *plan, struct argp_state *state)
{
    enum item item;

    if (item_parse(text, &item)) {
        strv_add(&plan->items, text);
        return;
    }
    argp_error(state,
               "'%s' is not an item: use install, function, performance, stress, endurance, "
               "uninstall or extra",
               text);
}

static void parse_number(const char *text, const char *name, uint64_t least, uint64_t most,
                         unsigned *slot, struct argp_state *state)
{
    _cleanup_error_ struct error *err = NULL;
    uint64_t number = 0;

    if (text_parse_u64(text, name, least, most, &number, &err) < 0)
        argp_error(state, "%s", error_message(err));
    *slot = (unsigned)number;
}

/* What no job of the run could use is told before there is a run. */
static void check_connection(const char *uri, struct argp_state *state)
{
    _cleanup_error_ struct error *err = NULL;

    if (hypervisor_check_uri(uri, &err) < 0)
        argp_error(state, "%s", error_message(err));
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct plan *plan = state->input;

    switch (key) {
    case ARGP_KEY_INIT:
        plan->repeat = 1;
        plan->retry_infrastructure = PLAN_RETRY_INFRASTRUCTURE;
        return 0;
    case ARGP_KEY_END:
        if (plan->repeat > 1 && plan->retry > 0)
            argp_error(state, "--repeat and --retry exclude each other: of N repeats every one "
                              "counts, and none is run again");
        if (plan->cold && plan->reuse_install)
            argp_error(state, "--cold and --reuse-install exclude each other: a cold run restores "
                              "no guest");
        return 0;
    case 'i':
        strv_add(&plan->images, argument);
        return 0;
    case 'p':
        strv_add(&plan->platforms, argument);
        return 0;
    case 's':
        strv_add(&plan->suites, argument);
        return 0;
    case 'I':
        parse_item(argument, plan, state);
        return 0;
    case 'j':
        parse_number(argument, "--jobs", 1, 1024, &plan->jobs, state);
        return 0;
    case OPTION_ACCEL:
        if (!accel_policy_parse(argument, &plan->accel))
            argp_error(state, "'%s' is not an accelerator: use auto, tcg or kvm", argument);
        return 0;
    case OPTION_SCALE:
        parse_number(argument, "--time-scale", 1, 1000, &plan->time_scale, state);
        return 0;
    case OPTION_REPEAT:
        parse_number(argument, "--repeat", 1, PLAN_REPEAT_MOST, &plan->repeat, state);
        return 0;
    case OPTION_RETRY:
        parse_number(argument, "--retry", 0, PLAN_RETRY_MOST, &plan->retry, state);
        return 0;
    case OPTION_INFRASTRUCTURE:
        parse_number(argument, "--retry-infrastructure", 0, PLAN_RETRY_MOST,
                     &plan->retry_infrastructure, state);
        return 0;
    case OPTION_COLD:
        plan->cold = true;
        return 0;
    case OPTION_KEEP:
        plan->keep_failed = true;
        return 0;
    case OPTION_REUSE:
        plan->reuse_install = true;
        return 0;
    case OPTION_CONNECT:
        check_connection(argument, state);
        text_replace(&plan->connect, text_equal(argument, "qemu:///embed") ? NULL : argument);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

const struct argp plan_options_argp = {.options = options, .parser = parse};

/* What of a suite is in the plan, and what is not. */
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
            bool planned = plan->items.count == 0 || strv_has(&plan->items, item_name(row->item));

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
    plan_packages_check(expansion, packages);
    json_object_set_new(root, "packages", packages);
    return cli_print_json(root);
}

/* What is not the default. */
static void print_attempts(const struct plan *plan)
{
    if (plan->repeat > 1)
        printf("\neach cell is run %u times, and every attempt counts\n", plan->repeat);
    if (plan->retry > 0)
        printf("\na cell with a FAIL, ERROR or MISS is run again, up to %u time%s\n", plan->retry,
               plan->retry == 1 ? "" : "s");
    if (plan->reuse_install)
        puts("\ninstall cases are executed in a cell's first attempt, and later ones start after "
             "them");
    if (plan->retry_infrastructure != PLAN_RETRY_INFRASTRUCTURE)
        printf("\na cell that the host or the harness cut short is run again, up to %u time%s\n",
               plan->retry_infrastructure, plan->retry_infrastructure == 1 ? "" : "s");
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

int plan_print(const struct plan *plan, const struct expansion *expansion,
               const struct estimate *estimate, bool json)
{
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
    print_attempts(plan);
    if (partial > 0)
        cli_print(
            "\n%zu of them leave%s out required cases: partial, so conditional at best, with exit "
            "code 5 unless --allow-partial is given",
            partial, partial == 1 ? "s" : "");
    cli_print(
        "\n%zu cell%s, %u side by side: about %u min %u s (%u of %zu cells measured before)\n",
        plan->cells.count, plan->cells.count == 1 ? "" : "s", estimate->parallel,
        estimate->seconds / 60, estimate->seconds % 60, estimate->measured, plan->cells.count);
    print_disk(estimate);
    plan_packages_check(expansion, NULL);
    return EXIT_COMPATIBLE;
}
