/* SPDX-License-Identifier: Apache-2.0 */
/* Cells described by a line of text, and what a programme says of them. */
#ifndef TS_TESTS_SAMPLE_PROGRAMME_H
#define TS_TESTS_SAMPLE_PROGRAMME_H

#include "base/error.h"
#include "catalog/programme.h"
#include "cunit_run.h"
#include "judge/judge.h"
#include "judge/programme.h"
#include "model/waiver.h"
#include "sample_result.h"
#include "temp_folder.h"

#define PROGRAMMES TS_SOURCE_DIR "/arch/programmes/"

/* A cell with up to two attempts, and how it differs from a good one. */
struct sample_cell_of {
    const char *cases;   /* "install:install:PASS speed:performance:DONE:n late:extra:-:x" */
    const char *earlier; /* statuses of the first attempt, "install=FAIL"; NULL: there is none */
    enum grade grade;    /* GRADE_NONE: native */
    bool aside, open, stand_in, unknown_image, no_evidence, damaged, wrong_guest, refused, waived;
    bool died; /* the worker */
    const char *os, *image, *platform;
    unsigned repeat;
    void (*change)(struct result *result);
};

static inline int sample_evidence_is_there(void *damaged, const struct evidence *blob,
                                           struct error **err)
{
    (void)blob;
    return *(const bool *)damaged ? error_set(err, -2, "it is gone") : 0;
}

static inline void sample_evidence(struct result *result, const char *case_id, const char *name)
{
    struct evidence *blob = vec_add(&result->evidence);

    blob->name = text_dup(name);
    blob->case_id = text_dup(case_id);
    blob->size = strlen(name);
    digest_of_memory(name, strlen(name), blob->sha256);
}

/* One case: its id, heading, status ("-": absent) and flags: n native only, x not planned, e no
 * evidence, o optional. */
static inline void sample_add_case(const struct strv *word, struct cell_record *cell,
                                   struct result *result, const struct sample_cell_of *from)
{
    struct planned_case *planned = vec_add(&cell->cases);
    const char *flags = word->count > 3 ? word->items[3] : "";
    enum status status = STATUS_MISS;
    struct case_result *row;

    planned->id = text_dup(word->items[0]);
    CU_ASSERT_FATAL(item_parse(word->items[1], &planned->item));
    planned->required = strchr(flags, 'o') == NULL;
    planned->native_only = strchr(flags, 'n') != NULL;
    planned->planned = strchr(flags, 'x') == NULL;
    if (!planned->planned || !status_parse(word->items[2], &status))
        return;
    row = sample_case(result, planned->id, planned->item, planned->required, status);
    row->judgeable = judge_can(planned, result->grade);
    row->blame = status == STATUS_FAIL ? BLAME_PRODUCT : BLAME_NONE;
    if (status != STATUS_PASS)
        row->reason = text_dup("it says why");
    if (!from->no_evidence && strchr(flags, 'e') == NULL)
        sample_evidence(result, planned->id, "stdout");
}

static inline struct result *sample_attempt(const struct sample_cell_of *from, unsigned attempt,
                                            struct cell_record *cell)
{
    struct result *result = sample_cell("r1", cell->image, cell->platform, cell->suite, attempt);
    _cleanup_strv_ struct strv words = {0};
    const char *os = from->os != NULL ? from->os : "tencentos";

    result->grade = from->grade == GRADE_NONE ? GRADE_NATIVE : from->grade;
    result->accel = result->grade == GRADE_EMULATED ? ACCEL_TCG : ACCEL_KVM;
    text_replace(&result->identity.items[1].expected, os);
    text_replace(&result->identity.items[1].measured, os);
    strv_split(&words, from->cases, " ");
    vec_done(&cell->cases);
    for (size_t i = 0; i < words.count; i++) {
        _cleanup_strv_ struct strv word = {0};

        strv_split(&word, words.items[i], ":");
        sample_add_case(&word, cell, result, from);
    }
    if (!from->no_evidence)
        sample_evidence(result, NULL, "console");
    if (result->grade == GRADE_REPORTED) {
        vec_foreach (check, &result->identity) {
            free(check->key);
            free(check->expected);
            free(check->measured);
        }
        vec_done(&result->identity);
        result->identity_measured = false;
        result->accel = ACCEL_NONE;
    }
    return result;
}

static inline void sample_earlier(const char *spec, struct result *result)
{
    _cleanup_strv_ struct strv words = {0};

    strv_split(&words, spec, " =");
    for (size_t i = 0; i + 1 < words.count; i += 2) {
        struct case_result *row = result_find_case(result, words.items[i]);

        CU_ASSERT_FATAL(row != NULL && status_parse(words.items[i + 1], &row->status));
        row->blame = row->status == STATUS_FAIL ? BLAME_PRODUCT : BLAME_NONE;
        text_replace(&row->reason, row->status == STATUS_PASS ? NULL : "it says why");
    }
}

static inline void sample_waive(struct waivers *waivers, const char *case_id,
                                const struct result *result)
{
    struct waiver *waiver = vec_add(&waivers->rows);
    const struct case_result *row = NULL;

    vec_foreach (one, &result->cases)
        if (strcmp(one->id, case_id) == 0)
            row = one;
    CU_ASSERT_FATAL(row != NULL);
    snprintf(waivers->today, sizeof(waivers->today), "2026-01-01");
    snprintf(waiver->until, sizeof(waiver->until), "2030-01-01");
    waiver->image = text_dup("*");
    waiver->platform = text_dup("*");
    waiver->suite = text_dup("app");
    waiver->case_id = text_dup(case_id);
    waiver->owner = text_dup("somebody");
    waiver->reason = text_dup("known");
    failure_signature(row->id, row->status, row->blame, row->reason, waiver->signature);
}

static inline void sample_status_add(struct programme_status *status,
                                     const struct sample_cell_of *from, struct run_record *run)
{
    _cleanup_(matrix_cell_done) struct matrix_cell cell = {0};
    _cleanup_(waivers_done) struct waivers waivers = {.rows = {0}};
    bool damaged = from->damaged;
    struct programme_cell added = {.run = run,
                                   .cell = &cell,
                                   .system = "tencentos 4",
                                   .image_known = !from->unknown_image,
                                   .stand_in = from->stand_in,
                                   .check = sample_evidence_is_there,
                                   .with = &damaged};
    struct result *result;

    cell.cell.image = text_dup(from->image != NULL ? from->image : "ts4");
    cell.cell.platform = text_dup(from->platform != NULL ? from->platform : "kunpeng");
    cell.cell.suite = text_dup("app");
    cell.cell.repeat = from->repeat;
    cell.cell.refused = from->refused ? text_dup("it needs two guests") : NULL;
    digest_of_memory("row", 3, cell.cell.digest);
    if (from->earlier != NULL) {
        result = sample_attempt(from, 1, &cell.cell);
        *vec_add(&cell.attempts) = result;
        sample_earlier(from->earlier, result);
        vec_foreach (planned, &cell.cell.cases)
            free(planned->id);
    }
    result = sample_attempt(from, (unsigned)cell.attempts.count + 1, &cell.cell);
    *vec_add(&cell.attempts) = result;
    if (from->wrong_guest)
        sample_check(result, "kernel", "6.6", "5.4");
    if (from->died) {
        result->outcome = STATUS_MISS;
        result->blame = BLAME_HARNESS;
        result->reason = text_dup("the worker was killed by signal 9");
    }
    if (from->change != NULL)
        from->change(result);
    if (from->waived) {
        sample_waive(&waivers, result->cases.items[0].id, result);
        cell.cell.waivers = &waivers;
    }
    judge_cell(&cell.cell, (const struct result *const *)cell.attempts.items, cell.attempts.count,
               &cell.judgement);
    programme_status_add(status, &added);
}

/* What the programme says of these cells. Free with programme_status_done. */
static inline struct programme_status
sample_status(const struct programme *programme, const struct sample_cell_of *cells, size_t count)
{
    struct programme_status status = {.programme = programme};
    struct run_record run = {.state = cells[0].open ? RUN_OPEN : RUN_ENDED};

    run.id = text_dup("r1");
    run.plan.aside = cells[0].aside;
    for (size_t i = 0; i < count; i++)
        sample_status_add(&status, &cells[i], &run);
    programme_status_conclude(&status, &run);
    run_record_done(&run);
    return status;
}

static inline struct programme *sample_programme(const char *path)
{
    struct programme *programme = NULL;
    struct error *err = NULL;

    if (catalog_get_programme(path, &programme, NULL, &err) < 0)
        printf("\n%s\n", error_message(err));
    CU_ASSERT_FATAL(err == NULL);
    return programme;
}

static inline size_t sample_item(const struct programme *programme, const char *id)
{
    for (size_t i = 0; i < programme->items.count; i++)
        if (strcmp(programme->items.items[i].id, id) == 0)
            return i;
    printf("\nno item '%s'\n", id);
    CU_FAIL_FATAL("no such item");
    return 0;
}

static inline bool sample_says(const struct programme_notes *notes, const char *why)
{
    vec_foreach (note, notes)
        if (strcmp(programme_why_name(note->why), why) == 0)
            return true;
    return false;
}

#endif
