/* SPDX-License-Identifier: Apache-2.0 */
/* Unit files line by line: systemd.syntax(7). */
#include "abi/script/unit.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

static const struct directive {
    const char *name;
    unsigned since;
} directives[] = {
#define DIRECTIVE(name, since) {name, since},
#include "abi/script/unit_directives.def"
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

void unit_check_text(const char *path, const char *text, unsigned release,
                     struct findings *findings)
{
    _cleanup_strv_ struct strv lines = {0};

    strv_split(&lines, text, "\n");
    for (size_t i = 0; i < lines.count; i++)
        check_line(lines.items[i], release, path, findings);
}
