/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone bisect: finds the first image of a series on which a case fails, by running it. What
 * is known is in the store, so an interrupted search goes on where it was. */
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json_write.h"
#include "base/log.h"
#include "base/translate.h"
#include "catalog/catalog.h"
#include "catalog/find.h"
#include "catalog/get.h"
#include "cli/child_run.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "home/home.h"
#include "judge/bisect.h"
#include "judge/history.h"
#include "store/store.h"

struct options {
    const char *images, *platform, *suite, *case_id;
    bool dry_run, json;
};

struct tested {
    char *image, *run_id; /* run_id: whose result counts; NULL: none */
    bool tried;           /* by this search */
};

struct search {
    const struct options *options;
    char *suite;               /* its name; options->suite may be a folder */
    char *label;               /* of the runs */
    VEC(struct tested) images; /* the oldest first */
    enum bisect_mark *marks;
    struct bisect_step step;
};

static void search_done(struct search *search)
{
    vec_foreach (image, &search->images) {
        free(image->image);
        free(image->run_id);
    }
    vec_done(&search->images);
    free(search->marks);
    free(search->suite);
    free(search->label);
}

static void set_option(void *input, enum option_id option, char *value)
{
    struct options *options = input;

    options->json |= option == OPTION_JSON;
    options->dry_run |= option == OPTION_DRY_RUN;
    if (option == OPTION_IMAGES)
        options->images = value;
    if (option == OPTION_PLATFORM)
        options->platform = value;
    if (option == OPTION_SUITE)
        options->suite = value;
    if (option == OPTION_CASE)
        options->case_id = value;
}

static int by_version(const void *a, const void *b)
{
    const struct tested *x = a, *y = b;

    return strverscmp(x->image, y->image);
}

static int find_images(struct search *search, struct error **err)
{
    _cleanup_strv_ struct strv names = {0};
    int code = catalog_list_images(&names, err);

    for (size_t i = 0; code == 0 && i < names.count; i++)
        if (fnmatch(search->options->images, names.items[i], FNM_NOESCAPE) == 0)
            *vec_add(&search->images) = (struct tested){.image = text_dup(names.items[i])};
    if (code == 0 && search->images.count < 2)
        code = error_set(err, -ENOENT,
                         "--images '%s' matches %zu of %zu registered images: a search needs two; "
                         "'touchstone image list' lists them",
                         search->options->images, search->images.count, names.count);
    if (code < 0)
        return code;
    qsort(search->images.items, search->images.count, sizeof(struct tested), by_version);
    search->marks = text_calloc(search->images.count, sizeof(*search->marks));
    return 0;
}

static int find_suite(struct search *search, struct error **err)
{
    _cleanup_(suite_free_cleanup) struct suite *suite = NULL;
    int code = catalog_get_suite(search->options->suite, &suite, NULL, err);
    bool found = false;

    if (code < 0)
        return code;
    search->suite = text_dup(suite->name);
    search->label = text_format("bisect %s", search->options->case_id);
    vec_foreach (row, &suite->cases)
        found = found || strcmp(row->id, search->options->case_id) == 0;
    return found ? 0
                 : error_set(err, -ENOENT,
                             "suite '%s' has no case '%s': 'touchstone suite show %s' lists them",
                             search->suite, search->options->case_id, search->options->suite);
}

/* The newest run that says something decides. */
static int look_up(struct search *search, struct store *store, size_t place, struct error **err)
{
    struct tested *image = &search->images.items[place];
    _cleanup_(history_rows_done) struct history_rows rows = {0};
    _cleanup_strv_ struct strv names = {0};
    int code;

    strv_add(&names, image->image);
    search->marks[place] = image->tried ? BISECT_SKIPPED : BISECT_UNTESTED;
    code = history_load(store, &names, search->options->platform, search->suite,
                        search->options->case_id, &rows, err);
    for (size_t i = rows.count; code == 0 && i > 0; i--) {
        enum history_mark mark = history_mark(&rows.items[i - 1], true);

        /* One of our own runs that says nothing need not be made again. */
        if (mark == HISTORY_UNKNOWN && rows.items[i - 1].state == RUN_ENDED &&
            text_equal(rows.items[i - 1].label, search->label))
            search->marks[place] = BISECT_SKIPPED;
        if (mark == HISTORY_UNKNOWN || history_is_reported(&rows.items[i - 1]))
            continue;
        search->marks[place] = mark == HISTORY_GOOD ? BISECT_GOOD : BISECT_BAD;
        text_replace(&image->run_id, rows.items[i - 1].run_id);
        break;
    }
    return code;
}

static int look_up_all(struct search *search, struct error **err)
{
    _cleanup_(store_close_cleanup) struct store *store = NULL;
    const char *home = NULL;
    int code = home_folder(&home, err);

    if (code == 0)
        code = store_open(home, &store, err);
    for (size_t i = 0; code == 0 && i < search->images.count; i++)
        code = look_up(search, store, i, err);
    if (code == 0)
        search->step = bisect_next(search->marks, search->images.count);
    return code;
}

/* Its matrix is not shown, its messages are. -EINTR: it was interrupted. */
static int run_image(const struct search *search, const char *image, struct error **err)
{
    const char *const arguments[] = {"--image",    image,
                                     "--platform", search->options->platform,
                                     "--suite",    search->options->suite,
                                     "--label",    search->label,
                                     NULL};
    _cleanup_free_ char *what = text_format("the run of image '%s'", image);
    int code = child_run(arguments, -1, what, err);

    return code == EXIT_USAGE || code == EXIT_IO
               ? error_set(err, -EIO, "image '%s' could not be run (exit code %d): see above",
                           image, code)
               : (code < 0 ? code : 0);
}

static const char *const marks[] = {[BISECT_UNTESTED] = "untested",
                                    [BISECT_GOOD] = "good",
                                    [BISECT_BAD] = "bad",
                                    [BISECT_SKIPPED] = "skipped"};

static const char *const ends[] = {
    [BISECT_TEST] = "test",     [BISECT_FOUND] = "found",     [BISECT_AMONG] = "among",
    [BISECT_NO_BAD] = "no-bad", [BISECT_NO_GOOD] = "no-good", [BISECT_NOTHING] = "nothing"};

static void print_end(const struct search *search)
{
    const struct bisect_step *step = &search->step;
    const struct tested *good = &search->images.items[step->good];
    const struct tested *bad = &search->images.items[step->bad];
    const char *id = search->options->case_id;

    switch (step->end) {
    case BISECT_TEST:
        cli_print("next: %s, about %u %s left\n", search->images.items[step->next].image,
                  step->left, ngettext("run", "runs", step->left));
        return;
    case BISECT_FOUND:
        cli_print("first bad image: %s (run %s), the last good one before it: %s (run %s)\n"
                  "'touchstone diff %s %s --map %s=%s' shows what changed\n",
                  bad->image, bad->run_id, good->image, good->run_id, good->run_id, bad->run_id,
                  good->image, bad->image);
        return;
    case BISECT_AMONG:
        cli_print("the first bad image is one of those after %s (run %s) up to %s (run %s): the "
                  "others between them say nothing of case '%s'\n",
                  good->image, good->run_id, bad->image, bad->run_id, id);
        return;
    case BISECT_NO_BAD:
        cli_print("case '%s' is good on %s (run %s), the newest image that says something: there "
                  "is nothing to find\n",
                  id, good->image, good->run_id);
        return;
    case BISECT_NO_GOOD:
        cli_print("case '%s' is bad on %s (run %s), and good on no image before it: --images must "
                  "match an older one\n",
                  id, bad->image, bad->run_id);
        return;
    default:
        cli_print("no image says anything of case '%s'\n", id);
    }
}

static void print_text(const struct search *search)
{
    for (size_t i = 0; i < search->images.count; i++)
        cli_print("%-9s %s%s%s\n", marks[search->marks[i]], search->images.items[i].image,
                  search->images.items[i].run_id != NULL ? "  run " : "",
                  search->images.items[i].run_id != NULL ? search->images.items[i].run_id : "");
    print_end(search);
}

static void write_image(struct json_writer *to, const char *key, const struct search *search,
                        bool there, size_t place)
{
    json_write_text(to, key, there ? search->images.items[place].image : NULL);
}

static void print_json(const struct search *search)
{
    _cleanup_(json_writer_done) struct json_writer to = {.sink = output_write_json};
    const struct bisect_step *step = &search->step;
    bool range = step->end == BISECT_FOUND || step->end == BISECT_AMONG;

    json_write_object(&to, NULL);
    json_write_format(&to, "touchstone-bisect", 1);
    json_write_text(&to, "platform", search->options->platform);
    json_write_text(&to, "suite", search->suite);
    json_write_text(&to, "case", search->options->case_id);
    json_write_text(&to, "end", ends[step->end]);
    write_image(&to, "bad", search, range || step->end == BISECT_NO_GOOD, step->bad);
    write_image(&to, "good", search, range || step->end == BISECT_NO_BAD, step->good);
    write_image(&to, "next", search, step->end == BISECT_TEST, step->next);
    json_write_integer(&to, "left", step->left);
    json_write_array(&to, "images");
    for (size_t i = 0; i < search->images.count; i++) {
        json_write_object(&to, NULL);
        json_write_text(&to, "image", search->images.items[i].image);
        json_write_text(&to, "mark", marks[search->marks[i]]);
        json_write_text(&to, "run", search->images.items[i].run_id);
        json_write_end(&to);
    }
    json_write_end(&to);
    json_write_end(&to);
}

static int bisect(struct search *search, struct error **err)
{
    int code = find_images(search, err);

    if (code == 0)
        code = find_suite(search, err);
    if (code == 0)
        code = look_up_all(search, err);
    while (code == 0 && search->step.end == BISECT_TEST && !search->options->dry_run) {
        struct tested *next = &search->images.items[search->step.next];

        log_info("image %s, about %u %s left", next->image, search->step.left,
                 ngettext("run", "runs", search->step.left));
        code = run_image(search, next->image, err);
        next->tried = true;
        if (code == 0)
            code = look_up_all(search, err);
        if (code == 0)
            log_info("image %s is %s", next->image,
                     marks[search->marks[next - search->images.items]]);
    }
    return code;
}

int cmd_bisect(int argc, char **argv)
{
    struct options options = {.images = NULL};
    _cleanup_(search_done) struct search search = {.options = &options};
    struct error *err = NULL;

    cli_parse(argc, argv, set_option, &options);
    if (options.images == NULL)
        cli_refuse("give --images PATTERN: the series of registered images, such as 'os-2026*'");
    if (options.platform == NULL || options.suite == NULL || options.case_id == NULL)
        cli_refuse("give --platform, --suite and --case: what failed");
    if (bisect(&search, &err) < 0)
        return cli_fail(err);
    if (options.json)
        print_json(&search);
    else
        print_text(&search);
    return search.step.end == BISECT_FOUND || search.step.end == BISECT_TEST ? EXIT_COMPATIBLE
                                                                             : EXIT_NOT_ASSESSED;
}
