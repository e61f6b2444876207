/* SPDX-License-Identifier: Apache-2.0 */
/* Adds and counts the rows of an area. */
#include "abi/check/move_areas.h"
#include "base/text.h"

void move_add(struct move_section *to, enum move_change change, const char *name, char *before,
              char *after)
{
    *vec_add(&to->rows) = (struct move_row){
        .change = change, .name = text_dup(name), .before = before, .after = after};
}

bool move_has_both(size_t in_a, size_t in_b, const char *what, struct move_section *to)
{
    if (in_a > 0 && in_b > 0)
        return true;
    to->unknown = text_format("%s knows %s",
                              in_a > 0   ? "the second system"
                              : in_b > 0 ? "the first system"
                                         : "each system",
                              what);
    return false;
}
