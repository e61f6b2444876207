/* SPDX-License-Identifier: Apache-2.0 */
/* The defaults of two systems. A setting that only one system makes is gone or added; what neither
 * makes is the default of a program or of the kernel, and nothing is said of it. */
#include <string.h>

#include "abi/check/move_areas.h"
#include "base/cleanup.h"
#include "base/text.h"

static bool is_in(enum settings_group group, enum move_area area)
{
    static const enum move_area areas[SETTINGS_GROUP_COUNT] = {
        [SETTINGS_SYSCTL] = MOVE_SETTINGS,  [SETTINGS_BOOT] = MOVE_SETTINGS,
        [SETTINGS_CGROUP] = MOVE_SETTINGS,  [SETTINGS_LIMITS] = MOVE_LIMITS,
        [SETTINGS_SYSTEMD] = MOVE_LIMITS,   [SETTINGS_LOGIND] = MOVE_LIMITS,
        [SETTINGS_CRYPTO] = MOVE_SECURITY,  [SETTINGS_OPENSSL] = MOVE_SECURITY,
        [SETTINGS_SSHD] = MOVE_SECURITY,    [SETTINGS_SELINUX] = MOVE_SECURITY,
        [SETTINGS_PAM] = MOVE_SECURITY,     [SETTINGS_FIREWALL] = MOVE_SECURITY,
        [SETTINGS_PROGRAMS] = MOVE_RUNTIME, [SETTINGS_LOGIN] = MOVE_RUNTIME,
        [SETTINGS_LOCALE] = MOVE_RUNTIME,   [SETTINGS_NSS] = MOVE_RUNTIME};

    return areas[group] == area;
}

/* Who is meant by an unknown group, and why. Caller frees. */
static char *why_unknown(const char *a, const char *b)
{
    if (a != NULL && b != NULL && strcmp(a, b) == 0)
        return text_format("both systems: %s", a);
    if (a != NULL && b != NULL)
        return text_format("the first system: %s; the second system: %s", a, b);
    return text_format("the %s system: %s", a != NULL ? "first" : "second", a != NULL ? a : b);
}

static char *origin_of(const struct setting *setting)
{
    if (setting == NULL)
        return NULL;
    return text_format("%s%s%s", (setting->flags & SETTING_MEASURED) != 0 ? "measured: " : "",
                       setting->origin,
                       (setting->flags & SETTING_DEFAULT) != 0 ? " (built-in default)" : "");
}

static void add(enum settings_group group, const char *name, const struct setting *a,
                const struct setting *b, struct move_section *to)
{
    struct move_row *row;

    move_add(to,
             a == NULL   ? MOVE_ADDED
             : b == NULL ? MOVE_GONE
                         : MOVE_CHANGED,
             name, a != NULL ? text_dup(a->value) : NULL, b != NULL ? text_dup(b->value) : NULL);
    row = &to->rows.items[to->rows.count - 1];
    row->group = settings_group_name(group);
    row->before_origin = origin_of(a);
    row->after_origin = origin_of(b);
}

/* A built-in default that only one of them documents: the other has one too, which is not known. */
static bool is_undocumented(const struct setting *a, const struct setting *b)
{
    const struct setting *there = a != NULL ? a : b;

    return (a == NULL || b == NULL) && (there->flags & SETTING_DEFAULT) != 0;
}

static void add_unknown(enum settings_group group, const char *name, const struct setting *a,
                        const struct setting *b, struct move_section *to)
{
    if (is_undocumented(a, b))
        strv_take(&to->partly,
                  text_format("%s %s: %s is built into the %s system; the other does not say",
                              settings_group_name(group), name, a != NULL ? a->value : b->value,
                              a != NULL ? "first" : "second"));
    else
        strv_take(&to->partly,
                  text_format("%s %s: %s on both, if nothing that is not known says otherwise (%s)",
                              settings_group_name(group), name, a->value,
                              (a->flags & SETTING_ASSUMED) != 0 ? a->origin : b->origin));
}

/* An assumption that both make is not proven to hold on both. */
static void compare(enum settings_group group, const char *name, const struct setting *a,
                    const struct setting *b, struct move_section *to)
{
    bool differs = a == NULL || b == NULL || strcmp(a->value, b->value) != 0;

    if (a == NULL && b == NULL)
        return;
    if (is_undocumented(a, b) || (!differs && ((a->flags | b->flags) & SETTING_ASSUMED) != 0))
        add_unknown(group, name, a, b, to);
    else if (differs)
        add(group, name, a, b, to);
    else
        to->same++;
}

static const struct setting *find(enum settings_group group, const struct settings_section *section,
                                  const char *name)
{
    if (group == SETTINGS_SYSCTL)
        return settings_find_sysctl(section, name);
    vec_foreach (row, &section->rows)
        if (strcmp(row->name, name) == 0)
            return row;
    return NULL;
}

static bool has_row(const struct settings_section *section, const char *name)
{
    vec_foreach (row, &section->rows)
        if (strcmp(row->name, name) == 0)
            return true;
    return false;
}

static void compare_group(enum settings_group group, const struct settings_section *a,
                          const struct settings_section *b, struct move_section *to)
{
    vec_foreach (row, &a->rows)
        compare(group, row->name, find(group, a, row->name), find(group, b, row->name), to);
    vec_foreach (row, &b->rows)
        if (!has_row(a, row->name))
            compare(group, row->name, find(group, a, row->name), row, to);
}

void move_settings(const struct settings *a, const struct settings *b, enum move_area area,
                   struct move_section *to)
{
    size_t compared = 0;
    bool alike = true; /* there is one reason for the whole area */
    _cleanup_free_ char *reason = NULL;

    for (int group = 0; group < SETTINGS_GROUP_COUNT; group++) {
        const struct settings_section *before = &a->groups[group], *after = &b->groups[group];
        _cleanup_free_ char *why = NULL;

        if (!is_in((enum settings_group)group, area))
            continue;
        if (before->unknown == NULL && after->unknown == NULL) {
            compare_group((enum settings_group)group, before, after, to);
            compared++;
            continue;
        }
        why = why_unknown(before->unknown, after->unknown);
        strv_take(&to->partly,
                  text_format("%s: %s", settings_group_name((enum settings_group)group), why));
        alike = alike && (reason == NULL || strcmp(reason, why) == 0);
        if (reason == NULL)
            reason = steal_ptr(why);
    }
    if (compared > 0)
        return;
    to->unknown = alike ? steal_ptr(reason) : strv_join(&to->partly, "; ");
    strv_done(&to->partly);
    to->partly = (struct strv){.count = 0};
}
