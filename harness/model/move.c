/* SPDX-License-Identifier: Apache-2.0 */
/* The words of a move, and what it owns. */
#include "model/move.h"

const char *move_area_name(enum move_area area)
{
    static const char *const names[MOVE_AREA_COUNT] = {
        "system",        "packages", "libraries", "commands", "services", "modules",
        "configuration", "settings", "limits",    "security", "runtime"};

    return names[area];
}

const char *move_change_name(enum move_change change)
{
    static const char *const names[MOVE_CHANGE_COUNT] = {"gone",  "split",   "renamed",
                                                         "moved", "changed", "added"};

    return names[change];
}

size_t move_count(const struct move_section *section, enum move_change change)
{
    size_t count = 0;

    vec_foreach (row, &section->rows)
        count += row->change == change;
    return count;
}

void move_done(struct move *move)
{
    for (int area = 0; area < MOVE_AREA_COUNT; area++) {
        vec_foreach (row, &move->areas[area].rows) {
            free(row->name);
            free(row->before);
            free(row->after);
            free(row->before_origin);
            free(row->after_origin);
        }
        vec_done(&move->areas[area].rows);
        free(move->areas[area].unknown);
        strv_done(&move->areas[area].partly);
    }
}
