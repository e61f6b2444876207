/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of script_checks.def, and shebang lines against what the image has. */
#include "abi/script.h"

#include <elf.h>
#include <string.h>

#include "abi/package.h"
#include "abi/world.h"
#include "base/cleanup.h"

enum where { SCRIPT, PROGRAM, ARM };

static const struct hint {
    const char *id;
    enum where where;
    const char *text;
    size_t length;
    const char *unless;
    enum finding_kind kind;
    const char *wrong, *remedy;
} hints[] = {
#define HINT(id, where, text, unless, kind, wrong, remedy)                                         \
    {id, where, text, sizeof(text) - 1, unless, FINDING_##kind, wrong, remedy},
#include "abi/script_checks.def"
#undef HINT
};
#define HINTS (sizeof(hints) / sizeof(hints[0]))

static bool holds(const void *data, size_t size, const struct hint *hint)
{
    return memmem(data, size, hint->text, hint->length) != NULL &&
           (hint->unless == NULL || memmem(data, size, hint->unless, strlen(hint->unless)) == NULL);
}

void script_hints(const void *data, size_t size, uint16_t machine, struct strv *ret_ids)
{
    for (size_t i = 0; i < HINTS; i++)
        if ((hints[i].where == PROGRAM || (hints[i].where == ARM && machine == EM_AARCH64)) &&
            holds(data, size, &hints[i]) && !strv_has(ret_ids, hints[i].id))
            strv_add(ret_ids, hints[i].id);
}

static void add(struct findings *findings, const struct hint *hint, const char *file)
{
    struct finding *row = findings_add(findings, hint->kind, file, NULL, NULL, NULL);

    finding_set_found(row, "%s: %s", hint->id, hint->wrong);
    finding_set_remedy(row, "%s", hint->remedy);
}

/* The program of a "#!" line; for env, the program that env looks for. Caller frees. */
static char *interpreter_of(const char *text, bool *ret_by_name)
{
    _cleanup_strv_ struct strv words = {0};
    _cleanup_free_ char *line = text_ndup(text, strcspn(text, "\r\n"));

    *ret_by_name = false;
    if (!text_starts(line, "#!"))
        return NULL;
    strv_split(&words, line + 2, " \t");
    if (words.count == 0)
        return NULL;
    if (!text_ends(words.items[0], "/env"))
        return text_dup(words.items[0]);
    for (size_t i = 1; i < words.count; i++)
        if (words.items[i][0] != '-' && strchr(words.items[i], '=') == NULL) {
            *ret_by_name = true;
            return text_dup(words.items[i]);
        }
    return NULL;
}

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
    _cleanup_free_ char *program = interpreter_of(script->text, &by_name);
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
        size_t length = strlen(script->text);

        check_interpreter(script, world, findings);
        for (size_t i = 0; i < HINTS; i++)
            if (hints[i].where == SCRIPT && holds(script->text, length, &hints[i]))
                add(findings, &hints[i], script->path);
    }
    vec_foreach (elf, &package->elves)
        for (size_t h = 0; h < elf->hints.count; h++)
            for (size_t i = 0; i < HINTS; i++)
                if (hints[i].where != SCRIPT && text_equal(hints[i].id, elf->hints.items[h])) {
                    add(findings, &hints[i], elf->path);
                    break;
                }
}
