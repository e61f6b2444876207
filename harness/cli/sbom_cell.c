/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/sbom_cell.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"
#include "cli/cell_name.h"
#include "home/home.h"
#include "judge/matrix.h"
#include "run/folder.h"
#include "stage/pool.h"
#include "store/store.h"

struct lookup {
    const char *home;
    const struct strv *handed;
    struct run_record run;
    struct matrix_cell cell;
    struct sbom_cell *to;
};

void sbom_cell_done(struct sbom_cell *cell)
{
    strv_done(&cell->files);
    free(cell->suite);
    free(cell->os_id);
    free(cell->origin);
}

static void lookup_done(struct lookup *in)
{
    run_record_done(&in->run);
    matrix_cell_done(&in->cell);
}

static bool has_digest(const char *path, const char *sha256)
{
    char found[DIGEST_TEXT_SIZE];
    uint64_t size;

    return path_exists(path) && digest_of_file(path, found, &size, NULL) == 0 &&
           strcmp(found, sha256) == 0;
}

static int add_package(struct lookup *in, const struct predicted_part *part, struct error **err)
{
    _cleanup_free_ char *cache = path_join(in->home, "packages"),
                        *path = pool_path(cache, part->sha256, part->name);

    if (has_digest(path, part->sha256)) {
        strv_take(&in->to->files, steal_ptr(path));
        return 0;
    }
    for (size_t i = 0; i < in->handed->count; i++)
        if (has_digest(in->handed->items[i], part->sha256)) {
            strv_add(&in->to->files, in->handed->items[i]);
            return 0;
        }
    return error_set(err, -ENOENT,
                     "package '%s' with SHA-256 %s, which the run installed, is not in '%s' any "
                     "more: give a copy of it as FILE",
                     part->name, part->sha256, cache);
}

/* The copy of the suite that the run was made with; it must not have been changed. */
static int find_suite(const struct lookup *in, char **ret_folder, struct error **err)
{
    const char *suite = in->cell.cell.suite;
    const struct run_input *input = run_find_input(&in->run, "suite", suite);
    _cleanup_free_ char *folder = NULL;
    char found[DIGEST_TEXT_SIZE];

    if (input == NULL)
        return error_set(err, -ENOENT, "run '%s' does not say what suite '%s' was", in->run.id,
                         suite);
    folder = text_format("%s/runs/%s/inputs/%s/%s", in->home, in->run.id, input->sha256, suite);
    if (!path_is_folder(folder) || run_folder_digest(folder, found, NULL) < 0 ||
        strcmp(found, input->sha256) != 0)
        return error_set(
            err, -ENOENT,
            "the files of suite '%s' as run '%s' used them are not in '%s' any more, or "
            "were changed",
            suite, in->run.id, folder);
    *ret_folder = steal_ptr(folder);
    return 0;
}

static int add_parts(struct lookup *in, const struct result *latest, struct error **err)
{
    _cleanup_free_ char *suite = NULL;
    int code = 0;

    vec_foreach (part, &latest->prediction.parts) {
        if (!part->checked)
            continue;
        /* A run may have been imported. */
        if (part->name[0] == '/' || strstr(part->name, "..") != NULL)
            return error_set(err, -EINVAL, "the record names the product's file '%s'", part->name);
        if (part->sha256[0] != '\0') {
            code = add_package(in, part, err);
        } else {
            if (suite == NULL)
                code = find_suite(in, &suite, err);
            if (code == 0)
                strv_take(&in->to->files, text_format("%s/files/%s", suite, part->name));
        }
        if (code < 0)
            return code;
    }
    return 0;
}

static int load(struct lookup *in, const char *run, const char *name, struct error **err)
{
    _cleanup_(store_close_cleanup) struct store *store = NULL;
    _cleanup_(cell_records_done) struct cell_records cells = {0};
    _cleanup_free_ char *run_id = NULL;
    size_t place = 0;
    int code = store_open(in->home, &store, err);

    if (code == 0)
        code = store_find_run(store, run != NULL ? run : "latest", &run_id, err);
    if (code == 0)
        code = store_read_run(store, run_id, &in->run, err);
    if (code == 0)
        code = store_read_names(store, run_id, &cells, err);
    if (code == 0)
        code = cell_name_find(&cells, run_id, name, &place, err);
    return code == 0
               ? matrix_read_cell(store, run_id, &cells.rows.items[place], NULL, &in->cell, err)
               : code;
}

static const char *measured_os(const struct result *latest)
{
    vec_foreach (check, &latest->identity)
        if (strcmp(check->key, "os_id") == 0 && check->matches)
            return check->measured;
    return NULL;
}

static int describe(struct lookup *in, struct error **err)
{
    const struct result *latest = matrix_cell_latest(&in->cell);
    const struct cell_record *cell = &in->cell.cell;
    int code;

    in->to->suite = text_dup(cell->suite);
    in->to->created_s = in->run.created_ms / 1000;
    in->to->origin = text_format("run %s, cell %s/%s/%s, record with SHA-256 %s", in->run.id,
                                 cell->image, cell->platform, cell->suite, cell->digest);
    if (latest == NULL)
        return error_set(err, -ENOENT, "cell '%s/%s/%s' of run '%s' has no result", cell->image,
                         cell->platform, cell->suite, in->run.id);
    in->to->os_id = text_dup(measured_os(latest));
    code = add_parts(in, latest, err);
    if (code == 0 && in->to->files.count == 0)
        return error_set(err, -ENOENT,
                         "cell '%s/%s/%s' of run '%s' has no record of the product's packages",
                         cell->image, cell->platform, cell->suite, in->run.id);
    return code;
}

int sbom_cell_find(const char *run, const char *cell, const struct strv *handed,
                   struct sbom_cell *ret_cell, struct error **err)
{
    _cleanup_(lookup_done) struct lookup in = {.handed = handed, .to = ret_cell};
    int code = home_folder(&in.home, err);

    if (code == 0)
        code = load(&in, run, cell, err);
    return code == 0 ? describe(&in, err) : code;
}
