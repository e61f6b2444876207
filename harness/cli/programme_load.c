/* SPDX-License-Identifier: Apache-2.0 */
/* Loads a run and judges it by programmes. */
#include "cli/programme_load.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "catalog/find.h"
#include "catalog/programme.h"
#include "cli/report_inputs.h"
#include "cli/waivers.h"
#include "home/home.h"
#include "store/evidence.h"
#include "store/store.h"

void programme_request_option(struct programme_request *request, enum option_id option, char *value)
{
    if (option == OPTION_PROGRAMME)
        strv_add(&request->programmes, value);
    if (option == OPTION_SUITE)
        strv_add(&request->suites, value);
    if (option == OPTION_IMAGE)
        strv_add(&request->images, value);
    if (option == OPTION_WAIVERS)
        request->waivers = value;
    if (option == OPTION_WORD)
        request->run = value;
}

void programme_request_done(struct programme_request *request)
{
    strv_done(&request->programmes);
    strv_done(&request->suites);
    strv_done(&request->images);
}

void programme_loaded_done(struct programme_loaded *loaded)
{
    vec_foreach (status, &loaded->statuses)
        programme_status_done(status);
    vec_done(&loaded->statuses);
    vec_foreach (programme, &loaded->programmes)
        programme_free(*programme);
    vec_done(&loaded->programmes);
    strv_done(&loaded->paths);
    report_done(&loaded->report);
    waivers_done(&loaded->waivers);
    store_close(loaded->store);
}

static int load_programmes(const struct programme_request *request, struct programme_loaded *loaded,
                           struct error **err)
{
    _cleanup_strv_ struct strv names = {0};
    int code = 0;

    if (request->programmes.count > 0)
        strv_copy(&names, &request->programmes);
    else
        code = catalog_list_programmes(&names, err);
    for (size_t i = 0; code == 0 && i < names.count; i++) {
        struct programme *programme = NULL;
        char *path = NULL;

        code = catalog_get_programme(names.items[i], &programme, &path, err);
        if (code < 0)
            return code;
        *vec_add(&loaded->programmes) = programme;
        strv_take(&loaded->paths, path);
    }
    return code;
}

static int load_run(const struct programme_request *request, struct programme_loaded *loaded,
                    struct error **err)
{
    _cleanup_free_ char *run_id = NULL;
    const char *home = NULL;
    int code = waivers_load(request->waivers, &loaded->waivers, err);

    if (code == 0)
        code = home_folder(&home, err);
    if (code == 0)
        code = store_open(home, &loaded->store, err);
    if (code == 0)
        code = store_find_run(loaded->store, request->run, &run_id, err);
    if (code == 0)
        code = report_load(loaded->store, home, run_id, &loaded->waivers, &loaded->report, err);
    if (code < 0)
        return code;
    report_measure(&loaded->report);
    report_inputs_load(&loaded->report);
    return code;
}

/* The whole blob is read and compared with its digest. */
static int check_evidence(void *with, const struct evidence *blob, struct error **err)
{
    const struct report *report = with;
    _cleanup_buffer_ struct buffer nothing = {0};

    return evidence_read_tail(report->home, blob->sha256, blob->size, 0, &nothing, NULL, err);
}

static struct programme_status *find_status(struct programme_loaded *loaded,
                                            const struct programme *programme, const char *suite,
                                            const char *system)
{
    struct programme_status *status;

    vec_foreach (one, &loaded->statuses)
        if (one->programme == programme && strcmp(one->suite, suite) == 0 &&
            strcmp(one->system, system) == 0)
            return one;
    status = vec_add(&loaded->statuses);
    status->programme = programme;
    status->suite = text_dup(suite);
    status->system = text_dup(system);
    return status;
}

static void add_cell(struct programme_loaded *loaded, struct matrix_cell *cell)
{
    const struct image *image = report_image(&loaded->report, cell->cell.image);
    _cleanup_free_ char *system = programme_system(image, cell->cell.image);
    const struct programme_cell added = {.run = &loaded->report.matrix.run,
                                         .cell = cell,
                                         .system = system,
                                         .image_known = image != NULL,
                                         .stand_in = image != NULL && image->stand_in,
                                         .check = check_evidence,
                                         .with = &loaded->report};

    vec_foreach (programme, &loaded->programmes)
        programme_status_add(find_status(loaded, *programme, cell->cell.suite, system), &added);
}

static bool is_asked_for(const struct programme_request *request, const struct cell_record *cell)
{
    return (request->suites.count == 0 || strv_has(&request->suites, cell->suite)) &&
           (request->images.count == 0 || strv_has(&request->images, cell->image));
}

static int judge(const struct programme_request *request, struct programme_loaded *loaded,
                 struct error **err)
{
    struct report *report = &loaded->report;

    vec_foreach (cell, &report->matrix.cells) {
        if (!is_asked_for(request, &cell->cell))
            continue;
        if (!report_open(report, cell)) {
            *err = report_error(report);
            return (*err)->code;
        }
        add_cell(loaded, cell);
        report_close(cell);
    }
    if (loaded->statuses.count == 0)
        return error_set(err, -EINVAL,
                         "run '%s' has no cell of these suites and images; 'touchstone matrix %s' "
                         "lists its cells",
                         report->matrix.run.id, report->matrix.run.id);
    vec_foreach (status, &loaded->statuses)
        programme_status_conclude(status, &report->matrix.run);
    return 0;
}

int programme_load(const struct programme_request *request, struct programme_loaded *loaded,
                   struct error **err)
{
    int code = load_programmes(request, loaded, err);

    if (code == 0)
        code = load_run(request, loaded, err);
    return code == 0 ? judge(request, loaded, err) : code;
}

int programme_choose(const struct programme_loaded *loaded, const char *what,
                     const struct programme_status **ret_status, struct error **err)
{
    _cleanup_buffer_ struct buffer all = {0};

    vec_foreach (status, &loaded->statuses)
        buffer_format(&all, "%s%s on %s", all.length > 0 ? ", " : "", status->suite,
                      status->system);
    *ret_status = &loaded->statuses.items[0];
    return loaded->statuses.count == 1
               ? 0
               : error_set(err, -EINVAL,
                           "the run has several products or systems, and %s is about one: %s; "
                           "choose with --suite and --image",
                           what, all.data);
}
