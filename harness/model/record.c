/* SPDX-License-Identifier: Apache-2.0 */
/* Names and cleanup functions of the stored form of a run. */
#include "model/record.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text_map.h"

#include "model/result.h"

static const struct member input_rows[] = {
    MEMBER(struct run_input, kind, TEXT, "kind"),
    MEMBER(struct run_input, name, TEXT, "name"),
    MEMBER(struct run_input, sha256, DIGEST, "sha256"),
    MEMBER(struct run_input, path, TEXT, "path"),
};
const struct members run_input_members = MEMBERS(struct run_input, input_rows);

static const struct member fact_rows[] = {
    MEMBER(struct host_fact, key, TEXT, "key"),
    MEMBER(struct host_fact, value, TEXT, "value"),
};
const struct members host_fact_members = MEMBERS(struct host_fact, fact_rows);

static const struct member case_rows[] = {
    MEMBER(struct planned_case, id, TEXT, "id"),
    MEMBER(struct planned_case, item, WORD, "item", .words = &item_words),
    MEMBER(struct planned_case, required, BOOL, "required"),
    MEMBER(struct planned_case, native_only, BOOL, "native_only"),
    MEMBER(struct planned_case, planned, BOOL, "planned"),
};
const struct members planned_case_members = MEMBERS(struct planned_case, case_rows);

const char *run_state_name(enum run_state state)
{
    static const char *const names[RUN_STATE_COUNT] = {"open", "interrupted", "ended"};

    return names[state];
}

bool run_state_parse(const char *text, enum run_state *ret)
{
    for (enum run_state state = RUN_OPEN; state < RUN_STATE_COUNT; state++)
        if (text_equal(run_state_name(state), text)) {
            *ret = state;
            return true;
        }
    return false;
}

char *run_input_place(const char *run_folder, const char *remembered)
{
    static const char folder[] = "/inputs/";
    const char *below = NULL;

    if (remembered[0] != '/')
        return text_format("%s/%s", run_folder, remembered);
    for (const char *at = remembered; (at = strstr(at, folder)) != NULL; at++) {
        _cleanup_free_ char *digest = text_ndup(at + strlen(folder), DIGEST_TEXT_SIZE - 1);

        if (digest_is_text(digest) && at[strlen(folder) + DIGEST_TEXT_SIZE - 1] == '/')
            below = at;
    }
    return below != NULL ? text_format("%s%s", run_folder, below) : text_dup(remembered);
}

const char *run_input_below(const char *run_folder, const char *path)
{
    size_t length = strlen(run_folder);

    return text_starts(path, run_folder) && path[length] == '/' ? path + length + 1 : path;
}

void run_record_done(struct run_record *run)
{
    free(run->id);
    plan_done(&run->plan);
    vec_foreach (input, &run->inputs)
        members_done(&run_input_members, input);
    vec_done(&run->inputs);
    vec_foreach (fact, &run->host)
        members_done(&host_fact_members, fact);
    vec_done(&run->host);
    *run = (struct run_record){0};
}

void cell_record_done(struct cell_record *cell)
{
    free(cell->image);
    free(cell->platform);
    free(cell->suite);
    free(cell->refused);
    free(cell->job_id);
    vec_foreach (row, &cell->cases)
        members_done(&planned_case_members, row);
    vec_done(&cell->cases);
    vec_done(&cell->attempts);
    *cell = (struct cell_record){0};
}

void cell_records_done(struct cell_records *cells)
{
    vec_foreach (cell, &cells->rows)
        cell_record_done(cell);
    vec_done(&cells->rows);
}

void cell_index_cases(const struct cell_record *cell, struct text_map *to)
{
    for (size_t i = 0; i < cell->cases.count; i++)
        text_map_put(to, cell->cases.items[i].id, (uint32_t)i);
}

void cell_summary_add(struct cell_summary *summary, const struct result *result)
{
    unsigned count = (unsigned)result->evidence.count;
    unsigned least =
        summary->attempts == 0 || count < summary->evidence_least ? count : summary->evidence_least;

    *summary = (struct cell_summary){.attempts = summary->attempts + 1,
                                     .attempt = result->attempt,
                                     .grade = result->grade,
                                     .accel = result->accel,
                                     .started_ms = result->started_ms,
                                     .ended_ms = result->ended_ms,
                                     .evidence = count,
                                     .evidence_least = least};
    vec_foreach (gap, &result->gaps.rows)
        summary->gaps[gap->kind]++;
    vec_foreach (row, &result->prediction.findings)
        summary->findings[row->severity]++;
}

const struct run_input *run_find_input(const struct run_record *run, const char *kind,
                                       const char *name)
{
    vec_foreach (input, &run->inputs)
        if (strcmp(input->kind, kind) == 0 && strcmp(input->name, name) == 0)
            return input;
    return NULL;
}
