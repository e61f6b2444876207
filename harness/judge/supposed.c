/* SPDX-License-Identifier: Apache-2.0 */
/* Makes changes in shallow copies: only arrays that a change touches are new, strings are borrowed.
 */
#include "judge/supposed.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/text_map.h"
#include "judge/tally.h"

struct supposed {
    struct cell_record cell;
    struct text_map planned; /* where its cases are */
    struct result *results;  /* those that were made, then those that are added */
    struct text_map *rows;   /* where the cases are, of each of them */
    bool *counts;            /* whether the attempt counted before the change */
    size_t count, made;
};

unsigned supposed_attempts(const struct cell_record *cell, const struct result *const *attempts,
                           size_t count)
{
    _cleanup_(counted_done) struct counted counted = {0};
    unsigned whole = 0;

    counted_make(cell, attempts, count, &counted);
    for (size_t i = 0; i < counted.count; i++)
        whole += !result_is_interrupted(counted.attempts[i]);
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
    uint32_t at = text_map_get(&to->planned, id);

    return at != TEXT_MAP_NONE ? &to->cell.cases.items[at] : NULL;
}

/* NULL: the result does not have the case. */
static struct case_result *find_row(struct supposed *to, size_t result, const char *id)
{
    uint32_t at = text_map_get(&to->rows[result], id);

    return at != TEXT_MAP_NONE ? &to->results[result].cases.items[at] : NULL;
}

/* The copies have room for a row of each case beyond those that they have. */
static void pass(struct supposed *to, size_t at, const struct planned_case *planned)
{
    struct result *result = &to->results[at];
    struct case_result *row = find_row(to, at, planned->id);

    if (row == NULL) {
        text_map_put(&to->rows[at], planned->id, (uint32_t)result->cases.count);
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
            pass(to, i, planned);
}

static void require(struct supposed *to, struct planned_case *planned)
{
    planned->required = true;
    for (size_t i = 0; i < to->made; i++) {
        struct case_result *row = find_row(to, i, planned->id);

        if (row != NULL)
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
                pass(to, i, planned);
        }
    }
}

/* Removes what stands in the way of a better verdict. The array is a copy. */
static void drop_findings(struct prediction *prediction, enum finding_doubt doubt)
{
    size_t kept = 0;

    for (size_t i = 0; i < prediction->findings.count; i++)
        if (finding_doubt(&prediction->findings.items[i]) != doubt)
            prediction->findings.items[kept++] = prediction->findings.items[i];
    prediction->findings.count = kept;
}

static void change_files(struct result *result, enum change_kind kind)
{
    struct prediction *prediction = &result->prediction;

    if (kind == CHANGE_BLOCK)
        drop_findings(prediction, DOUBT_BLOCK);
    else if (kind == CHANGE_HIGH)
        drop_findings(prediction, DOUBT_HIGH);
    else if (kind == CHANGE_PROVE)
        drop_findings(prediction, DOUBT_UNPROVEN);
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
        size_t at = to->count++;
        struct result *result = &to->results[at];
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
                pass(to, at, planned);
        }
    }
}

static void copy_attempt(struct supposed *to, const struct result *from)
{
    struct result *result = &to->results[to->made];
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
    result_index_cases(result, &to->rows[to->made++]);
}

static void supposed_make(const struct cell_record *cell, const struct result *const *attempts,
                          size_t count, unsigned more, struct supposed *to)
{
    _cleanup_(counted_done) struct counted counted = {0};

    counted_make(cell, attempts, count, &counted);
    *to = (struct supposed){.cell = *cell};
    to->cell.cases.items = text_calloc(cell->cases.count + 1, sizeof(struct planned_case));
    if (cell->cases.count > 0)
        memcpy(to->cell.cases.items, cell->cases.items,
               cell->cases.count * sizeof(struct planned_case));
    cell_index_cases(&to->cell, &to->planned);
    to->results = text_calloc(count + more + 1, sizeof(struct result));
    to->rows = text_calloc(count + more + 1, sizeof(struct text_map));
    to->counts = text_calloc(count + 1, sizeof(bool));
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < counted.count; k++)
            to->counts[i] = to->counts[i] || counted.attempts[k] == attempts[i];
        copy_attempt(to, attempts[i]);
    }
    to->count = count;
    for (size_t i = count; i < count + more; i++)
        to->results[i].cases.items = text_calloc(cell->cases.count + 1, sizeof(struct case_result));
}

static void supposed_done(struct supposed *to)
{
    for (size_t i = 0; i < to->count; i++) {
        text_map_done(&to->rows[i]);
        free(to->results[i].cases.items);
    }
    text_map_done(&to->planned);
    for (size_t i = 0; i < to->made; i++)
        free(to->results[i].prediction.findings.items);
    free(to->results);
    free(to->rows);
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
