/* SPDX-License-Identifier: Apache-2.0 */
/* Checks a programme for what can never be satisfied, or always is. */
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>

#include "base/error.h"
#include "catalog/find.h"
#include "catalog/programme.h"

struct linting {
    const char *path;
    const struct programme *programme;
    struct lint *to;
};

static void add(struct linting *in, unsigned line, bool is_error, char *text)
{
    _cleanup_free_ char *owned = text;
    struct lint_note *note = vec_add(&in->to->notes);

    note->is_error = is_error;
    note->text = line > 0 ? text_format("%s:%u: %s", in->path, line, owned)
                          : text_format("%s: %s", in->path, owned);
    *(is_error ? &in->to->errors : &in->to->warnings) += 1;
}

/* A level that demands nothing would be reached by nothing. */
static void check_levels(struct linting *in)
{
    for (size_t i = 0; i < in->programme->levels.count; i++) {
        bool demands = false;

        vec_foreach (item, &in->programme->items)
            demands |= item->required && item->level == i;
        if (!demands)
            add(in, 0, false,
                text_format("level '%s' demands no item of its own",
                            in->programme->levels.items[i].id));
    }
}

static void check_items(struct linting *in)
{
    vec_foreach (item, &in->programme->items) {
        const struct programme_level *level = &in->programme->levels.items[item->level];
        bool measured = false;

        vec_foreach (criterion, &item->criteria)
            measured |= criterion->kind == CRITERION_MEASURED;
        if (measured && item->grade < GRADE_VIRTUAL)
            add(in, item->line, false,
                text_format("item '%s' is measured, and counts under emulation, where times and "
                            "loads say nothing of the real part: give grade=\"virtual\"",
                            item->id));
        if (item->required && item->grade > level->grade && level->grade > GRADE_EMULATED)
            add(in, item->line, false,
                text_format("item '%s' needs grade '%s', its level '%s' only '%s'", item->id,
                            grade_name(item->grade), level->id, grade_name(level->grade)));
    }
}

static void check_platforms(struct linting *in)
{
    _cleanup_strv_ struct strv known = {0};
    _cleanup_error_ struct error *err = NULL;
    const struct strv *patterns = &in->programme->platforms;

    if (catalog_list_platforms(&known, &err) < 0)
        return;
    for (size_t i = 0; i < patterns->count; i++) {
        bool found = false;

        for (size_t k = 0; k < known.count; k++)
            found |= fnmatch(patterns->items[i], known.items[k], FNM_NOESCAPE) == 0;
        if (!found)
            add(in, 0, false, text_format("no platform matches '%s'", patterns->items[i]));
    }
}

int catalog_lint_programme(const char *name, struct lint *ret_lint, struct error **err)
{
    _cleanup_(programme_free_cleanup) struct programme *programme = NULL;
    _cleanup_free_ char *path = NULL;
    _cleanup_error_ struct error *fault = NULL;
    struct linting in = {.to = ret_lint};
    int code = catalog_get_programme(name, &programme, &path, &fault);

    if (code == -EBADMSG) {
        *(struct lint_note *)vec_add(&ret_lint->notes) =
            (struct lint_note){true, text_dup(error_message(fault))};
        ret_lint->errors++;
        return 0;
    }
    if (code < 0) {
        *err = steal_ptr(fault);
        return code;
    }
    in.path = path;
    in.programme = programme;
    check_levels(&in);
    check_items(&in);
    check_platforms(&in);
    return 0;
}
