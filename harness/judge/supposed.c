/* SPDX-License-Identifier: Apache-2.0 */
/* Makes changes in shallow copies: only arrays that a change touches are new, strings are borrowed.
 */
#include "judge/supposed.h"

#include <string.h>

#include "base/cleanup.h"
#include "judge/tally.h"

struct supposed {
    struct cell_record cell;
    struct result *results; /* those that were made, then those that are added */
    bool *counts;           /* whether the attempt counted before the change */
    size_t count, made;
};

unsigned supposed_attempts(const struct cell_record *cell, const struct result *const *attempts,
                           size_t count)
{
    _cleanup_free_ const struct result **kept =
        text_calloc(count + 1, sizeof(const struct result *));
    size_t counted = tally_attempts(cell, attempts, count, kept);
    unsigned whole = 0;

    for (size_t i = 0; i < counted; i++)
        whole += !result_is_interrupted(kept[i]);
    return cell->repeat > whole + 1 ? cell->repeat - whole : 1;
}

static bool has_change(const struct changes *changes, enum change_kind kind)
{
    vec_foreach (row, &changes->rows) {
        if (row->kind == kind)
            return true;
    }
    return false;
}

static struct planned_case *find_case(struct supposed *to, const char *id)
{
    vec_foreach (planned, &to->cell.cases) {
        if (strcmp(planned->id, id) == 0)
            return planned;
    }
    return NULL;
}

/* The copies have room for a row of each case beyond those that they have. */
static void pass(struct result *result, const struct planned_case *planned)
{
    struct case_result *row = NULL;

    vec_foreach (here, &result->cases) {
        if (strcmp(here->id, planned->id) == 0)
            row = here;
    }
    if (row == NULL) {
        row = &result->cases.items[result->cases.count++];
        *row = (struct case_result){.id = planned->id, .item = planned->item};
    }
    row->required = planned->required;
    row->judgeable = judge_can(planned, result->grade);
    row->status = STATUS_PASS;
    row->blame = BLAME_NONE;
    row->reason = NULL;
    row->gap = false;
    row->started = true;
}

static void pass_everywhere(struct supposed *to, const struct planned_case *planned)
{
    for (size_t i = 0; i < to->made; i++)
        if (to->counts[i])
            pass(&to->results[i], planned);
}

static void require(struct supposed *to, struct planned_case *planned)
{
    planned->required = true;
    for (size_t i = 0; i < to->made; i++)
        vec_foreach (row, &to->results[i].cases) {
            if (strcmp(row->id, planned->id) == 0)
                row->required = true;
        }
}

static void raise_grade(struct supposed *to)
{
    for (size_t i = 0; i < to->made; i++) {
        if (!to->counts[i] || to->results[i].grade >= GRADE_VIRTUAL ||
            to->results[i].grade == GRADE_REPORTED)
            continue;
        to->results[i].grade = GRADE_VIRTUAL;
        to->results[i].accel = ACCEL_KVM;
        vec_foreach (planned, &to->cell.cases) {
            if (planned->planned && planned->native_only)
                pass(&to->results[i], planned);
        }
    }
}

/* Removes findings of that severity that the verdict depends on. The array is a copy. */
static void drop_findings(struct prediction *prediction, enum finding_severity severity)
{
    size_t kept = 0;

    for (size_t i = 0; i < prediction->findings.count; i++)
        if (prediction->findings.items[i].severity != severity ||
            finding_is_contradicted(&prediction->findings.items[i]))
            prediction->findings.items[kept++] = prediction->findings.items[i];
    prediction->findings.count = kept;
}

static void change_files(struct result *result, enum change_kind kind)
{
    struct prediction *prediction = &result->prediction;

    if (kind == CHANGE_BLOCK)
        drop_findings(prediction, SEVERITY_BLOCK);
    else if (kind == CHANGE_HIGH)
        drop_findings(prediction, SEVERITY_HIGH);
    else if (kind == CHANGE_CHECK)
        prediction->state = PREDICTION_MADE;
    else if (kind == CHANGE_CUT)
        prediction->cut = false;
    else if (kind == CHANGE_MODIFIED)
        result->footprint.findings.count = 0;
    else if (kind == CHANGE_FOOTPRINT)
        result->footprint.state = FOOTPRINT_TAKEN;
    else if (kind == CHANGE_END)
        result->outcome = STATUS_PASS;
}

static void make_change(struct supposed *to, const struct change *change)
{
    struct planned_case *planned = change->case_id != NULL ? find_case(to, change->case_id) : NULL;

    if (planned != NULL) {
        if (change->kind == CHANGE_REQUIRE)
            require(to, planned);
        planned->planned = true;
        pass_everywhere(to, planned);
        return;
    }
    for (size_t i = 0; i < to->made; i++)
        change_files(&to->results[i], change->kind);
}

static struct identity_check same = {.key = (char *)"supposed", .matches = true};

/* The files are those of the latest attempt; the footprint is clean. */
static void add_attempts(struct supposed *to, unsigned more, bool grade)
{
    const struct result *latest = to->made > 0 ? &to->results[to->made - 1] : NULL;

    for (unsigned i = 0; i < more; i++) {
        struct result *result = &to->results[to->count++];
        struct case_result *rows = result->cases.items;
        bool kvm = grade || (latest != NULL && latest->grade >= GRADE_VIRTUAL);

        *result = (struct result){.kind = JOB_CELL,
                                  .run_id = (char *)"",
                                  .job_id = (char *)"",
                                  .image = to->cell.image,
                                  .platform = to->cell.platform,
                                  .suite = to->cell.suite,
                                  .grade = kvm ? GRADE_VIRTUAL : GRADE_EMULATED,
                                  .accel = kvm ? ACCEL_KVM : ACCEL_TCG,
                                  .outcome = STATUS_PASS,
                                  .identity_measured = true,
                                  .identity = {.items = &same, .count = 1}};
        if (latest != NULL)
            result->prediction = latest->prediction;
        result->cases.items = rows;
        vec_foreach (planned, &to->cell.cases) {
            if (planned->planned)
                pass(result, planned);
        }
    }
}

static void copy_attempt(struct supposed *to, const struct result *from)
{
    struct result *result = &to->results[to->made++];
    struct case_result *rows =
        text_calloc(from->cases.count + to->cell.cases.count + 1, sizeof(*rows));
    size_t findings = from->prediction.findings.count;

    *result = *from;
    if (from->cases.count > 0)
        memcpy(rows, from->cases.items, from->cases.count * sizeof(*rows));
    result->cases.items = rows;
    result->prediction.findings.items = text_calloc(findings + 1, sizeof(struct finding));
    if (findings > 0)
        memcpy(result->prediction.findings.items, from->prediction.findings.items,
               findings * sizeof(struct finding));
}

static void supposed_make(const struct cell_record *cell, const struct result *const *attempts,
                          size_t count, unsigned more, struct supposed *to)
{
    _cleanup_free_ const struct result **kept =
        text_calloc(count + 1, sizeof(const struct result *));
    size_t counted = tally_attempts(cell, attempts, count, kept);

    *to = (struct supposed){.cell = *cell};
    to->cell.cases.items = text_calloc(cell->cases.count + 1, sizeof(struct planned_case));
    if (cell->cases.count > 0)
        memcpy(to->cell.cases.items, cell->cases.items,
               cell->cases.count * sizeof(struct planned_case));
    to->results = text_calloc(count + more + 1, sizeof(struct result));
    to->counts = text_calloc(count + 1, sizeof(bool));
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < counted; k++)
            to->counts[i] = to->counts[i] || kept[k] == attempts[i];
        copy_attempt(to, attempts[i]);
    }
    to->count = count;
    for (size_t i = count; i < count + more; i++)
        to->results[i].cases.items = text_calloc(cell->cases.count + 1, sizeof(struct case_result));
}

static void supposed_done(struct supposed *to)
{
    for (size_t i = 0; i < to->count; i++)
        free(to->results[i].cases.items);
    for (size_t i = 0; i < to->made; i++)
        free(to->results[i].prediction.findings.items);
    free(to->results);
    free(to->counts);
    free(to->cell.cases.items);
}

void judge_supposed(const struct cell_record *cell, const struct result *const *attempts,
                    size_t count, const struct changes *changes, struct judgement *ret_judgement)
{
    unsigned more =
        has_change(changes, CHANGE_AGAIN) ? supposed_attempts(cell, attempts, count) : 0;
    _cleanup_free_ const struct result **list =
        text_calloc(count + more + 1, sizeof(const struct result *));
    struct supposed to;

    supposed_make(cell, attempts, count, more, &to);
    vec_foreach (change, &changes->rows)
        make_change(&to, change);
    if (has_change(changes, CHANGE_GRADE))
        raise_grade(&to);
    add_attempts(&to, more, has_change(changes, CHANGE_GRADE));
    for (size_t i = 0; i < to.count; i++)
        list[i] = &to.results[i];
    judge_cell(&to.cell, list, to.count, ret_judgement);
    supposed_done(&to);
}
