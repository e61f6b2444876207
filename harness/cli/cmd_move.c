/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone move: what a product gains and loses from one system to another. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "abi/check/move.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/json_write.h"
#include "cli/cmd_abi.h"
#include "cli/output.h"
#include "cli/pager.h"
#include "home/home.h"
#include "judge/diff_images.h"
#include "reports/diff_view.h"
#include "reports/matrix_view.h"
#include "store/store.h"

enum { VALUE_BYTES = 120 };

struct options {
    const char *systems[2], *suite;
    size_t count;
    bool all, json, no_pager;
};

/* What is known of both systems. */
struct found {
    struct surface *a, *b;
    struct move move;
    struct image_diff runs;
    char *not_run; /* why behaviour is not compared; NULL: it is */
};

static void found_done(struct found *found)
{
    surface_close(found->a);
    surface_close(found->b);
    move_done(&found->move);
    image_diff_done(&found->runs);
    free(found->not_run);
}

static void set_option(void *input, enum option_id option, char *value)
{
    struct options *options = input;

    options->json |= option == OPTION_JSON;
    options->all |= option == OPTION_ALL;
    options->no_pager |= option == OPTION_NO_PAGER;
    if (option == OPTION_SUITE)
        options->suite = value;
    if (option == OPTION_WORD)
        options->systems[options->count++] = value;
}

static int check_machines(const struct found *found, const struct options *options,
                          struct error **err)
{
    const char *a = surface_meta_get(found->a, "machine"),
               *b = surface_meta_get(found->b, "machine");

    if (a == NULL || b == NULL || strcmp(a, b) == 0)
        return 0;
    return error_set(err, -EINVAL,
                     "'%s' is for %s and '%s' for %s: compare systems of one "
                     "architecture",
                     options->systems[0], a, options->systems[1], b);
}

/* That there are no results is not an error: the surfaces say enough. */
static int load_runs(const struct options *options, struct found *found, struct error **err)
{
    _cleanup_(store_close_cleanup) struct store *store = NULL;
    _cleanup_error_ struct error *why = NULL;
    const char *home = NULL;
    int code = home_folder(&home, err);

    if (code == 0)
        code = store_open(home, &store, err);
    if (code == 0)
        code = diff_images(store, options->systems[0], options->systems[1], options->suite,
                           &found->runs, &why);
    if (code == -ENOENT || code == -ENODATA) {
        found->not_run = text_dup(error_message(why));
        return 0;
    }
    if (code < 0 && why != NULL)
        *err = steal_ptr(why);
    return code;
}

static int load(const struct options *options, struct found *found, struct error **err)
{
    int code = abi_open_surface(options->systems[0], &found->a, err);

    if (code == 0)
        code = abi_open_surface(options->systems[1], &found->b, err);
    if (code == 0)
        code = check_machines(found, options, err);
    if (code == 0)
        code = load_runs(options, found, err);
    if (code == 0)
        move_compare(found->a, found->b, &found->move);
    return code;
}

/* Hundreds of packages have another version, and a newer kernel has more options. */
static bool is_shown(const struct options *options, enum move_area area, enum move_change change)
{
    return options->all ||
           (change != MOVE_ADDED && (change != MOVE_CHANGED || area != MOVE_PACKAGES));
}

static void print_heading(const struct move_section *section, enum move_area area, bool colour,
                          struct buffer *out)
{
    const char *before = "  ";

    buffer_text(out, "\n");
    table_paint(out, move_area_name(area), TABLE_PLAIN, colour);
    for (enum move_change change = 0; change < MOVE_CHANGE_COUNT; change++) {
        size_t count = move_count(section, change);

        if (count > 0) {
            buffer_format(out, "%s%zu %s", before, count, move_change_name(change));
            before = ", ";
        }
    }
    if (section->same > 0)
        buffer_format(out, "%s%zu the same", before, section->same);
    else if (section->rows.count == 0)
        buffer_text(out, "  nothing differs");
    buffer_text(out, "\n");
}

static void add_value(struct table *table, const char *before, const char *after)
{
    _cleanup_buffer_ struct buffer text = {0};

    if (before != NULL)
        matrix_view_line(before, VALUE_BYTES, &text);
    if (after != NULL) {
        buffer_text(&text, before != NULL ? " -> " : "");
        matrix_view_line(after, VALUE_BYTES, &text);
    }
    table_add(table, text.length > 0 ? text.data : "", TABLE_PLAIN);
}

static void print_area(const struct options *options, const struct move_section *section,
                       enum move_area area, bool colour, struct buffer *out)
{
    _cleanup_(table_done) struct table table = {.columns = 3};

    print_heading(section, area, colour, out);
    vec_foreach (row, &section->rows) {
        if (!is_shown(options, area, row->change))
            continue;
        table_add(&table, move_change_name(row->change),
                  row->change == MOVE_GONE ? TABLE_RED : TABLE_PLAIN);
        table_add(&table, row->name, TABLE_PLAIN);
        add_value(&table, row->before, row->after);
    }
    table_print(&table, "  ", colour, out);
}

static void print_behaviour(const struct found *found, bool colour, struct buffer *out)
{
    const struct image_diff *runs = &found->runs;

    if (found->not_run != NULL)
        return;
    buffer_format(out, "\nbehaviour  %zu %s of both compared, by the newest results",
                  runs->diff.compared, text_plural(runs->diff.compared, "cell", "cells"));
    if (runs->only_before + runs->only_after > 0)
        buffer_format(out, "; %zu only of the first system, %zu only of the second",
                      runs->only_before, runs->only_after);
    buffer_text(out, "\n");
    diff_view_changes(&runs->diff, colour, out);
}

static void print_unknown(const struct found *found, struct buffer *out)
{
    buffer_text(out, "\nnot compared\n");
    for (int area = 0; area < MOVE_AREA_COUNT; area++)
        if (found->move.areas[area].unknown != NULL)
            buffer_format(out, "  %s: %s\n", move_area_name((enum move_area)area),
                          found->move.areas[area].unknown);
    if (found->not_run != NULL)
        buffer_format(out, "  behaviour: %s\n", found->not_run);
    buffer_text(out, "  kernel settings, limits, crypto policies and cgroups: surfaces do not have "
                     "them; suites/behaviour asks guests\n");
}

static void print_text(const struct options *options, const struct found *found)
{
    _cleanup_buffer_ struct buffer text = {0};
    bool colour = cli_colour(STDOUT_FILENO);

    buffer_format(&text, "from  %s\nto    %s\n", options->systems[0], options->systems[1]);
    for (int area = 0; area < MOVE_AREA_COUNT; area++)
        if (found->move.areas[area].unknown == NULL)
            print_area(options, &found->move.areas[area], (enum move_area)area, colour, &text);
    print_behaviour(found, colour, &text);
    print_unknown(found, &text);
    if (!options->all)
        buffer_text(&text, "\n--all lists what is added, and the packages with another version\n");
    if (!options->no_pager)
        pager_start();
    output_write(text.data, text.length);
}

static void write_area(const struct move_section *section, enum move_area area,
                       struct json_writer *to)
{
    json_write_object(to, NULL);
    json_write_text(to, "area", move_area_name(area));
    json_write_text(to, "not_compared", section->unknown);
    json_write_integer(to, "same", (int64_t)section->same);
    json_write_array(to, "changes");
    vec_foreach (row, &section->rows) {
        json_write_object(to, NULL);
        json_write_text(to, "change", move_change_name(row->change));
        json_write_text(to, "name", row->name);
        json_write_text(to, "before", row->before);
        json_write_text(to, "after", row->after);
        json_write_end(to);
    }
    json_write_end(to);
    json_write_end(to);
}

static void write_behaviour(const struct found *found, struct json_writer *to)
{
    json_write_object(to, "behaviour");
    json_write_text(to, "not_compared", found->not_run);
    json_write_integer(to, "compared", (int64_t)found->runs.diff.compared);
    json_write_integer(to, "only_before", (int64_t)found->runs.only_before);
    json_write_integer(to, "only_after", (int64_t)found->runs.only_after);
    diff_view_write_cells(&found->runs.diff, to);
    json_write_end(to);
}

static void print_json(const struct options *options, const struct found *found)
{
    _cleanup_(json_writer_done) struct json_writer to = {.sink = output_write_json};

    json_write_object(&to, NULL);
    json_write_format(&to, "touchstone-move", 1);
    json_write_text(&to, "from", options->systems[0]);
    json_write_text(&to, "to", options->systems[1]);
    json_write_array(&to, "areas");
    for (int area = 0; area < MOVE_AREA_COUNT; area++)
        write_area(&found->move.areas[area], (enum move_area)area, &to);
    json_write_end(&to);
    write_behaviour(found, &to);
    json_write_end(&to);
}

int cmd_move(int argc, char **argv)
{
    _cleanup_(found_done) struct found found = {.a = NULL};
    struct options options = {.count = 0};
    struct error *err = NULL;

    home_reads_only();
    cli_parse(argc, argv, set_option, &options);
    if (load(&options, &found, &err) < 0)
        return cli_fail(err);
    if (options.json)
        print_json(&options, &found);
    else
        print_text(&options, &found);
    return EXIT_COMPATIBLE;
}
