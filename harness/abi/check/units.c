/* SPDX-License-Identifier: Apache-2.0 */
/* Checks systemd units against the image. */
#include "abi/script/unit.h"

#include <stdlib.h>
#include <string.h>

#include "abi/check/needs.h"
#include "abi/check/scripts.h"
#include "base/path.h"

#define OLDEST 219
#define ANY_PATH 239 /* first systemd version that accepts programs without a path */

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

static void check_program(const struct package_text *unit, const struct unit_need *need,
                          unsigned release, struct needs *needs)
{
    struct finding *row;

    if (need->name[0] != '/' && release > 0 && release < ANY_PATH) {
        row = findings_add(needs->findings, FINDING_UNIT_VALUE, unit->path, need->directive,
                           need->name, NULL);
        row->line = need->line;
        finding_set_found(
            row, "systemd %u requires an absolute path in %s=, like all releases before %d",
            release, need->directive, ANY_PATH);
        finding_set_remedy(row, "use the absolute path of %s", need->name);
    }
    if (need->code != NULL)
        script_check_shell(unit->path, need->code, needs);
    if (needs_program(needs, need->name) != NEED_MISSING)
        return;
    row = findings_add(needs->findings, FINDING_UNIT_PROGRAM, unit->path, need->directive, NULL,
                       need->name);
    row->line = need->line;
    finding_set_found(row, "%s is not on the image", need->name);
    if (need->optional)
        row->severity = SEVERITY_WARN;
    if (strstr(need->name, "python") != NULL)
        finding_set_remedy(row, "start /usr/bin/python3");
}

static void check_need(const struct package_text *unit, const struct unit_need *need,
                       unsigned release, struct needs *needs)
{
    struct finding *row;

    if (need->kind == UNIT_NEEDS_PROGRAM) {
        check_program(unit, need, release, needs);
    } else if (need->kind == UNIT_NEEDS_UNIT) {
        if (needs_unit(needs, need->name) != NEED_MISSING)
            return;
        row = findings_add(needs->findings, FINDING_UNIT_REQUIRES, unit->path, need->directive,
                           NULL, need->name);
        row->line = need->line;
        finding_set_found(row, "unit %s is not on the image; systemd refuses to start this unit",
                          need->name);
        if (text_equal(need->name, "network.service"))
            finding_set_remedy(row,
                               "use Wants=network-online.target and After=network-online.target");
    } else if (needs_user(needs, need->name, need->kind == UNIT_NEEDS_GROUP) == NEED_MISSING) {
        row = findings_add(needs->findings, FINDING_UNIT_USER, unit->path, need->directive, NULL,
                           need->name);
        row->line = need->line;
        finding_set_found(row, "no %s '%s' on the image, and nothing in the package creates it",
                          need->kind == UNIT_NEEDS_GROUP ? "group" : "user", need->name);
    }
}

void unit_check(const struct package *package, const struct surface *image, struct needs *needs)
{
    unsigned release = unit_systemd_release(image);

    vec_foreach (unit, &package->units) {
        _cleanup_unit_needs_ struct unit_needs wanted = {0};

        if (unit->beside || !unit_is_one(unit->path))
            continue;
        unit_check_text(unit->path, unit->text, release, needs->findings);
        unit_needs_read(unit->text, &wanted);
        vec_foreach (need, &wanted)
            check_need(unit, need, release, needs);
    }
}
