/* SPDX-License-Identifier: Apache-2.0 */
/* What differences mean for a product, as data. */
#include <fnmatch.h>
#include <string.h>

#include "abi/check/move_areas.h"

struct rule {
    const char *group, *name;   /* name: a shell pattern */
    const char *before, *after; /* shell patterns of the values; "-": absent; "": any or absent */
    struct move_meaning meaning;
};

static const struct rule rules[] = {
#define MEANING(group, name, before, after, text, text_zh)                                         \
    {group, name, before, after, {text, text_zh}},
#include "abi/check/move_meanings.def"
#undef MEANING
};

static bool matches(const char *pattern, const char *value)
{
    if (pattern[0] == '\0')
        return true;
    if (value == NULL)
        return strcmp(pattern, "-") == 0;
    return fnmatch(pattern, value, FNM_NOESCAPE | FNM_EXTMATCH) == 0;
}

const struct move_meaning *move_meaning_of(enum move_area area, const struct move_row *row)
{
    const char *group = row->group != NULL ? row->group : move_area_name(area);

    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
        if (strcmp(rules[i].group, group) == 0 && matches(rules[i].name, row->name) &&
            matches(rules[i].before, row->before) && matches(rules[i].after, row->after))
            return &rules[i].meaning;
    return NULL;
}
