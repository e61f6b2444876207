/* SPDX-License-Identifier: Apache-2.0 */
/* Compares two systems, area by area. */
#include "abi/check/move.h"

#include <stdlib.h>
#include <string.h>

#include "abi/check/move_areas.h"
#include "base/text.h"

static int by_change(const void *a, const void *b)
{
    const struct move_row *x = a, *y = b;
    int order = (x->change > y->change) - (x->change < y->change);

    return order != 0 ? order : strcmp(x->name, y->name);
}

void move_compare(const struct surface *before, const struct surface *after, struct move *ret_move)
{
    static void (*const compare[MOVE_AREA_COUNT])(const struct surface *, const struct surface *,
                                                  struct move_section *) = {
        [MOVE_SYSTEM] = move_system,       [MOVE_PACKAGES] = move_packages,
        [MOVE_LIBRARIES] = move_libraries, [MOVE_COMMANDS] = move_commands,
        [MOVE_SERVICES] = move_services,   [MOVE_MODULES] = move_modules,
        [MOVE_CONFIG] = move_config};

    *ret_move = (struct move){.areas = {{.same = 0}}};
    for (int area = 0; area < MOVE_AREA_COUNT; area++) {
        struct move_section *to = &ret_move->areas[area];

        compare[area](before, after, to);
        if (to->rows.count > 1)
            qsort(to->rows.items, to->rows.count, sizeof(struct move_row), by_change);
    }
}
