/* SPDX-License-Identifier: Apache-2.0 */
/* Checks a policy for rows that can never apply and settings without effect. */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "catalog/find.h"
#include "catalog/policy.h"
#include "catalog/programme.h"

struct linting {
    const char *path;
    const struct policy *policy;
    struct lint *to;
};

static void add(struct linting *in, unsigned line, char *text)
{
    _cleanup_free_ char *owned = text;
    struct lint_note *note = vec_add(&in->to->notes);

    note->is_error = false;
    note->text = line > 0 ? text_format("%s:%u: %s", in->path, line, owned)
                          : text_format("%s: %s", in->path, owned);
    in->to->warnings++;
}

/* Whatever the second pattern matches, the first does too; only where that is certain. */
static bool covers(const char *first, const char *second)
{
    return strcmp(first, "*") == 0 || strcmp(first, second) == 0 ||
           (strpbrk(second, "*?[") == NULL &&
            policy_matches(&(struct policy_which){(char *)first, (char *)"*", (char *)"*"}, second,
                           "", ""));
}

static bool row_covers(const struct policy_which *first, const struct policy_which *second)
{
    return covers(first->image, second->image) && covers(first->platform, second->platform) &&
           covers(first->suite, second->suite);
}

static void check_rows(struct linting *in)
{
    const struct policy *policy = in->policy;

    for (size_t i = 0; i < policy->cells.count; i++) {
        const struct policy_cells *row = &policy->cells.items[i];
        bool allows = false;

        for (size_t before = 0; before < i; before++)
            if (row_covers(&policy->cells.items[before].which, &row->which)) {
                add(in, row->line,
                    text_format("this row never applies: the one in line %u matches the same cells "
                                "first; put the narrower one before it",
                                policy->cells.items[before].line));
                break;
            }
        for (int condition = 0; condition < CONDITION_COUNT; condition++)
            allows |= row->allow[condition] != policy_default.allow[condition];
        if (allows && (row->any || row->verdict == VERDICT_COMPATIBLE))
            add(in, row->line,
                text_format("allow= has no effect: %s",
                            row->any ? "no verdict is refused"
                                     : "a conditional cell is refused whatever its conditions"));
        if (!row->any && row->verdict == VERDICT_CONDITIONAL && !row->allow[CONDITION_GRADE] &&
            row->grade >= GRADE_VIRTUAL)
            add(in, row->line,
                text_dup("'grade' is not allowed, and never met: from 'virtual' on, every case is "
                         "judged"));
        if (!row->any && row->allow[CONDITION_REPORTED] != (row->grade == GRADE_REPORTED))
            add(in, row->line,
                text_dup(
                    row->grade == GRADE_REPORTED
                        ? "grade=\"reported\" has no effect: a reported result is conditional, "
                          "and allow= does not name 'reported'"
                        : "'reported' is allowed, and never met: grade= asks for more"));
    }
}

/* A plain name that no file has. */
static void check_name(struct linting *in, unsigned line, const char *word, const char *name,
                       int (*find)(const char *, char **, struct error **))
{
    _cleanup_error_ struct error *err = NULL;
    _cleanup_free_ char *path = NULL;

    if (strpbrk(name, "*?[") == NULL && find(name, &path, &err) == -ENOENT)
        add(in, line, text_format("%s '%s': %s", word, name, error_message(err)));
}

static void check_names(struct linting *in)
{
    vec_foreach (which, &in->policy->expected) {
        check_name(in, 0, "<expect>: platform", which->platform, catalog_find_platform);
        check_name(in, 0, "<expect>: suite", which->suite, catalog_find_suite);
    }
    vec_foreach (row, &in->policy->cells) {
        check_name(in, row->line, "platform", row->which.platform, catalog_find_platform);
        check_name(in, row->line, "suite", row->which.suite, catalog_find_suite);
    }
}

static bool has_level(const struct programme *programme, const char *id)
{
    vec_foreach (level, &programme->levels)
        if (strcmp(level->id, id) == 0)
            return true;
    return false;
}

static void check_level(struct linting *in, const struct policy_level *row)
{
    _cleanup_error_ struct error *err = NULL;
    _cleanup_(programme_free_cleanup) struct programme *programme = NULL;

    if (catalog_get_programme(row->programme, &programme, NULL, &err) < 0)
        add(in, row->line, text_format("<certified>: %s", error_message(err)));
    else if (!has_level(programme, row->level))
        add(in, row->line,
            text_format("<certified>: programme '%s' has no level '%s'; 'touchstone programme "
                        "show %s' lists its levels",
                        row->programme, row->level, row->programme));
}

static void check_levels(struct linting *in)
{
    for (size_t i = 0; i < in->policy->levels.count; i++) {
        const struct policy_level *row = &in->policy->levels.items[i];

        check_level(in, row);
        check_name(in, row->line, "suite", row->which.suite, catalog_find_suite);
        for (size_t before = 0; before < i; before++) {
            const struct policy_level *other = &in->policy->levels.items[before];

            if (strcmp(other->programme, row->programme) == 0 &&
                strcmp(other->level, row->level) == 0 && row_covers(&other->which, &row->which)) {
                add(in, row->line,
                    text_format("<certified>: line %u demands the same", other->line));
                break;
            }
        }
    }
}

static void check_baseline(struct linting *in)
{
    bool refuses = false;

    for (int change = 0; change < POLICY_CHANGE_COUNT; change++)
        refuses |= !in->policy->reports[change];
    if (!refuses)
        add(in, 0,
            text_dup("<baseline>: every change is only reported, so a baseline refuses "
                     "nothing"));
}

int catalog_lint_policy(const char *name, struct lint *ret_lint, struct error **err)
{
    _cleanup_(policy_free_cleanup) struct policy *policy = NULL;
    _cleanup_free_ char *path = NULL;
    struct linting in = {.to = ret_lint};
    int code = catalog_get_policy(name, &policy, &path, err);

    if (code < 0)
        return code;
    in.path = path;
    in.policy = policy;
    check_rows(&in);
    check_names(&in);
    check_levels(&in);
    check_baseline(&in);
    return 0;
}
