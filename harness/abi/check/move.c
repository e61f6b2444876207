/* SPDX-License-Identifier: Apache-2.0 */
/* Compares two systems, area by area. */
#include "abi/check/move.h"

#include <stdlib.h>
#include <string.h>

#include "abi/check/move_areas.h"
#include "abi/surface/surface.h"
#include "abi/surface/surface_settings.h"
#include "base/text.h"

static int by_change(const void *a, const void *b)
{
    const struct move_row *x = a, *y = b;
    int order = (x->change > y->change) - (x->change < y->change);

    if (order == 0 && x->group != NULL && y->group != NULL)
        order = strcmp(x->group, y->group);
    return order != 0 ? order : strcmp(x->name, y->name);
}

static void drop(struct move_section *section, enum move_change change)
{
    size_t count = 0;

    vec_foreach (row, &section->rows) {
        if (row->change != change) {
            section->rows.items[count++] = *row;
            continue;
        }
        free(row->name);
        free(row->before);
        free(row->after);
    }
    section->rows.count = count;
}

/* A reference lists what every installation has. That it does not list a file says nothing about a
 * system of its kind, so what a measured system has in addition is neither gone nor added. */
static void drop_unlisted(bool before, bool after, struct move_section *to)
{
    enum move_change change = before ? MOVE_ADDED : MOVE_GONE;
    size_t count = move_count(to, change);

    if (before && after) {
        strv_add(&to->partly, "what is on neither list: a reference lists only what every "
                              "installation has");
    } else if ((before || after) && count > 0) {
        strv_take(&to->partly,
                  text_format("%zu that only the %s system has: a reference lists only "
                              "what every installation has",
                              count, before ? "second" : "first"));
        drop(to, change);
    }
}

static void sort_and_explain(enum move_area area, struct move_section *to)
{
    if (to->rows.count > 1)
        qsort(to->rows.items, to->rows.count, sizeof(struct move_row), by_change);
    vec_foreach (row, &to->rows)
        row->meaning = move_meaning_of(area, row);
}

void move_compare(const struct surface *before, const struct surface *after, struct move *ret_move)
{
    static void (*const compare[])(const struct surface *, const struct surface *,
                                   struct move_section *) = {
        [MOVE_SYSTEM] = move_system,       [MOVE_PACKAGES] = move_packages,
        [MOVE_LIBRARIES] = move_libraries, [MOVE_COMMANDS] = move_commands,
        [MOVE_SERVICES] = move_services,   [MOVE_MODULES] = move_modules,
        [MOVE_CONFIG] = move_config};
    struct settings a, b;

    *ret_move = (struct move){.areas = {{.same = 0}}};
    surface_read_settings(before, &a);
    surface_read_settings(after, &b);
    for (int area = 0; area < MOVE_AREA_COUNT; area++) {
        struct move_section *to = &ret_move->areas[area];

        if (area < (int)(sizeof(compare) / sizeof(compare[0])))
            compare[area](before, after, to);
        else
            move_settings(&a, &b, (enum move_area)area, to);
        if (area == MOVE_LIBRARIES || area == MOVE_COMMANDS)
            drop_unlisted(surface_meta_get(before, "reference") != NULL,
                          surface_meta_get(after, "reference") != NULL, to);
        sort_and_explain((enum move_area)area, to);
    }
    settings_done(&a);
    settings_done(&b);
}
