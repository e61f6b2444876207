/* SPDX-License-Identifier: Apache-2.0 */
#include "abi/check/script_place.h"

#include <stdio.h>
#include <string.h>

#include "abi/check/needs.h"
#include "abi/script/script.h"
#include "abi/script/shebang.h"
#include "abi/surface/remedy.h"
#include "base/cleanup.h"
#include "base/path.h"
#include "base/text.h"

bool script_is_helper(const char *path)
{
    return strstr(path, "/dist-packages/") != NULL || strstr(path, "/site-packages/") != NULL ||
           text_starts(path, "/usr/share/") || text_starts(path, "/etc/sv/");
}

bool script_is_scriptlet(const char *path)
{
    return strstr(path, "(%") != NULL || text_starts(path, "/RPM/") ||
           strstr(path, "/DEBIAN/") != NULL;
}

const char *script_argument(const char *path)
{
    return text_ends(path, "/DEBIAN/postinst")  ? "configure"
           : text_ends(path, "/DEBIAN/preinst") ? "install"
                                                : NULL;
}

bool script_stops_installation(const char *path)
{
    return text_ends(path, "/DEBIAN/preinst") || text_ends(path, "/DEBIAN/postinst") ||
           text_equal(path, "/RPM/prein") || text_equal(path, "/RPM/pretrans");
}

static char *canonical_of(const struct needs *needs, const char *folder, const char *name)
{
    _cleanup_free_ char *path = text_format("%s%s%s", folder, folder[0] != '\0' ? "/" : "", name);
    char *canonical = world_canonical(needs->world, path);

    if (canonical == NULL || world_resolve(needs->world, canonical).found)
        return canonical;
    free(canonical);
    return NULL;
}

char *script_interpreter_behind(const struct needs *needs, const char *program)
{
    char *found = NULL;

    if (strchr(program, '/') != NULL)
        return canonical_of(needs, "", program);
    if (needs->path == NULL)
        return canonical_of(needs, "/usr/bin", program);
    for (size_t i = 0; found == NULL && i < needs->path->count; i++)
        found = canonical_of(needs, needs->path->items[i], program);
    return found;
}

static const char *text_of(const struct package *package, const char *path)
{
    vec_foreach (script, &package->scripts)
        if (text_equal(script->path, path))
            return script->text;
    return NULL;
}

bool script_is_nested(const struct package *package, const char *interpreter)
{
    _cleanup_free_ char *path = text_dup(interpreter);

    for (unsigned depth = 1; depth <= SHEBANG_NESTED_MAX; depth++) {
        const char *text = text_of(package, path);
        _cleanup_shebang_ struct shebang line = {0};

        if (text == NULL)
            return false;
        shebang_read(text, &line);
        if (line.program == NULL)
            return false;
        free(path);
        path = text_dup(line.program);
    }
    return true;
}

/* What a file of the package contains, if it is not named for it: "cp dash /bin/sh". */
static enum script_shell shell_in(const struct needs *needs, const char *path)
{
    vec_foreach (elf, &needs->package->elves)
        if (text_equal(elf->path, path))
            return strv_has(&elf->hints, SCRIPT_HINT_DASH)   ? SCRIPT_SHELL_DASH
                   : strv_has(&elf->hints, SCRIPT_HINT_BASH) ? SCRIPT_SHELL_BASH
                                                             : SCRIPT_SHELL_OTHER;
    return SCRIPT_SHELL_OTHER;
}

/* Other shells accept most of bash's syntax. */
enum script_shell script_shell_of(const struct needs *needs, const char *program)
{
    _cleanup_free_ char *canonical = script_interpreter_behind(needs, program);

    if (canonical == NULL)
        return SCRIPT_SHELL_OTHER;
    if (text_equal(path_base(canonical), "dash"))
        return SCRIPT_SHELL_DASH;
    if (text_equal(path_base(canonical), "bash"))
        return SCRIPT_SHELL_BASH;
    return text_equal(path_base(canonical), "sh") ? shell_in(needs, canonical) : SCRIPT_SHELL_OTHER;
}

unsigned script_release_of(const struct needs *needs, const char *name)
{
    const struct surface *image = needs->world->layers[LAYER_IMAGE];

    for (uint64_t i = 0; i < image->counts[TABLE_PACKAGES]; i++) {
        const char *version, *colon;
        unsigned major = 0, minor = 0, patch = 0;

        if (!text_equal(surface_text(image, image->packages[i].name), name))
            continue;
        version = surface_text(image, image->packages[i].version);
        colon = strchr(version, ':');
        return sscanf(colon != NULL ? colon + 1 : version, "%u.%u.%u", &major, &minor, &patch) > 1
                   ? 10000 * major + 100 * minor + patch
                   : 0;
    }
    return 0;
}

bool script_is_start(const struct needs *needs, const char *path)
{
    static const char *const folders[] = {"/usr/bin/",   "/usr/sbin/",      "/bin/",
                                          "/sbin/",      "/usr/local/bin/", "/usr/local/sbin/",
                                          "/etc/init.d/"};

    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
        if (text_starts(path, folders[i]))
            return true;
    return strv_sorted_has(&needs->started, path) || strv_sorted_has(&needs->on_failure, path);
}

enum finding_severity script_end_severity(const struct needs *needs, const char *path)
{
    unsigned mode;

    if (text_starts(path, "/usr/share/doc/"))
        return SEVERITY_WARN;
    if (script_is_scriptlet(path))
        return script_stops_installation(path) ? SEVERITY_BLOCK : SEVERITY_HIGH;
    if (needs_refuses_execution((struct needs *)needs, path, &mode))
        return SEVERITY_WARN;
    if (script_is_start(needs, path))
        return SEVERITY_BLOCK;
    /* Where a package says what it needs, scripts among its data are run by hand. */
    return needs->package->own_packages > 0 && script_is_helper(path) ? SEVERITY_WARN
                                                                      : SEVERITY_HIGH;
}

enum finding_severity script_need_severity(const struct needs *needs, const char *path,
                                           enum finding_severity ends)
{
    if (ends != SEVERITY_BLOCK || script_is_scriptlet(path) || !script_is_start(needs, path))
        return ends;
    return needs->package->own_packages > 0 && !strv_sorted_has(&needs->started, path)
               ? SEVERITY_WARN
               : SEVERITY_HIGH;
}

void script_set_remedy(struct finding *row, const struct needs *needs, const char *name)
{
    _cleanup_free_ char *remedy = remedy_text(needs->world->layers[LAYER_IMAGE], name);

    if (remedy != NULL)
        finding_set_remedy(row, "%s", remedy);
}
