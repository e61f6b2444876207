/* SPDX-License-Identifier: Apache-2.0 */
/* Unit files line by line: systemd.syntax(7). */
#include "abi/unit.h"

#include <stdlib.h>
#include <string.h>

#include "abi/package.h"
#include "abi/surface.h"
#include "base/cleanup.h"
#include "base/path.h"
#include "base/text.h"

#define OLDEST 219

static const struct directive {
    const char *name;
    unsigned since;
} directives[] = {
#define DIRECTIVE(name, since) {name, since},
#include "abi/unit_directives.def"
#undef DIRECTIVE
};

bool unit_is_one(const char *path)
{
    static const char *const kinds[] = {".service", ".socket", ".timer", ".path",
                                        ".mount",   ".slice",  ".target"};

    if (strstr(path, "/systemd/system/") == NULL && strstr(path, "/systemd/user/") == NULL)
        return false;
    if (text_ends(path, ".conf"))
        return strstr(path, ".d/") != NULL;
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (text_ends(path, kinds[i]))
            return true;
    return false;
}

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

static void check_line(const char *line, unsigned release, const char *file,
                       struct findings *findings)
{
    size_t length = strcspn(line, "= \t");
    const char *equals = line + length + strspn(line + length, " \t");

    if (*equals != '=')
        return;
    for (size_t i = 0; i < sizeof(directives) / sizeof(directives[0]); i++) {
        struct finding *row;

        if (strlen(directives[i].name) != length ||
            strncmp(line, directives[i].name, length) != 0 || directives[i].since <= release)
            continue;
        row = findings_add(findings, FINDING_UNIT_DIRECTIVE, file, directives[i].name, NULL, NULL);
        finding_set_found(row, "systemd %u, which ignores it: %s= came with %u", release,
                          directives[i].name, directives[i].since);
    }
}

void unit_check(const struct package *package, const struct surface *image,
                struct findings *findings)
{
    unsigned release = unit_systemd_release(image);

    if (release == 0)
        return;
    vec_foreach (unit, &package->units) {
        _cleanup_strv_ struct strv lines = {0};

        strv_split(&lines, unit->text, "\n");
        for (size_t i = 0; i < lines.count; i++)
            check_line(lines.items[i], release, unit->path, findings);
    }
}
