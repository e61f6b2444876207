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
#include "reports/move_view.h"
#include "store/store.h"

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

static void print_text(const struct options *options, const struct move_view *view)
{
    _cleanup_buffer_ struct buffer text = {0};

    move_view_text(view, options->all, cli_colour(STDOUT_FILENO), &text);
    if (!options->no_pager)
        pager_start();
    output_write(text.data, text.length);
}

static void print_json(const struct move_view *view)
{
    _cleanup_(json_writer_done) struct json_writer to = {.sink = output_write_json};

    move_view_write_json(view, &to);
}

int cmd_move(int argc, char **argv)
{
    _cleanup_(found_done) struct found found = {.a = NULL};
    struct options options = {.count = 0};
    struct move_view view;
    struct error *err = NULL;

    home_reads_only();
    cli_parse(argc, argv, set_option, &options);
    if (load(&options, &found, &err) < 0)
        return cli_fail(err);
    view = (struct move_view){.from = options.systems[0],
                              .to = options.systems[1],
                              .move = &found.move,
                              .runs = &found.runs,
                              .not_run = found.not_run};
    if (options.json)
        print_json(&view);
    else
        print_text(&options, &view);
    return EXIT_COMPATIBLE;
}
