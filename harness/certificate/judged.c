/* SPDX-License-Identifier: Apache-2.0 */
/* Reads what a certificate rests on, and judges it. */
#include "certificate/judged.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "certificate/documents.h"
#include "certificate/folder.h"
#include "judge/judge.h"
#include "model/image.h"
#include "model/result.h"
#include "store/sealed_run.h"

void certificate_scope_done(struct certificate_scope *scope)
{
    free(scope->suite);
    strv_done(&scope->images);
}

void judged_done(struct judged *judged)
{
    programme_status_done(&judged->status);
    programme_free(judged->programme);
    plan_record_free(judged->about);
    plan_done(&judged->plan);
    vec_foreach (image, &judged->images)
        image_free(*image);
    vec_done(&judged->images);
    vec_foreach (cell, &judged->cells)
        matrix_cell_done(cell);
    vec_done(&judged->cells);
    vec_foreach (records, &judged->records)
        vec_done(&records->rows);
    vec_done(&judged->records);
    strv_done(&judged->left_out);
    strv_done(&judged->product);
}

const struct image *judged_image(const struct judged *judged, const char *name)
{
    vec_foreach (image, &judged->images)
        if (strcmp((*image)->name, name) == 0)
            return *image;
    return NULL;
}

size_t judged_packages(const struct matrix_cell *cell)
{
    const struct result *latest = matrix_cell_latest(cell);
    size_t count = 0;

    if (latest != NULL)
        vec_foreach (part, &latest->prediction.parts)
            count += part->checked && part->sha256[0] != '\0';
    return count;
}

/* What is read, and where it goes. */
struct reading {
    struct folder *folder;
    const struct certificate_scope *scope;
    struct judged *to;
    struct problems *problems;
    struct text_map by_name; /* cells by "image/platform" */
    struct strv keys;
};

static void reading_done(struct reading *in)
{
    text_map_done(&in->by_name);
    strv_done(&in->keys);
}

/* A record that is not of this run; ends the reading. */
static int refuse(const struct reading *in, size_t line, const char *why)
{
    problems_add(in->problems, PROBLEM_RECORD, CHAIN_FILE, "line %zu: %s", line, why);
    return 1;
}

static int read_plan(struct reading *in, size_t line, const struct buffer *record)
{
    _cleanup_error_ struct error *why = NULL;

    if (plan_record_parse(record->data, record->length, &in->to->about, &why) < 0)
        return refuse(in, line, error_message(why));
    if (!text_is_name(in->to->about->run.id))
        return refuse(in, line, "the id of its run is not one");
    in->to->about->run.state = in->scope->state;
    in->to->about->run.ended_ms = in->scope->ended_ms;
    return 0;
}

/* A cell of the plan, if the certificate is about it. */
static void add_cell(struct reading *in, const struct plan_cell *planned)
{
    const struct plan *plan = &in->to->about->run.plan;
    struct matrix_cell *cell;

    if (strcmp(planned->suite, in->scope->suite) != 0)
        return;
    if (!strv_has(&in->scope->images, planned->image) ||
        !programme_has_platform(in->to->programme, planned->platform)) {
        strv_take(&in->to->left_out, text_format("%s/%s", planned->image, planned->platform));
        return;
    }
    cell = vec_add(&in->to->cells);
    vec_add(&in->to->records);
    cell->cell.image = text_dup(planned->image);
    cell->cell.platform = text_dup(planned->platform);
    cell->cell.suite = text_dup(planned->suite);
    cell->cell.refused = text_dup(planned->refused);
    cell->cell.repeat = plan->repeat;
    plan_record_add_cases(in->to->about, &cell->cell);
    strv_take(&in->keys, text_format("%s/%s", planned->image, planned->platform));
    text_map_put(&in->by_name, in->keys.items[in->keys.count - 1],
                 (uint32_t)(in->to->cells.count - 1));
}

static int read_cells(struct reading *in, size_t line, const struct buffer *record)
{
    _cleanup_error_ struct error *why = NULL;
    const char *fault;

    if (plan_cells_parse(record->data, record->length, &in->to->plan, &why) < 0)
        return refuse(in, line, error_message(why));
    fault = plan_record_fault(in->to->about, &in->to->plan);
    if (fault != NULL)
        return refuse(in, line, fault);
    vec_foreach (planned, &in->to->plan.cells)
        add_cell(in, planned);
    return 0;
}

/* The cell of a result; SIZE_MAX: the certificate is not about it. */
static size_t find_cell(const struct reading *in, const struct result *result)
{
    _cleanup_free_ char *key = NULL;
    uint32_t at;

    if (result->kind != JOB_CELL || !text_equal(result->suite, in->scope->suite))
        return SIZE_MAX;
    key = text_format("%s/%s", result->image, result->platform);
    at = text_map_get(&in->by_name, key);
    return at != TEXT_MAP_NONE ? at : SIZE_MAX;
}

/* The attempts of a cell are all of one job, and none is left out before another. */
static const char *attempt_fault(const struct matrix_cell *cell, const struct result *result)
{
    const struct result *before = matrix_cell_latest(cell);

    if (cell->cell.refused != NULL)
        return "it is of a cell that was not run";
    if (before != NULL && strcmp(before->job_id, result->job_id) != 0)
        return "it is of another job than the attempt before it";
    if (result->attempt != (before != NULL ? before->attempt + 1 : 1))
        return "it is not the next attempt of its cell";
    return NULL;
}

static int read_attempt(struct reading *in, size_t line, const struct buffer *record,
                        const char *sha256)
{
    _cleanup_(result_free_cleanup) struct result *result = NULL;
    _cleanup_error_ struct error *why = NULL;
    struct judged_record *row;
    struct matrix_cell *cell;
    const char *fault;
    size_t at;

    if (store_parse_attempt(record, &result, &why) < 0)
        return refuse(in, line, error_message(why));
    if (!text_equal(result->run_id, in->to->about->run.id))
        return refuse(in, line, "it is of another run");
    at = find_cell(in, result);
    if (at == SIZE_MAX)
        return refuse(in, line, "it is of a cell that the certificate is not about");
    cell = &in->to->cells.items[at];
    fault = attempt_fault(cell, result);
    if (fault != NULL)
        return refuse(in, line, fault);
    row = vec_add(&in->to->records.items[at].rows);
    row->attempt = result->attempt;
    memcpy(row->sha256, sha256, sizeof(row->sha256));
    /* What probes and values rest on is the latest record. */
    memcpy(cell->cell.digest, sha256, sizeof(cell->cell.digest));
    *vec_add(&cell->cell.attempts) = result->attempt;
    cell_summary_add(&cell->summary, result);
    *vec_add(&cell->attempts) = steal_ptr(result);
    return 0;
}

static int read_record(void *with, size_t line, enum chain_kind kind, const struct buffer *record,
                       const char *sha256, struct error **err)
{
    (void)err;
    return kind == CHAIN_PLAN    ? read_plan(with, line, record)
           : kind == CHAIN_CELLS ? read_cells(with, line, record)
                                 : read_attempt(with, line, record, sha256);
}

/* --- evidence ----------------------------------------------------------------------------- */

/* Evidence is there if a file under its digest has this digest and size. */
static int check_evidence(void *with, const struct evidence *blob, struct error **err)
{
    const struct folder *folder = with;
    _cleanup_free_ char *name = text_format("evidence/%s", blob->sha256);
    struct folder_file *file = folder_find(folder, name);

    if (file == NULL)
        return error_set(err, -ENOENT, "it is not in the certificate");
    if (file->size != blob->size)
        return error_set(err, -EBADMSG, "it has another size");
    return strcmp(file->sha256, blob->sha256) == 0
               ? 0
               : error_set(err, -EBADMSG, "it does not match its digest");
}

/* Everything in evidence/ belongs to a record. */
static int check_blobs(const struct reading *in, struct error **err)
{
    _cleanup_(text_map_done) struct text_map named = {0};

    vec_foreach (cell, &in->to->cells)
        vec_foreach (result, &cell->attempts)
            vec_foreach (blob, &(*result)->evidence)
                text_map_put(&named, blob->sha256, 0);
    vec_foreach (file, &in->folder->files) {
        const char *sha256 = strchr(file->name, '/');
        int code;

        if (!text_starts(file->name, "evidence/"))
            continue;
        code = folder_digest(in->folder, file, err);
        if (code < 0)
            return code;
        if (strcmp(file->sha256, sha256 + 1) != 0)
            problems_add(in->problems, PROBLEM_EVIDENCE, file->name,
                         "its content has another digest than its name says: %s", file->sha256);
        else if (text_map_get(&named, sha256 + 1) == TEXT_MAP_NONE)
            problems_add(in->problems, PROBLEM_EVIDENCE, file->name,
                         "no record in " CHAIN_FILE " names this evidence");
    }
    return 0;
}

static void add_packages(struct judged *to)
{
    vec_foreach (cell, &to->cells) {
        const struct result *latest = matrix_cell_latest(cell);

        if (latest != NULL)
            vec_foreach (part, &latest->prediction.parts)
                if (part->checked && part->sha256[0] != '\0')
                    strv_take(&to->product, text_format("%s %s", part->sha256, part->name));
    }
}

static void judge(const struct reading *in)
{
    struct judged *to = in->to;

    to->status.programme = to->programme;
    to->status.suite = text_dup(in->scope->suite);
    vec_foreach (cell, &to->cells) {
        const struct image *image = judged_image(to, cell->cell.image);
        _cleanup_free_ char *system = programme_system(image, cell->cell.image);
        const struct programme_cell added = {.run = &to->about->run,
                                             .cell = cell,
                                             .system = system,
                                             .image_known = image != NULL,
                                             .stand_in = image != NULL && image->stand_in,
                                             .check = check_evidence,
                                             .with = in->folder};
        char *lost;

        judge_cell(&cell->cell, (const struct result *const *)cell->attempts.items,
                   cell->attempts.count, &cell->judgement);
        lost = matrix_cell_evidence(cell, check_evidence, in->folder);
        if (lost != NULL)
            judgement_lose_evidence(&cell->judgement, lost);
        if (to->status.system == NULL)
            to->status.system = steal_ptr(system);
        else if (strcmp(to->status.system, system) != 0)
            problems_add(in->problems, PROBLEM_RECORD, NULL,
                         "its images are of two systems, '%s' and '%s'", to->status.system, system);
        programme_status_add(&to->status, &added);
    }
    programme_status_conclude(&to->status, &to->about->run);
    add_packages(to);
}

/* Reads the chain; 1: it cannot be judged. */
static int read_chain(struct reading *in, struct error **err)
{
    struct folder_file *file = folder_find(in->folder, CHAIN_FILE);
    _cleanup_buffer_ struct buffer text = {0};
    int code;

    if (file == NULL) {
        problems_add(in->problems, PROBLEM_MISSING, CHAIN_FILE, "a certificate has this file");
        return 1;
    }
    code = folder_read(in->folder, file, CHAIN_MAX, &text, in->problems, err);
    if (code == 0)
        code = chain_read(text.data != NULL ? text.data : "", text.length, read_record, in,
                          &in->to->chain, in->problems, err);
    if (code == 0 && in->to->cells.count == 0) {
        problems_add(in->problems, PROBLEM_RECORD, CHAIN_FILE,
                     "the run has no cell of suite '%s' that the programme is about",
                     in->scope->suite);
        return 1;
    }
    return code;
}

int judged_load(struct folder *folder, const struct certificate_scope *scope,
                struct judged *ret_judged, bool *ret_whole, struct problems *problems,
                struct error **err)
{
    _cleanup_(judged_done) struct judged judged = {.programme = NULL};
    _cleanup_(reading_done) struct reading in = {
        .folder = folder, .scope = scope, .to = &judged, .problems = problems};
    int code = documents_read_programme(folder, &judged.programme, problems, err);

    if (code == 0)
        code = read_chain(&in, err);
    if (code == 0)
        code = documents_read_images(folder, scope, &judged, problems, err);
    if (code == 0)
        code = documents_read_suite(folder, &judged, problems, err);
    if (code == 0)
        code = check_blobs(&in, err);
    if (code < 0 && code != -EFBIG)
        return code;
    if (code == 0)
        judge(&in);
    if (code == -EFBIG && err != NULL) {
        error_free(*err);
        *err = NULL;
    }
    *ret_whole = code == 0;
    *ret_judged = judged;
    memset(&judged, 0, sizeof(judged));
    return 0;
}
