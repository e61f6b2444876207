/* SPDX-License-Identifier: Apache-2.0 */
/* Checks that a manifest is complete and is the one that the run was planned with. */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "run/manifest.h"
#include "store/store.h"

#define DO_NOT_EDIT                                                                                \
    "it differs from what the run was planned with: restore the file, or start the run "           \
    "again with 'touchstone run'"

static int bad(const struct manifest *manifest, struct error **err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static int bad(const struct manifest *manifest, struct error **err, const char *format, ...)
{
    _cleanup_free_ char *text = NULL;
    va_list args;

    va_start(args, format);
    text = text_vformat(format, args);
    va_end(args);
    return error_set(err, -EUCLEAN, "manifest '%s/manifest.json': %s: " DO_NOT_EDIT,
                     manifest->folder, text);
}

static bool same_cell(const char *image, const char *platform, const char *suite,
                      const struct plan_cell *cell)
{
    return strcmp(cell->image, image) == 0 && strcmp(cell->platform, platform) == 0 &&
           strcmp(cell->suite, suite) == 0;
}

const struct plan_cell *manifest_cell(const struct manifest *manifest, const char *image,
                                      const char *platform, const char *suite)
{
    vec_foreach (cell, &manifest->record.plan.cells) {
        if (same_cell(image, platform, suite, cell))
            return cell;
    }
    return NULL;
}

static int check_cell(const struct manifest *manifest, const struct plan_cell *cell,
                      struct error **err)
{
    const struct {
        const char *kind, *name;
    } needed[] = {{"image", cell->image},
                  {"platform", cell->platform},
                  {"suite", cell->suite},
                  {"features", "features"}};

    for (size_t i = 0; i < 3; i++)
        if (!text_is_name(needed[i].name))
            return bad(manifest, err, "a cell has an invalid %s name", needed[i].kind);
    if (manifest_cell(manifest, cell->image, cell->platform, cell->suite) != cell)
        return bad(manifest, err, "duplicate cell '%s/%s/%s'", cell->image, cell->platform,
                   cell->suite);
    if (cell->refused != NULL)
        return 0;
    for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
        if (manifest_input(manifest, needed[i].kind, needed[i].name) == NULL)
            return bad(manifest, err, "there is no copy of %s '%s', which cell '%s/%s/%s' needs",
                       needed[i].kind, needed[i].name, cell->image, cell->platform, cell->suite);
    if (manifest_accel(manifest, cell->image) == NULL)
        return bad(manifest, err, "it names no accelerator for image '%s'", cell->image);
    return 0;
}

int manifest_check(const struct manifest *manifest, const char *run_id, struct error **err)
{
    if (strcmp(manifest->record.id, run_id) != 0)
        return bad(manifest, err, "it belongs to another run");
    vec_foreach (input, &manifest->record.inputs) {
        if (manifest_input(manifest, input->kind, input->name) != input)
            return bad(manifest, err, "duplicate %s '%s'", input->kind, input->name);
    }
    vec_foreach (cell, &manifest->record.plan.cells) {
        int code = check_cell(manifest, cell, err);

        if (code < 0)
            return code;
    }
    return 0;
}

static int match_cells(const struct manifest *manifest, const struct cell_records *cells,
                       struct error **err)
{
    if (cells->rows.count != manifest->record.plan.cells.count)
        return bad(manifest, err, "it has %zu cells, the run has %zu",
                   manifest->record.plan.cells.count, cells->rows.count);
    vec_foreach (row, &cells->rows) {
        const struct plan_cell *cell =
            manifest_cell(manifest, row->image, row->platform, row->suite);

        if (cell == NULL || (cell->refused == NULL) != (row->refused == NULL))
            return bad(manifest, err, "cell '%s/%s/%s' is not as planned", row->image,
                       row->platform, row->suite);
    }
    return 0;
}

int manifest_match(const struct manifest *manifest, struct store *store, struct error **err)
{
    _cleanup_(cell_records_done) struct cell_records cells = {0};
    _cleanup_(run_record_done) struct run_record run = {0};
    int code = store_read_cells(store, manifest->record.id, &cells, err);

    if (code == 0)
        code = match_cells(manifest, &cells, err);
    if (code == 0)
        code = store_read_run(store, manifest->record.id, &run, err);
    if (code < 0)
        return code;
    vec_foreach (row, &run.inputs) {
        const struct run_input *input = manifest_input(manifest, row->kind, row->name);

        if (input == NULL || strcmp(input->sha256, row->sha256) != 0 ||
            strcmp(input->path, row->path) != 0)
            return bad(manifest, err, "%s '%s' is not as planned", row->kind, row->name);
    }
    return 0;
}
