/* SPDX-License-Identifier: Apache-2.0 */
/* What two systems say of themselves, and their kernels. */
#include <stdlib.h>
#include <string.h>

#include "abi/check/move_areas.h"
#include "abi/surface/surface.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "base/text_map.h"

void move_system(const struct surface *a, const struct surface *b, struct move_section *to)
{
    static const char *const keys[] = {
        "os.PRETTY_NAME", "os.ID",   "os.ID_LIKE", "os.VERSION_ID", "os.PLATFORM_ID",
        "machine",        "class",   "glibc",      "loader",        "page-size",
        "kernel",         "systemd", "rpm"};

    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        const char *before = surface_meta_get(a, keys[i]), *after = surface_meta_get(b, keys[i]);

        /* What only one of them says is not a difference. */
        if (before == NULL || after == NULL)
            continue;
        if (strcmp(before, after) == 0)
            to->same++;
        else
            move_add(to, MOVE_CHANGED, keys[i], text_dup(before), text_dup(after));
    }
}

/* Names with a value each; the keys are in `lines`. */
struct values {
    struct strv lines; /* "NAME\0VALUE" */
    struct text_map map;
};

static void values_done(struct values *values)
{
    text_map_done(&values->map);
    strv_done(&values->lines);
}

static const char *value_at(const struct values *values, uint32_t row)
{
    const char *line = values->lines.items[row];

    return line + strlen(line) + 1;
}

static void add_value(struct values *to, const char *name, size_t length, const char *value)
{
    char *line = text_calloc(1, length + strlen(value) + 2);

    memcpy(line, name, length);
    memcpy(line + length + 1, value, strlen(value));
    strv_take(&to->lines, line);
    text_map_put(&to->map, line, (uint32_t)to->lines.count - 1);
}

static void compare(const struct values *before, const struct values *after,
                    struct move_section *to)
{
    for (size_t i = 0; i < before->lines.count; i++) {
        const char *name = before->lines.items[i], *value = value_at(before, (uint32_t)i);
        uint32_t other = text_map_get(&after->map, name);

        if (other == TEXT_MAP_NONE)
            move_add(to, MOVE_GONE, name, text_dup(value), NULL);
        else if (strcmp(value, value_at(after, other)) != 0)
            move_add(to, MOVE_CHANGED, name, text_dup(value), text_dup(value_at(after, other)));
        else
            to->same++;
    }
    for (size_t i = 0; i < after->lines.count; i++)
        if (text_map_get(&before->map, after->lines.items[i]) == TEXT_MAP_NONE)
            move_add(to, MOVE_ADDED, after->lines.items[i], NULL,
                     text_dup(value_at(after, (uint32_t)i)));
}

/* "ext4:xfs:" */
static void read_modules(const struct surface *surface, struct values *to)
{
    const char *at = surface_meta_get(surface, "kernel-modules");

    while (at != NULL && *at != '\0') {
        size_t length = strcspn(at, ":");

        if (length > 0)
            add_value(to, at, length, "");
        at += length + (at[length] == ':');
    }
}

void move_modules(const struct surface *a, const struct surface *b, struct move_section *to)
{
    _cleanup_(values_done) struct values before = {.lines = {0}}, after = {.lines = {0}};

    read_modules(a, &before);
    read_modules(b, &after);
    if (move_has_both(before.lines.count, after.lines.count, "no module of a kernel", to))
        compare(&before, &after, to);
}

/* The configuration of the kernel that the surface names, or of its only one. */
static const char *config_of(const struct surface *surface)
{
    static const char prefix[] = "kernel-config:";
    const char *release = surface_meta_get(surface, "kernel"), *found = NULL;

    for (uint64_t i = 0; i < surface->counts[TABLE_META]; i++) {
        const char *key = surface_text(surface, surface->meta[i].key);

        if (!text_starts(key, prefix))
            continue;
        if (found == NULL || text_equal(key + strlen(prefix), release))
            found = surface_text(surface, surface->meta[i].value);
    }
    return found;
}

static void read_config(const struct surface *surface, struct values *to)
{
    const char *text = config_of(surface);
    _cleanup_strv_ struct strv lines = {0};

    if (text == NULL)
        return;
    strv_split(&lines, text, "\n");
    for (size_t i = 0; i < lines.count; i++) {
        const char *line = lines.items[i], *equals = strchr(line, '=');

        if (text_starts(line, "CONFIG_") && equals != NULL)
            add_value(to, line, (size_t)(equals - line), equals + 1);
    }
}

void move_config(const struct surface *a, const struct surface *b, struct move_section *to)
{
    _cleanup_(values_done) struct values before = {.lines = {0}}, after = {.lines = {0}};

    read_config(a, &before);
    read_config(b, &after);
    if (move_has_both(before.lines.count, after.lines.count, "no configuration of a kernel", to))
        compare(&before, &after, to);
}
