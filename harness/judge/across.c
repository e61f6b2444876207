/* SPDX-License-Identifier: Apache-2.0 */
/* Chooses the newest assessed result of each cell. */
#include "judge/across.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/text_map.h"

/* The results of one cell, newest first: places in the list of ended cells. */
struct group {
    char *key; /* owned */
    const char *line;
    VEC(size_t) cells;
};

struct choosing {
    struct store *store;
    const struct across_options *options;
    struct across *to;
    VEC(struct group) groups;
    struct text_map by_key;
    struct strv excluded;
    struct text_map excluded_keys;
    struct matrix *loaded; /* for each ended run; without cells: not loaded yet */
    size_t loaded_count;
};

static void choosing_done(struct choosing *in)
{
    for (size_t i = 0; i < in->loaded_count; i++)
        matrix_done(&in->loaded[i]);
    free(in->loaded);
    vec_foreach (group, &in->groups) {
        free(group->key);
        vec_done(&group->cells);
    }
    vec_done(&in->groups);
    text_map_done(&in->by_key);
    text_map_done(&in->excluded_keys);
    strv_done(&in->excluded);
}

const char *across_line_of(const struct strv *lines, const char *image)
{
    for (size_t i = 0; lines != NULL && i < lines->count; i++)
        if (fnmatch(lines->items[i], image, FNM_NOESCAPE) == 0)
            return lines->items[i];
    return image;
}

/* By names alone, so that the runs of results that do not count are not read. */
static bool is_wanted(const struct across_options *options, const struct ended_run *run,
                      const struct ended_cell *cell)
{
    _cleanup_(select_subjects_done) struct select_subjects subjects = {0};
    struct facts *facts;
    bool selected = true;

    if (options->before_ms > 0 && run->ended_ms > options->before_ms)
        return false;
    if (options->query == NULL || options->query->nodes.count == 0)
        return true;
    facts = &vec_add(&subjects)->own;
    subjects.items[0].before = SELECT_FIRST;
    facts_of_run(&(struct select_run){run->id, run->label, run->build, RUN_ENDED, run->created_ms},
                 options->with, facts);
    facts_set_text(facts, QUERY_IMAGE, cell->image);
    facts_set_text(facts, QUERY_SUITE, cell->suite);
    facts_of_platform(cell->platform, options->with, facts);
    select_apply(options->query, &subjects, &selected);
    return selected;
}

static void exclude(struct choosing *in, char *key)
{
    strv_take(&in->excluded, key);
    text_map_put(&in->excluded_keys, key, 1);
}

/* Those of which no other result counts. */
static void count_excluded(struct choosing *in)
{
    in->to->excluded = in->excluded_keys.count;
    vec_foreach (group, &in->groups)
        in->to->excluded -= text_map_get(&in->excluded_keys, group->key) != TEXT_MAP_NONE;
}

static void group_cells(struct choosing *in)
{
    const struct ended_cells *source = &in->to->source;

    for (size_t i = 0; i < source->cells.count; i++) {
        const struct ended_cell *cell = &source->cells.items[i];
        const char *line = across_line_of(in->options->lines, cell->image);
        _cleanup_free_ char *key = text_format("%s\n%s\n%s", line, cell->platform, cell->suite);
        uint32_t place = text_map_get(&in->by_key, key);

        if (!is_wanted(in->options, &source->runs.items[cell->run], cell)) {
            exclude(in, steal_ptr(key));
            continue;
        }
        *vec_add(&in->to->selected) = i;
        if (place == TEXT_MAP_NONE) {
            struct group *group = vec_add(&in->groups);

            place = (uint32_t)in->groups.count - 1;
            group->key = steal_ptr(key);
            group->line = line;
            text_map_put(&in->by_key, group->key, place);
        }
        *vec_add(&in->groups.items[place].cells) = i;
    }
}

/* A selection of nothing must not look like a matrix without failures. */
static int check_found(const struct choosing *in, struct error **err)
{
    _cleanup_free_ char *query = NULL;

    if (in->groups.count > 0)
        return 0;
    if (in->options->query == NULL || in->options->query->nodes.count == 0)
        return error_set(err, -ENODATA, "no run had ended before this one began");
    query = query_print(in->options->query);
    return in->options->before_ms > 0
               ? error_set(err, -ENODATA,
                           "no result of a run that had ended before this one began is selected by "
                           "'%s'",
                           query)
               : error_set(err, -ENOENT, "no result of a run that has ended is selected by '%s'",
                           query);
}

static int check_lines(const struct choosing *in, struct error **err)
{
    const struct strv *lines = in->options->before_ms > 0 ? NULL : in->options->lines;

    for (size_t i = 0; lines != NULL && i < lines->count; i++) {
        const char *pattern = lines->items[i];
        bool found = false;

        vec_foreach (group, &in->groups)
            found = found || group->line == pattern;
        if (!found)
            return error_set(err, -ENOENT,
                             "no image of a run that has ended is of the line '%s': give a shell "
                             "pattern as 'os-2026*'; the first that matches an image counts; "
                             "'touchstone runs' lists the images",
                             pattern);
    }
    return 0;
}

/* The cell in its run's matrix. Borrowed; it may be moved out, because no other group has it. */
static int load_cell(struct choosing *in, const struct ended_cell *name,
                     struct matrix_cell **ret_cell, struct error **err)
{
    struct matrix *matrix = &in->loaded[name->run];
    int code = 0;

    if (matrix->cells.count == 0)
        code = matrix_load(in->store, in->to->source.runs.items[name->run].id, matrix, err);
    if (code < 0)
        return code;
    if (name->place >= matrix->cells.count)
        return error_set(err, -EAGAIN, "run '%s' was changed while it was read: try again",
                         matrix->run.id);
    *ret_cell = &matrix->cells.items[name->place];
    return 0;
}

static void check_age(const struct choosing *in, const struct across_origin *origin,
                      struct judgement *judgement)
{
    unsigned most = in->options->max_age;
    int64_t age = in->options->now_ms - origin->run->created_ms;

    if (most == 0 || age <= most * CLOCK_DAY_MS || !judgement_is_green(judgement))
        return;
    judgement_lose_evidence(judgement,
                            text_format("its newest result is %u days old, of run '%s'; at most %u "
                                        "%s allowed",
                                        origin->age, origin->run->id, most,
                                        most == 1 ? "day is" : "days are"));
    judgement->blame = BLAME_NONE;
}

static unsigned age_of(const struct choosing *in, const struct ended_run *run)
{
    int64_t age = in->options->now_ms - run->created_ms;

    return age > 0 ? (unsigned)(age / CLOCK_DAY_MS) : 0;
}

/* A host that broke says nothing of the product, so an older result counts. That evidence was lost
 * since is no reason to show an older result in its place, which may be better. */
bool across_counts(const struct judgement *judgement)
{
    return judgement->verdict != VERDICT_NOT_ASSESSED || judgement->lost;
}

/* What another system merely claims does not take the place of what was measured here; that it
 * failed there does. */
static bool is_claim(const struct matrix_cell *cell)
{
    return cell->summary.grade == GRADE_REPORTED && judgement_is_green(&cell->judgement);
}

static int rank(const struct judgement *judgement)
{
    static const int ranks[VERDICT_COUNT] = {[VERDICT_INCOMPATIBLE] = 0,
                                             [VERDICT_NOT_ASSESSED] = 1,
                                             [VERDICT_CONDITIONAL] = 2,
                                             [VERDICT_COMPATIBLE] = 3};

    return ranks[judgement->verdict];
}

/* Of one run the images of a line; its worst is the result of the run. */
struct of_run {
    const struct ended_run *run;
    struct matrix_cell *worst;
    bool counts; /* one of them does */
};

/* Reads the cells of a group that are of the same run as the one at *at, which moves behind them.
 * Without waivers: that a failure is let pass does not make another result count. */
static int read_run(struct choosing *in, const struct group *group, size_t *at, struct of_run *ret,
                    struct error **err)
{
    const struct ended_cells *source = &in->to->source;

    *ret = (struct of_run){
        .run = &source->runs.items[source->cells.items[group->cells.items[*at]].run]};
    for (; *at < group->cells.count; (*at)++) {
        const struct ended_cell *name = &source->cells.items[group->cells.items[*at]];
        struct matrix_cell *cell = NULL;
        int code;

        if (&source->runs.items[name->run] != ret->run)
            break;
        code = load_cell(in, name, &cell, err);
        if (code < 0)
            return code;
        ret->counts = ret->counts || across_counts(&cell->judgement);
        if (ret->worst == NULL || rank(&cell->judgement) < rank(&ret->worst->judgement))
            ret->worst = cell;
    }
    return 0;
}

/* Takes the newest result that counts. Without one, the newest claim; without that, the newest. */
static int find_cell(struct choosing *in, const struct group *group, struct across_origin *origin,
                     struct matrix_cell **ret_cell, struct error **err)
{
    struct of_run newest = {.run = NULL}, claim = {.run = NULL}, taken = {.run = NULL};
    unsigned before = 0; /* not assessed, and newer than the claim */

    for (size_t at = 0; taken.run == NULL && at < group->cells.count;) {
        struct of_run here;
        int code = read_run(in, group, &at, &here, err);

        if (code < 0)
            return code;
        if (newest.run == NULL)
            newest = here;
        if (!here.counts)
            origin->unassessed++;
        else if (!is_claim(here.worst))
            taken = here;
        else if (claim.run == NULL) {
            claim = here;
            before = origin->unassessed;
        }
    }
    if (taken.run == NULL) {
        origin->unassessed = claim.run != NULL ? before : 0;
        taken = claim.run != NULL ? claim : newest;
    }
    origin->run = taken.run;
    origin->newest = origin->unassessed > 0 ? newest.run : NULL;
    *ret_cell = taken.worst;
    return 0;
}

static int choose(struct choosing *in, const struct group *group, struct error **err)
{
    struct across_origin origin = {.line = group->line};
    struct matrix_cell *taken = NULL;
    int code = find_cell(in, group, &origin, &taken, err);

    if (code < 0)
        return code;
    if (in->options->waivers != NULL)
        code = matrix_waive_cell(in->store, origin.run->id, in->options->waivers, taken, err);
    if (code < 0)
        return code;
    origin.age = age_of(in, origin.run);
    *vec_add(&in->to->origins) = origin;
    *vec_add(&in->to->matrix.cells) = *taken;
    *taken = (struct matrix_cell){.cell = {0}};
    check_age(in, &origin, &in->to->matrix.cells.items[in->to->matrix.cells.count - 1].judgement);
    return 0;
}

int across_load(struct store *store, const struct across_options *options,
                struct across *ret_across, struct error **err)
{
    _cleanup_(across_done) struct across across = {.view = options->view};
    _cleanup_(choosing_done) struct choosing in = {
        .store = store, .options = options, .to = &across};
    int code = store_read_ended_cells(store, &across.source, err);

    if (code == 0 && across.source.runs.count == 0)
        code = error_set(err, -ENODATA, "no run has ended: 'touchstone runs' lists the runs");
    if (code < 0)
        return code;
    in.loaded_count = across.source.runs.count;
    in.loaded = text_calloc(in.loaded_count, sizeof(*in.loaded));
    group_cells(&in);
    count_excluded(&in);
    code = check_found(&in, err);
    if (code == 0)
        code = check_lines(&in, err);
    for (size_t i = 0; code == 0 && i < in.groups.count; i++)
        code = choose(&in, &in.groups.items[i], err);
    if (code < 0)
        return code;
    *ret_across = across;
    across = (struct across){.matrix = {.cells = {0}}};
    return 0;
}

int across_load_cell(struct store *store, const struct across *across, size_t place,
                     struct matrix_cell *ret_cell, struct error **err)
{
    return matrix_read_cell(store, across->origins.items[place].run->id,
                            &across->matrix.cells.items[place].cell, NULL, ret_cell, err);
}

void across_done(struct across *across)
{
    matrix_done(&across->matrix);
    vec_done(&across->origins);
    vec_done(&across->selected);
    ended_cells_done(&across->source);
}
