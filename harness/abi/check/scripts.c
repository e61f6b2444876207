/* SPDX-License-Identifier: Apache-2.0 */
/* Interpreters, sources and units against what the image has. */
#include "abi/check/scripts.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "abi/loader/world.h"
#include "abi/package/package.h"
#include "abi/script/script.h"
#include "abi/script/unit.h"
#include "abi/surface/surface.h"
#include "base/cleanup.h"
#include "base/path.h"
#include "base/text.h"

#define OLDEST 219

static bool is_there(const struct world *world, const char *program, bool by_name)
{
    static const char *const folders[] = {"/usr/local/bin",  "/usr/bin",  "/bin",
                                          "/usr/local/sbin", "/usr/sbin", "/sbin"};

    if (!by_name)
        return world_resolve(world, program).found;
    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
        _cleanup_free_ char *path = text_format("%s/%s", folders[i], program);

        if (world_resolve(world, path).found)
            return true;
    }
    return false;
}

static void check_interpreter(const struct package_text *script, const struct world *world,
                              struct findings *findings)
{
    bool by_name;
    _cleanup_free_ char *program = script_interpreter(script->text, &by_name);
    struct finding *row;

    if (program == NULL || is_there(world, program, by_name))
        return;
    row = findings_add(findings, FINDING_SCRIPT_INTERPRETER, script->path, NULL, NULL, program);
    /* A public list of libraries names no programs. */
    if (surface_meta_get(world->layers[LAYER_IMAGE], "reference") != NULL) {
        row->kind = FINDING_UNKNOWN;
        row->severity = SEVERITY_UNKNOWN;
        finding_set_found(row, "a reference surface lists no programs");
        finding_set_remedy(row, "check against the surface of a real image");
        return;
    }
    if (text_starts(script->path, "/usr/share/doc/")) {
        row->severity = SEVERITY_WARN;
        finding_set_found(row, "no %s on the image; only the documentation has it", program);
        return;
    }
    finding_set_found(row, "no %s on the image", program);
    if (text_ends(program, "python"))
        finding_set_remedy(row, "name python3: /usr/bin/python is gone from current systems");
}

void script_check(const struct package *package, const struct world *world,
                  struct findings *findings)
{
    vec_foreach (script, &package->scripts) {
        check_interpreter(script, world, findings);
        script_check_text(script->path, script->text, findings);
    }
    vec_foreach (elf, &package->elves)
        script_check_hints(elf->path, &elf->hints, findings);
}

void source_check(const struct package *package, const struct world *world,
                  struct findings *findings)
{
    if (world->machine != EM_AARCH64 || package->signed_char)
        return;
    vec_foreach (source, &package->char_signs) {
        struct finding *row =
            findings_add(findings, FINDING_CHAR_SIGN, source->path, NULL, NULL, NULL);

        finding_set_found(row, "%s", source->text);
    }
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

void unit_check(const struct package *package, const struct surface *image,
                struct findings *findings)
{
    unsigned release = unit_systemd_release(image);

    if (release == 0)
        return;
    vec_foreach (unit, &package->units)
        unit_check_text(unit->path, unit->text, release, findings);
}
