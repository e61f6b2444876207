/* SPDX-License-Identifier: Apache-2.0 */
/* Makes a run of a report: a plan of one cell, and a bundle as a worker would leave it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/json.h"
#include "base/path.h"
#include "bundle/bundle.h"
#include "model/record.h"
#include "model/result.h"
#include "reported/home.h"
#include "reported/report.h"
#include "reported/reported.h"
#include "reported/result.h"
#include "store/evidence.h"
#include "store/runs.h"
#include "store/store.h"

enum { ID_DIGITS = 16 };

struct making {
    struct store *store;
    const struct reported_request *request;
    struct reported report;
    struct strv ids; /* of its cases */
    struct suite *suite;
    struct run_record run;
    struct result *result;
    char *staging; /* removed at the end */
};

static void making_done(struct making *in)
{
    reported_done(&in->report);
    strv_done(&in->ids);
    suite_free(in->suite);
    run_record_done(&in->run);
    result_free(in->result);
    if (in->staging != NULL)
        path_remove_tree(in->staging, NULL);
    free(in->staging);
}

void reported_run_done(struct reported_run *run)
{
    free(run->id);
}

/* The id says what was imported and for which cell, and nothing else: not when, nor by which name
 * the file came. */
static char *id_of(const struct reported_request *request, const struct reported *report)
{
    _cleanup_buffer_ struct buffer text = {0};
    char hex[DIGEST_TEXT_SIZE];

    buffer_format(&text, "%s\n%s\n%s\n%s\n", request->format, request->image, request->platform,
                  request->suite);
    vec_foreach (file, &report->files)
        buffer_format(&text, "%s %s\n", file->sha256, report->folder ? file->name : "");
    digest_of_memory(text.data, text.length, hex);
    return text_format(RUN_REPORTED "%.*s", ID_DIGITS, hex);
}

static void make_run(struct making *in)
{
    const struct reported_request *request = in->request;
    struct run_record *run = &in->run;
    struct plan_cell *cell;

    run->id = id_of(request, &in->report);
    run->created_ms = in->report.time_ms > 0 ? in->report.time_ms : in->report.file_ms;
    if (run->created_ms > clock_wall_ms())
        run->created_ms = clock_wall_ms();
    run->ended_ms = run->created_ms;
    vec_foreach (row, &in->report.cases)
        run->ended_ms += row->duration_ms;
    run->state = RUN_OPEN;
    run->plan.retry_infrastructure = PLAN_RETRY_INFRASTRUCTURE;
    run->plan.label = text_dup(request->label);
    run->plan.build = text_dup(request->build);
    strv_add(&run->plan.images, request->image);
    strv_add(&run->plan.platforms, request->platform);
    strv_add(&run->plan.suites, request->suite);
    cell = vec_add(&run->plan.cells);
    cell->image = text_dup(request->image);
    cell->platform = text_dup(request->platform);
    cell->suite = text_dup(request->suite);
}

/* The files as they are. What does not fit is not imported: a verdict must not rest on files that
 * are not there. */
static int add_files(struct making *in, struct bundle_writer *writer, struct error **err)
{
    vec_foreach (file, &in->report.files) {
        _cleanup_buffer_ struct buffer name = {0};
        int code;

        buffer_text(&name, "report/");
        buffer_printable(&name, file->name, strlen(file->name), false);
        if (name.length > BOUND_LABEL)
            return error_set(err, -EBADMSG,
                             "the name of a file of the report has more than %d bytes: '%.80s…'",
                             BOUND_LABEL - 7, name.data);
        code = bundle_add_evidence_memory(writer, in->result, NULL, name.data,
                                          file->data.data != NULL ? file->data.data : "",
                                          file->data.length, REPORTED_BYTES, err);
        if (code < 0)
            return code;
    }
    vec_foreach (blob, &in->result->evidence)
        if (blob->truncated)
            return error_set(err, -EFBIG, "'%s' does not fit into a bundle", blob->name);
    return 0;
}

/* Writes the bundle and reads it back: what is stored is what a reader accepts. */
static int make_bundle(struct making *in, char **ret_path, struct error **err)
{
    _cleanup_(bundle_writer_free_cleanup) struct bundle_writer *writer = NULL;
    _cleanup_free_ char *path = NULL;
    struct result *verified = NULL;
    int code = evidence_make_staging(store_home(in->store), &in->staging, err);

    if (code < 0)
        return code;
    path = path_join(in->staging, "bundle");
    code = bundle_writer_new(path, &writer, err);
    if (code == 0)
        code = add_files(in, writer, err);
    if (code == 0)
        code = bundle_finish(writer, in->result, err);
    if (code == 0)
        code = bundle_read(path, &verified, err);
    if (code < 0)
        return code;
    result_free(in->result);
    in->result = verified;
    *ret_path = steal_ptr(path);
    return 0;
}

/* The note by which a list of runs says that this one was not made here. */
static int write_note(const struct making *in, struct error **err)
{
    _cleanup_free_ char *folder = text_format("%s/runs/%s", store_home(in->store), in->run.id);
    _cleanup_free_ char *note = path_join(folder, RUN_IMPORTED);
    _cleanup_free_ char *host = text_format("%s report", in->request->format);
    _cleanup_json_ json_t *body =
        json_pack("{s:s, s:I}", "host", host, "imported_ms", (json_int_t)clock_wall_ms());
    _cleanup_json_ json_t *json = json_with_format("touchstone-imported", 1, body);
    int code = path_exists(note) ? 0 : path_make_folders(folder, false, err);

    return code == 0 && !path_exists(note) ? json_write_file(json, note, err) : code;
}

static bool has_file(const struct result *result, const struct reported_file *file)
{
    vec_foreach (blob, &result->evidence)
        if (strcmp(blob->sha256, file->sha256) == 0)
            return true;
    return false;
}

/* Whether the run in the store was made of these files for this cell: an exported run could have
 * been given any id. */
static bool is_same(const struct making *in, const struct run_record *there)
{
    _cleanup_(result_free_cleanup) struct result *result = NULL;

    if (there->state != RUN_ENDED ||
        store_read_result(in->store, in->run.id, REPORTED_JOB, 1, &result, NULL) < 0)
        return false;
    vec_foreach (file, &in->report.files)
        if (!has_file(result, file))
            return false;
    if (result->cases.count != in->result->cases.count)
        return false;
    for (size_t i = 0; i < result->cases.count; i++)
        if (strcmp(result->cases.items[i].id, in->result->cases.items[i].id) != 0 ||
            result->cases.items[i].status != in->result->cases.items[i].status)
            return false;
    return result->grade == GRADE_REPORTED && text_equal(result->image, in->request->image) &&
           text_equal(result->platform, in->request->platform) &&
           text_equal(result->suite, in->request->suite);
}

/* 1: the run is in the store; 0: it is not. */
static int look_for(const struct making *in, struct error **err)
{
    _cleanup_(run_record_done) struct run_record there = {.id = NULL};
    _cleanup_error_ struct error *why = NULL;
    int code = store_read_run(in->store, in->run.id, &there, &why);

    if (code == -ENOENT)
        return 0;
    if (code < 0) {
        if (err != NULL)
            *err = steal_ptr(why);
        return code;
    }
    if (!is_same(in, &there))
        return error_set(err, -EEXIST,
                         "the store has another run '%s': it is retained, and the report is not "
                         "imported",
                         in->run.id);
    return 1;
}

static int add(struct making *in, struct error **err)
{
    _cleanup_free_ char *bundle = NULL;
    int code, known;

    in->result = reported_make_result(in->request, &in->report, in->suite, &in->ids, &in->run);
    known = code = look_for(in, err);
    if (code == 0) {
        code = make_bundle(in, &bundle, err);
        if (code == 0)
            code = store_add_ended_run(in->store, &in->run, in->suite, in->result, bundle, err);
    }
    /* Also if it is known: an earlier import may have been killed before it did this. */
    if (code >= 0)
        code = write_note(in, err);
    return code < 0 ? code : known;
}

static int read_report(struct making *in, struct error **err)
{
    const struct reported_request *request = in->request;
    const struct reported_format *format = reported_format_find(request->format);
    int code;

    if (format == NULL)
        return error_set(err, -EINVAL, "'%s' is not a format that can be imported",
                         request->format);
    in->report.folder = path_is_folder(request->path);
    if (!(in->report.folder ? format->folder : format->file))
        return error_set(err, -EINVAL, "'%s' is a %s: the format '%s' is a %s", request->path,
                         in->report.folder ? "folder" : "file", format->name,
                         format->folder ? "folder" : "file");
    code = reported_read_files(request->path, &in->report, err);
    if (code == 0)
        code = format->read(&in->report, err);
    if (code < 0)
        return error_prefix(err, "'%s'", request->path);
    reported_merge_cases(&in->report);
    reported_case_ids(&in->report, &in->ids);
    return 0;
}

int reported_import(struct store *store, const struct reported_request *request,
                    struct reported_run *ret_run, struct error **err)
{
    _cleanup_(making_done) struct making in = {.store = store, .request = request};
    int code = read_report(&in, err);

    if (code == 0)
        code = reported_check_home(request, &in.report, &in.ids, &in.suite, err);
    if (code < 0)
        return code;
    make_run(&in);
    code = add(&in, err);
    if (code < 0)
        return code;
    *ret_run = (struct reported_run){.id = text_dup(in.run.id),
                                     .known = code == 1,
                                     .files = in.report.files.count,
                                     .cases = in.ids.count,
                                     .gaps = in.report.gaps.count};
    return 0;
}
