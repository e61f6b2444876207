/* SPDX-License-Identifier: Apache-2.0 */
/* Collects the cells of each suite from the runs, with the rules of the suite as it was run. */
#include "cli/compare_load.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "cli/cell_name.h"
#include "cli/report_inputs.h"
#include "home/home.h"
#include "reports/report.h"
#include "store/evidence.h"
#include "store/store.h"

enum { OUTPUT_BYTES = 1 << 20 };

/* A run with the files that it was planned with. */
struct loaded_run {
    struct report inputs; /* without cells */
    struct cell_records names;
};

struct loading {
    const struct compare_request *request;
    const char *home;
    struct store *store;
    VEC(struct loaded_run) runs;
    struct strv suites; /* all, in the order of the plans */
};

static void loading_done(struct loading *loading)
{
    vec_foreach (run, &loading->runs) {
        report_done(&run->inputs);
        cell_records_done(&run->names);
    }
    vec_done(&loading->runs);
    strv_done(&loading->suites);
    store_close(loading->store);
}

static int load_run(struct loading *in, const char *typed, struct error **err)
{
    _cleanup_free_ char *id = NULL;
    struct loaded_run *run = vec_add(&in->runs);
    int code = store_find_run(in->store, typed, &id, err);

    run->inputs.home = in->home;
    for (size_t i = 0; code == 0 && i + 1 < in->runs.count; i++)
        if (strcmp(in->runs.items[i].inputs.matrix.run.id, id) == 0)
            return error_set(err, -EINVAL, "run '%s' is named twice", id);
    if (code == 0)
        code = store_read_run(in->store, id, &run->inputs.matrix.run, err);
    if (code == 0)
        code = store_read_names(in->store, id, &run->names, err);
    if (code < 0)
        return code;
    report_inputs_load(&run->inputs);
    vec_foreach (cell, &run->names.rows)
        if (!strv_has(&in->suites, cell->suite))
            strv_add(&in->suites, cell->suite);
    return 0;
}

/* The cells of one suite. */
struct suite_cells {
    VEC(struct matrix_cell) cells;
    VEC(const struct loaded_run *) runs; /* of each cell */
};

static void suite_cells_done(struct suite_cells *cells)
{
    vec_foreach (cell, &cells->cells)
        matrix_cell_done(cell);
    vec_done(&cells->cells);
    vec_done(&cells->runs);
}

static int load_cells(const struct loading *in, const char *suite, struct suite_cells *to,
                      struct error **err)
{
    vec_foreach (run, &in->runs)
        vec_foreach (name, &run->names.rows) {
            int code;

            if (strcmp(name->suite, suite) != 0)
                continue;
            *vec_add(&to->runs) = run;
            code = matrix_read_cell(in->store, run->inputs.matrix.run.id, name, NULL,
                                    vec_add(&to->cells), err);
            if (code < 0)
                return code;
        }
    return 0;
}

/* CELL or CELL@RUN, as the columns are named. */
static int find_named(const struct loading *in, const struct suite_cells *cells,
                      size_t *ret_reference, struct error **err)
{
    const char *at = strrchr(in->request->reference, '@'), *run = at != NULL ? at + 1 : "";
    _cleanup_free_ char *name =
        text_ndup(in->request->reference, at != NULL ? (size_t)(at - in->request->reference)
                                                     : strlen(in->request->reference));
    struct cell_records names = {0}; /* borrowed */
    VEC(size_t) places = {0};
    size_t found = 0;
    int code;

    for (size_t i = 0; i < cells->cells.count; i++)
        if (text_starts(cells->runs.items[i]->inputs.matrix.run.id, run)) {
            *vec_add(&names.rows) = cells->cells.items[i].cell;
            *vec_add(&places) = i;
        }
    code =
        cell_name_find(&names, *run != '\0' ? run : in->request->runs.items[0], name, &found, err);
    if (code == 0)
        *ret_reference = places.items[found];
    vec_done(&names.rows);
    vec_done(&places);
    return code;
}

static int find_reference(const struct loading *in, const struct suite_cells *cells,
                          size_t *ret_reference, struct error **err)
{
    *ret_reference = 0;
    if (in->request->reference != NULL)
        return find_named(in, cells, ret_reference, err);
    for (size_t i = 0; i < cells->cells.count; i++)
        if (cells->cells.items[i].judgement.judged > 0) {
            *ret_reference = i;
            break;
        }
    return 0;
}

static int read_output(void *with, const struct evidence *blob, struct buffer *ret_text,
                       uint64_t *ret_skipped, struct error **err)
{
    const struct loading *in = with;

    return evidence_read_tail(in->home, blob->sha256, blob->size, OUTPUT_BYTES, ret_text,
                              ret_skipped, err);
}

static void compare(struct loading *in, const struct suite_cells *from, size_t reference,
                    struct comparison *to)
{
    const char *suite = from->cells.items[0].cell.suite;
    const struct compare_options options = {
        .suite = report_suite(&from->runs.items[reference]->inputs, suite),
        .reference = reference,
        .read = read_output,
        .with = in,
    };
    VEC(struct compare_cell) cells = {0};

    for (size_t i = 0; i < from->cells.count; i++) {
        const struct report *inputs = &from->runs.items[i]->inputs;
        const struct matrix_cell *cell = &from->cells.items[i];
        const struct platform *platform = report_platform(inputs, cell->cell.platform);

        *vec_add(&cells) = (struct compare_cell){
            .run = inputs->matrix.run.id,
            .cell = cell,
            .arch_known = platform != NULL,
            .arch = platform != NULL ? platform->arch : ARCH_X86_64,
        };
    }
    compare_cells(cells.items, cells.count, &options, to);
    vec_done(&cells);
}

/* A suite without the reference is not compared, but must not end the comparison of the others. */
static int compare_suite(struct loading *in, const char *suite, struct comparison *to,
                         struct error **err)
{
    _cleanup_(suite_cells_done) struct suite_cells cells = {0};
    _cleanup_error_ struct error *why = NULL;
    size_t reference = 0;
    int code = load_cells(in, suite, &cells, err);

    if (code < 0)
        return code;
    code = find_reference(in, &cells, &reference, &why);
    if (code == 0 && cells.cells.count > 1) {
        compare(in, &cells, reference, to);
        return 0;
    }
    to->suite = text_dup(suite);
    to->problem = text_dup(code < 0 ? error_message(why) : "it has only one cell");
    return 0;
}

static int check_suite(const struct loading *in, struct error **err)
{
    _cleanup_free_ char *known = NULL;

    if (in->request->suite == NULL || strv_has(&in->suites, in->request->suite))
        return 0;
    known = strv_join(&in->suites, ", ");
    return error_set(err, -ENOENT, "no run here has suite '%s'; there are: %s", in->request->suite,
                     known);
}

/* A reference that no suite has is an error of the command. */
static int check_reference(const struct loading *in, const struct comparisons *found,
                           struct error **err)
{
    if (in->request->reference == NULL)
        return 0;
    vec_foreach (each, found)
        if (each->columns.count > 0)
            return 0;
    return error_set(err, -ENOENT, "--reference '%s': %s", in->request->reference,
                     found->items[0].problem);
}

int compare_load(const struct compare_request *request, struct comparisons *ret_comparisons,
                 struct error **err)
{
    _cleanup_(loading_done) struct loading in = {.request = request};
    int code = home_folder(&in.home, err);

    if (code == 0)
        code = store_open(in.home, &in.store, err);
    for (size_t i = 0; code == 0 && i < request->runs.count; i++)
        code = load_run(&in, request->runs.items[i], err);
    if (code == 0)
        code = check_suite(&in, err);
    for (size_t i = 0; code == 0 && i < in.suites.count; i++)
        if (request->suite == NULL || strcmp(request->suite, in.suites.items[i]) == 0)
            code = compare_suite(&in, in.suites.items[i], vec_add(ret_comparisons), err);
    return code == 0 ? check_reference(&in, ret_comparisons, err) : code;
}

void comparisons_done(struct comparisons *comparisons)
{
    vec_foreach (each, comparisons)
        comparison_done(each);
    vec_done(comparisons);
}
