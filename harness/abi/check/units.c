/* SPDX-License-Identifier: Apache-2.0 */
/* Checks systemd units against the image. */
#include "abi/script/unit.h"

#include <stdlib.h>
#include <string.h>

#include "abi/check/needs.h"
#include "abi/check/scripts.h"
#include "base/cleanup.h"
#include "base/path.h"

#define OLDEST 219
#define ANY_PATH 239 /* first systemd version that accepts programs without a path */

/* A unit with its drop-ins. */
struct checked_unit {
    struct needs *needs;
    struct unit_parts parts;
    const char *name;
    unsigned release;
    bool user; /* of systemd's user manager */
    bool
        placed; /* it lies where systemd reads it, so paths in the package are those on the image */
};

unsigned unit_systemd_release(const struct surface *image)
{
    static const char library[] = "libsystemd-shared-";
    const char *listed = surface_meta_get(image, "systemd");
    bool runs = false;

    if (listed != NULL)
        return (unsigned)strtoul(listed, NULL, 10);
    for (uint64_t i = 0; i < image->counts[TABLE_PATHS]; i++) {
        const char *path = surface_text(image, image->paths[i].path);

        if (text_starts(path_base(path), library))
            return (unsigned)strtoul(path_base(path) + strlen(library), NULL, 10);
        runs = runs || text_ends(path, "/lib/systemd/systemd");
    }
    return runs ? OLDEST : 0;
}

static struct finding *add(const struct checked_unit *unit, enum finding_kind kind,
                           const struct unit_need *need, const char *value)
{
    struct finding *row =
        findings_add(unit->needs->findings, kind, unit->parts.items[need->part].path,
                     need->directive, value, value != NULL ? NULL : need->name);

    row->line = need->line;
    if (need->optional)
        row->severity = SEVERITY_WARN;
    return row;
}

static void check_program(const struct checked_unit *unit, const struct unit_need *need)
{
    struct needs *needs = unit->needs;
    struct finding *row;
    unsigned mode;

    /* A relative path: unit_check_whole reports it. */
    if (need->name[0] != '/' && strchr(need->name, '/') != NULL && !need->by_name)
        return;
    if (need->name[0] != '/' && !need->by_name && unit->release > 0 && unit->release < ANY_PATH) {
        row = add(unit, FINDING_UNIT_VALUE, need, need->name);
        row->severity = SEVERITY_HIGH;
        finding_set_found(
            row, "systemd %u requires an absolute path in %s=, like all releases before %d",
            unit->release, need->directive, ANY_PATH);
        finding_set_remedy(row, "use the absolute path of %s", need->name);
    }
    if (need->code != NULL)
        script_check_command(
            unit->parts.items[need->part].path, need->name, need->code, need->line, need->optional,
            text_equal(need->directive, "ExecStart") ? SEVERITY_BLOCK : SEVERITY_HIGH, needs);
    if (need->name[0] == '/' && needs_refuses_execution(needs, need->name, &mode)) {
        row = add(unit, FINDING_UNIT_REFUSED, need, NULL);
        finding_set_found(row, "'%s' of the package has mode %04o: systemd cannot execute it",
                          need->name, mode);
        finding_set_remedy(row, "give it mode 0755 in the package");
    } else if (unit->placed && need->name[0] == '/' && needs_refuses_format(needs, need->name)) {
        row = add(unit, FINDING_UNIT_REFUSED, need, NULL);
        finding_set_found(row,
                          "'%s' of the package is neither a program nor a script that begins with "
                          "'#!': systemd cannot execute it (exec format error)",
                          need->name);
        finding_set_remedy(row, "begin it with a line such as #!/bin/sh");
    }
    if ((unit->placed ? needs_started(needs, need->name) : needs_program(needs, need->name)) !=
        NEED_MISSING)
        return;
    row = add(unit, FINDING_UNIT_PROGRAM, need, NULL);
    finding_set_found(row, "%s is not on the image%s", need->name,
                      need->name[0] == '/' ? "" : ", in the folders of PATH");
    if (strstr(need->name, "python") != NULL)
        finding_set_remedy(row, "start /usr/bin/python3");
}

static void check_path(const struct checked_unit *unit, const struct unit_need *need)
{
    const char *what = need->kind == UNIT_NEEDS_FOLDER ? "folder" : "file";
    struct finding *row;

    if (!unit->placed || (need->optional && need->kind != UNIT_NEEDS_SCRIPT) ||
        needs_path(unit->needs, need->name) != NEED_MISSING)
        return;
    row = add(unit, need->kind == UNIT_NEEDS_SCRIPT ? FINDING_UNIT_PROGRAM : FINDING_UNIT_FILE,
              need, NULL);
    finding_set_found(row, "%s %s is not on the image, and nothing in the package creates it", what,
                      need->name);
    if (text_equal(need->directive, "EnvironmentFile"))
        finding_set_remedy(row, "ship the file, or write EnvironmentFile=-%s", need->name);
}

static void check_unit(const struct checked_unit *unit, const struct unit_need *need)
{
    struct finding *row;

    if (needs_unit(unit->needs, need->name, unit->user) != NEED_MISSING)
        return;
    row = add(unit, FINDING_UNIT_REQUIRES, need, NULL);
    finding_set_found(row, "unit %s is not on the image; systemd refuses to start this unit",
                      need->name);
    if (text_equal(need->name, "network.service"))
        finding_set_remedy(row, "use Wants=network-online.target and After=network-online.target");
}

static void check_user(const struct checked_unit *unit, const struct unit_need *need)
{
    bool group = need->kind == UNIT_NEEDS_GROUP;

    if (needs_user(unit->needs, need->name, group) == NEED_MISSING)
        finding_set_found(add(unit, FINDING_UNIT_USER, need, NULL),
                          "no %s '%s' on the image, and nothing in the package creates it",
                          group ? "group" : "user", need->name);
}

static void check_needs(const struct checked_unit *unit)
{
    _cleanup_unit_needs_ struct unit_needs wanted = {0};

    unit_needs_read(&unit->parts, &wanted);
    vec_foreach (need, &wanted) {
        switch (need->kind) {
        case UNIT_NEEDS_PROGRAM:
            check_program(unit, need);
            break;
        case UNIT_NEEDS_UNIT:
            check_unit(unit, need);
            break;
        case UNIT_NEEDS_USER:
        case UNIT_NEEDS_GROUP:
            check_user(unit, need);
            break;
        case UNIT_NEEDS_SCRIPT:
        case UNIT_NEEDS_FILE:
        case UNIT_NEEDS_FOLDER:
            check_path(unit, need);
            break;
        }
    }
}

/* Whether the text names the unit in a line that is more than an order: "After=". */
static bool names(const struct package_text *text, const char *name)
{
    static const char *const orders[] = {"After=", "Before=", "Conflicts=", "#"};
    _cleanup_strv_ struct strv lines = {0};

    strv_split(&lines, text->text, "\n");
    for (size_t i = 0; i < lines.count; i++) {
        bool order = false;

        for (size_t o = 0; o < sizeof(orders) / sizeof(orders[0]); o++)
            order = order || text_starts(lines.items[i], orders[o]);
        if (!order && strstr(lines.items[i], name) != NULL)
            return true;
    }
    return false;
}

/* A link in a folder such as "sockets.target.wants". */
static bool is_link_of(const char *path, const char *name)
{
    const char *base = path_base(path);
    _cleanup_free_ char *folder = text_ndup(path, (size_t)(base - path));

    return text_equal(base, name) &&
           (text_ends(folder, ".wants/") || text_ends(folder, ".requires/"));
}

/* True if something of the package starts or enables the unit: an [Install] section, a link,
 * another unit, a script. */
static bool is_started(const struct checked_unit *unit)
{
    const struct package *package = unit->needs->package;

    if (package->own_packages == 0)
        return true;
    vec_foreach (part, &unit->parts)
        if (strstr(part->text, "\n[Install]") != NULL || text_starts(part->text, "[Install]"))
            return true;
    for (uint64_t i = 0; i < package->surface->counts[TABLE_PATHS]; i++) {
        const struct surface_path *path = &package->surface->paths[i];

        if (path->kind == PATH_LINK &&
            is_link_of(surface_text(package->surface, path->path), unit->name))
            return true;
    }
    vec_foreach (other, &package->units)
        if (unit_is_one(other->path) && !text_equal(path_base(other->path), unit->name) &&
            names(other, unit->name))
            return true;
    vec_foreach (script, &package->scripts)
        if (names(script, unit->name))
            return true;
    return false;
}

/* The whole unit can be judged only with its own file; drop-ins of the image are unknown. */
static void check_whole(const struct checked_unit *unit)
{
    struct needs *needs = unit->needs;
    _cleanup_free_ char *triggered =
        unit_check_whole(&unit->parts, unit->name, unit->release, needs->findings);
    struct finding *row;

    if (triggered == NULL || needs_unit(needs, triggered, unit->user) != NEED_MISSING)
        return;
    row = findings_add(needs->findings, FINDING_UNIT_REQUIRES, unit->parts.items[0].path, NULL,
                       NULL, triggered);
    finding_set_found(
        row, "unit %s, which this one starts, is not on the image; systemd refuses it", triggered);
    if (is_started(unit))
        return;
    row->severity = SEVERITY_WARN;
    finding_set_found(
        row,
        "unit %s, which this one starts, is not on the image; systemd refuses it where "
        "it is started, and nothing in the package starts it",
        triggered);
}

static bool is_drop_in(const char *path)
{
    return text_ends(path, ".conf");
}

/* "a.service" of "/etc/systemd/system/a.service.d/x.conf". Caller frees. */
static char *unit_of_drop_in(const char *path)
{
    _cleanup_free_ char *folder = text_ndup(path, (size_t)(path_base(path) - path));
    size_t length = strlen(folder);

    if (!text_ends(folder, ".d/"))
        return text_dup("");
    folder[length - 3] = '\0';
    return text_dup(path_base(folder));
}

struct drop_in {
    char *unit;
    const struct package_text *text;
};
VEC_TYPE(drop_ins, struct drop_in);

static int compare_drop_ins(const void *a, const void *b)
{
    const struct drop_in *left = a, *right = b;
    int order = strcmp(left->unit, right->unit);

    return order != 0 ? order : strcmp(path_base(left->text->path), path_base(right->text->path));
}

static void find_drop_ins(const struct package *package, struct drop_ins *ret)
{
    vec_foreach (text, &package->units)
        if (unit_is_one(text->path) && is_drop_in(text->path))
            *(struct drop_in *)vec_add(ret) = (struct drop_in){unit_of_drop_in(text->path), text};
    if (ret->count > 1)
        qsort(ret->items, ret->count, sizeof(*ret->items), compare_drop_ins);
}

static bool is_user(const char *path)
{
    return strstr(path, "/systemd/user/") != NULL;
}

static bool is_placed(const char *path)
{
    static const char *const roots[] = {"/usr/lib/systemd/", "/lib/systemd/", "/etc/systemd/",
                                        "/usr/local/lib/systemd/"};

    for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++)
        if (text_starts(path, roots[i]))
            return true;
    return false;
}

static void add_part(struct unit_parts *parts, const struct package_text *text)
{
    *(struct unit_part *)vec_add(parts) = (struct unit_part){text->path, text->text};
}

/* The unit's own file, then its drop-ins by name. */
static void add_parts(const struct package_text *own, const char *name,
                      const struct drop_ins *drop_ins, struct unit_parts *parts)
{
    size_t low = 0, high = drop_ins->count;

    add_part(parts, own);
    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (strcmp(drop_ins->items[middle].unit, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < drop_ins->count && text_equal(drop_ins->items[low].unit, name); low++)
        if (is_user(drop_ins->items[low].text->path) == is_user(own->path))
            add_part(parts, drop_ins->items[low].text);
}

static void check_one(const struct package_text *text, unsigned release,
                      const struct drop_ins *drop_ins, struct needs *needs)
{
    struct checked_unit unit = {.needs = needs,
                                .name = path_base(text->path),
                                .release = release,
                                .user = is_user(text->path),
                                .placed = is_placed(text->path)};

    if (is_drop_in(text->path)) {
        _cleanup_free_ char *name = unit_of_drop_in(text->path);

        if (needs_brings(needs, name))
            return; /* checked with that unit */
        add_part(&unit.parts, text);
        check_needs(&unit);
    } else {
        add_parts(text, unit.name, drop_ins, &unit.parts);
        check_needs(&unit);
        check_whole(&unit);
    }
    vec_done(&unit.parts);
}

void unit_check(const struct package *package, const struct surface *image, struct needs *needs)
{
    unsigned release = unit_systemd_release(image);
    struct drop_ins drop_ins = {0};

    find_drop_ins(package, &drop_ins);
    vec_foreach (text, &package->units) {
        if (text->beside || !unit_is_one(text->path))
            continue;
        unit_check_text(text->path, text->text, release, needs->findings);
        check_one(text, release, &drop_ins, needs);
    }
    vec_foreach (drop_in, &drop_ins)
        free(drop_in->unit);
    vec_done(&drop_ins);
}
