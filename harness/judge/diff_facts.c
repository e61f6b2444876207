/* SPDX-License-Identifier: Apache-2.0 */
/* Compares what was measured and found in two cells. */
#include "judge/diff_facts.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/text_map.h"

/* Values of a guest that did not match the plan are not compared. */
static const struct result *measured(const struct matrix_cell *cell)
{
    const struct result *latest = cell != NULL ? matrix_cell_latest(cell) : NULL;

    return latest != NULL && result_identity_matches(latest) ? latest : NULL;
}

static bool is_compared(const struct observation *seen)
{
    return seen->case_id != NULL && seen->unit == NULL;
}

/* The values of a result by case and key. */
struct values {
    const struct result *result;
    struct strv names; /* of each observation that is compared, in their order */
    struct text_map places;
};

/* An id of a case has no line break. */
static char *name_of(const struct observation *seen)
{
    return text_format("%s\n%s", seen->case_id, seen->key);
}

static void values_make(const struct result *result, struct values *to)
{
    *to = (struct values){.result = result};
    vec_foreach (seen, &result->observations)
        if (is_compared(seen))
            strv_take(&to->names, name_of(seen));
    for (size_t i = 0, name = 0; i < result->observations.count; i++)
        if (is_compared(&result->observations.items[i]))
            text_map_put(&to->places, to->names.items[name++], (uint32_t)i);
}

static void values_done(struct values *values)
{
    text_map_done(&values->places);
    strv_done(&values->names);
}

/* Of a repeated key the first; NULL: it has none. */
static const char *value_of(const struct values *values, const struct observation *like)
{
    _cleanup_free_ char *name = name_of(like);
    uint32_t at = text_map_get(&values->places, name);

    return at != TEXT_MAP_NONE ? values->result->observations.items[at].value : NULL;
}

static void add_value(const struct observation *seen, const char *before, const char *after,
                      struct diff_cell *to)
{
    struct diff_value *row = vec_add(&to->values);

    row->case_id = text_dup(seen->case_id);
    row->key = text_dup(seen->key);
    row->before = text_dup(before);
    row->after = text_dup(after);
}

static void compare_values(const struct result *before, const struct result *after,
                           struct diff_cell *to)
{
    _cleanup_(values_done) struct values old_values, new_values;

    values_make(before, &old_values);
    values_make(after, &new_values);
    vec_foreach (seen, &after->observations) {
        const char *old = is_compared(seen) ? value_of(&old_values, seen) : NULL;

        if (is_compared(seen) && !text_equal(old, seen->value))
            add_value(seen, old, seen->value, to);
    }
    vec_foreach (seen, &before->observations)
        if (is_compared(seen) && value_of(&new_values, seen) == NULL)
            add_value(seen, seen->value, NULL, to);
}

static bool same_finding(const struct finding *a, const struct finding *b)
{
    return strcmp(finding_name(a), finding_name(b)) == 0 && text_equal(a->file, b->file) &&
           text_equal(a->symbol, b->symbol) && text_equal(a->version, b->version);
}

/* The findings of one result, of the static check or of the footprint. */
struct rows {
    const struct finding *items;
    size_t count;
};

/* Reports those that the other list lacks. Both are sorted alike, so the search begins where the
 * last one ended. */
static void add_findings(struct rows from, struct rows other, bool gone, struct diff_cell *to)
{
    size_t start = 0;

    for (size_t r = 0; r < from.count; r++) {
        const struct finding *row = &from.items[r];
        struct diff_finding *added;
        size_t i = 0;

        while (i < other.count && !same_finding(row, &other.items[(start + i) % other.count]))
            i++;
        if (i < other.count) {
            start = (start + i + 1) % other.count;
            continue;
        }
        added = vec_add(&to->findings);
        added->kind = text_dup(finding_name(row));
        added->place = finding_place(row);
        added->symbol = text_dup(row->symbol);
        added->severity = row->severity;
        added->gone = gone;
    }
}

#define ROWS(list) ((struct rows){(list).items, (list).count})

static void compare_findings(const struct result *before, const struct result *after,
                             struct diff_cell *to)
{
    const struct rows old[] = {ROWS(before->prediction.findings), ROWS(before->footprint.findings)};
    const struct rows new[] = {ROWS(after->prediction.findings), ROWS(after->footprint.findings)};

    for (int i = 0; i < 2; i++)
        add_findings(new[i], old[i], false, to);
    for (int i = 0; i < 2; i++)
        add_findings(old[i], new[i], true, to);
}

/* The product's own packages that the other result lacks. */
static char *parts_without(const struct result *from, const struct result *other)
{
    struct strv names = {0};
    char *text;

    vec_foreach (part, &from->prediction.parts) {
        bool found = false;

        vec_foreach (same, &other->prediction.parts)
            found |= strcmp(same->name, part->name) == 0;
        if (part->checked && !found)
            strv_add(&names, part->name);
    }
    text = strv_join(&names, ", ");
    strv_done(&names);
    return text;
}

static void compare_products(const struct result *before, const struct result *after,
                             struct diff_cell *to)
{
    if (before->prediction.parts.count == 0 || after->prediction.parts.count == 0)
        return;
    to->product_before = parts_without(before, after);
    to->product_after = parts_without(after, before);
    if (*to->product_before != '\0' || *to->product_after != '\0')
        return;
    text_replace(&to->product_before, NULL);
    text_replace(&to->product_after, NULL);
}

void diff_facts(const struct matrix_cell *before, const struct matrix_cell *after,
                struct diff_cell *to)
{
    const struct result *old = measured(before), *new = measured(after);

    if (old == NULL || new == NULL)
        return;
    compare_values(old, new, to);
    compare_findings(old, new, to);
    compare_products(old, new, to);
}
