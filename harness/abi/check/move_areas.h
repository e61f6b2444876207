/* SPDX-License-Identifier: Apache-2.0 */
/* Compares one area each; parts of move_compare. */
#ifndef TS_ABI_CHECK_MOVE_AREAS_H
#define TS_ABI_CHECK_MOVE_AREAS_H

#include "abi/check/move.h"
#include "abi/settings/settings.h"

void move_system(const struct surface *a, const struct surface *b, struct move_section *to);
void move_packages(const struct surface *a, const struct surface *b, struct move_section *to);
void move_libraries(const struct surface *a, const struct surface *b, struct move_section *to);
void move_commands(const struct surface *a, const struct surface *b, struct move_section *to);
void move_services(const struct surface *a, const struct surface *b, struct move_section *to);
void move_modules(const struct surface *a, const struct surface *b, struct move_section *to);
void move_config(const struct surface *a, const struct surface *b, struct move_section *to);

/* One of the areas of settings. */
void move_settings(const struct settings *a, const struct settings *b, enum move_area area,
                   struct move_section *to);

/* What a row means, by move_meanings.def. NULL: not known. */
const struct move_meaning *move_meaning_of(enum move_area area, const struct move_row *row);

/* Takes ownership of before and after. */
void move_add(struct move_section *to, enum move_change change, const char *name, char *before,
              char *after);

/* Says why an area is not compared if one side has nothing of `what`; returns whether it is. */
bool move_has_both(size_t in_a, size_t in_b, const char *what, struct move_section *to);

#endif
