/* SPDX-License-Identifier: Apache-2.0 */
/* The levels of certification programmes that a policy demands. */
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "judge/gate.h"

struct demand {
    const struct policy_level *row;
    const struct programme_status *status;
    struct gate *gate;
};

static struct gate_row *refuse(const struct demand *in, enum gate_kind kind, char *text)
{
    struct gate_row *row = gate_add(in->gate, kind, true, text);

    row->programme = text_dup(in->row->programme);
    row->level = text_dup(in->row->level);
    return row;
}

/* A product of which no platform counts for the programme matches by its name alone: what is
 * demanded of it is not there. */
static bool is_about(const struct policy_level *row, const struct programme_status *status)
{
    bool matches = status->columns.count == 0 && policy_matches(&row->which, "", "", status->suite);

    vec_foreach (column, &status->columns)
        matches |= policy_matches(&row->which, column->image, column->platform, status->suite);
    return matches && strcmp(status->programme->name, row->programme) == 0;
}

static int find_level(const struct programme *programme, const char *id)
{
    for (size_t i = 0; i < programme->levels.count; i++)
        if (strcmp(programme->levels.items[i].id, id) == 0)
            return (int)i;
    return -1;
}

static void refuse_failed(const struct demand *in, int level)
{
    const struct programme_status *status = in->status;
    const struct programme *programme = status->programme;

    for (size_t i = 0; i < programme->items.count; i++) {
        const struct programme_item *item = &programme->items.items[i];

        if (status->items.items[i] != PROGRAMME_FAILED || (int)item->level > level ||
            !programme_demands(status, item))
            continue;
        refuse(in, GATE_ITEM,
               text_format("%s on %s: item '%s' of programme '%s' failed", status->suite,
                           status->system, item->id, programme->name))
            ->item = text_dup(item->id);
    }
}

static bool failed(const struct programme_status *status, const char *item)
{
    for (size_t i = 0; i < status->items.count; i++)
        if (strcmp(status->programme->items.items[i].id, item) == 0)
            return status->items.items[i] == PROGRAMME_FAILED;
    return false;
}

/* "item 'x' (kunpeng)": each once, though levels repeat what they have in common; without the
 * failed items, which have rows of their own. */
static void add_missing(const struct programme_status *status, int level, struct strv *texts)
{
    for (int i = 0; i <= level; i++)
        vec_foreach (note, &status->levels.items[i].missing) {
            _cleanup_free_ char *text = NULL;

            if (note->why == WHY_LEVEL || (note->why == WHY_ITEM && failed(status, note->object)))
                continue;
            text = programme_note_text(note, LANGUAGE_EN);
            if (!strv_has(texts, text))
                strv_add(texts, text);
        }
}

static void judge_status(const struct demand *in)
{
    const struct programme_status *status = in->status;
    const struct programme *programme = status->programme;
    int level = find_level(programme, in->row->level);
    _cleanup_strv_ struct strv missing = {0};
    _cleanup_free_ char *joined = NULL;

    if (level >= 0 && status->reached >= level)
        return;
    if (level < 0)
        strv_add(&missing, "the programme has no such level");
    refuse_failed(in, level);
    add_missing(status, level, &missing);
    joined = strv_join(&missing, "; ");
    if (missing.count > 0)
        refuse(in, GATE_LEVEL,
               text_format("%s on %s: level '%s' of programme '%s' is not reached: %s",
                           status->suite, status->system, in->row->level, programme->name, joined));
}

void gate_judge_levels(const struct gate_input *input, struct gate *gate)
{
    vec_foreach (row, &input->policy->levels) {
        struct demand demand = {.row = row, .gate = gate};
        bool found = false;

        for (size_t i = 0; input->statuses != NULL && i < input->statuses->count; i++) {
            demand.status = &input->statuses->items[i];
            if (!is_about(row, demand.status))
                continue;
            found = true;
            judge_status(&demand);
        }
        if (!found)
            refuse(&demand, GATE_LEVEL,
                   text_format("level '%s' of programme '%s' is demanded, and the run has no "
                               "result for it",
                               row->level, row->programme));
    }
}
