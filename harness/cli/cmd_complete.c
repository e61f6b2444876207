/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone complete KIND: the names that shell completion offers, one a line. KIND is the
 * argument of an option or verb in options.def and verbs.def. */
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"
#include "base/text.h"
#include "catalog/find.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "home/home.h"
#include "model/record.h"
#include "reports/format.h"
#include "reports/terms.h"
#include "store/store.h"

typedef int list_function(struct strv *names, struct error **err);

/* NULL if nothing has been stored yet: completion must not create a store. */
static int open_store(struct store **ret_store, struct error **err)
{
    _cleanup_free_ char *file = NULL;
    const char *home = NULL;
    int code = home_folder(&home, err);

    if (code < 0)
        return code;
    file = path_join(home, "store.db");
    return path_exists(file) ? store_open(home, ret_store, err) : 0;
}

static int list_runs(struct strv *names, struct error **err)
{
    _cleanup_(store_close_cleanup) struct store *store = NULL;
    int code = open_store(&store, err);

    strv_add(names, "latest");
    strv_add(names, "newest");
    return code == 0 && store != NULL ? store_list_runs(store, names, err) : code;
}

/* Cells of the latest run, which is the default run for cell names. */
static int list_cells(struct strv *names, struct error **err)
{
    _cleanup_(store_close_cleanup) struct store *store = NULL;
    _cleanup_(cell_records_done) struct cell_records cells = {0};
    _cleanup_free_ char *run_id = NULL;
    int code = open_store(&store, err);

    if (code < 0 || store == NULL)
        return code;
    code = store_find_run(store, "latest", &run_id, err);
    if (code == 0)
        code = store_read_cells(store, run_id, &cells, err);
    vec_foreach (cell, &cells.rows)
        strv_take(names, text_format("%s/%s/%s", cell->image, cell->platform, cell->suite));
    return code;
}

static int list_formats(struct strv *names, struct error **err)
{
    (void)err;
    for (const struct report_format *const *at = report_formats; *at != NULL; at++)
        strv_add(names, (*at)->name);
    return 0;
}

static int list_words(struct strv *names, struct error **err)
{
    struct terms terms;

    (void)err;
    terms_list(LANGUAGE_EN, &terms);
    vec_foreach (term, &terms)
        if (!strv_has(names, term->word))
            strv_add(names, term->word);
    vec_done(&terms);
    return 0;
}

static list_function *find_list(const char *kind)
{
    static const struct {
        const char *kind;
        list_function *list;
    } lists[] = {
        {"IMAGE", catalog_list_images},
        {"PLATFORM", catalog_list_platforms},
        {"SUITE", catalog_list_suites},
        {"LINE", catalog_list_lines},
        {"POLICY", catalog_list_policies},
        {"VIEW", catalog_list_views},
        {"PROGRAMME", catalog_list_programmes},
        {"RUN", list_runs},
        {"CELL", list_cells},
        {"FORMAT", list_formats},
        {"WORD", list_words},
    };

    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
        if (strcmp(lists[i].kind, kind) == 0)
            return lists[i].list;
    return NULL;
}

static void set_option(void *input, enum option_id option, char *value)
{
    if (option == OPTION_WORD)
        *(const char **)input = value;
}

int cmd_complete(int argc, char **argv)
{
    _cleanup_strv_ struct strv names = {0};
    const char *kind = NULL;
    struct error *err = NULL;
    list_function *list;

    cli_parse(argc, argv, set_option, &kind);
    list = find_list(kind);
    if (list == NULL)
        return cli_usage("complete", "'%s' is not a kind of names", kind);
    if (list(&names, &err) < 0)
        return cli_fail(err);
    for (size_t i = 0; i < names.count; i++)
        cli_print("%s\n", names.items[i]);
    return EXIT_COMPATIBLE;
}
