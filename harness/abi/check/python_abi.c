/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Python's extension modules and bytecode against the Pythons that the image and the package have.
 * An interpreter imports a shared library only if all of its name after the module's is one of
 * importlib.machinery.EXTENSION_SUFFIXES: its own tag ("cpython-36m-x86_64-linux-gnu", PEP 3149),
 * "abi3" (PEP 384), or no tag. A module without a tag shows by the function that it calls at import
 * whether it is for Python 2: Py_InitModule4 exists there only. Bytecode without its source is
 * imported by the versions that have its magic number (importlib/_bootstrap_external.py).
 */
#include <elf.h>
#include <stdio.h>
#include <string.h>

#include "abi/check/check.h"
#include "base/cleanup.h"
#include "base/path.h"
#include "base/text_map.h"

enum { PYTHON_2 = 2, PYTHON_3 = 3, MINOR_MAX = 40, PYTHON_2_LAST = 7 };

/* The Python that a file is for. */
struct wanted {
    int major;  /* 0: any */
    int minor;  /* -1: any */
    bool never; /* the name has a tag that no release build for this machine has */
};

struct pythons {
    struct check *check;
    bool has_2, has_3[MINOR_MAX + 1];
    char *text; /* "2.7, 3.11", or "" */
};

static bool is_program(const struct check *check, const char *version)
{
    static const char *const places[] = {"/usr/bin/python", "/usr/local/bin/python",
                                         "/usr/libexec/platform-python"};
    _cleanup_free_ char *program = text_format("python%s", version);
    _cleanup_free_ char *library = text_format("libpython%s", version);
    size_t length = strlen(library);

    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        _cleanup_free_ char *path = text_format("%s%s", places[i], version);

        if (world_resolve(&check->world, path).found)
            return true;
    }
    vec_foreach (elf, &check->package->elves) {
        const char *base = path_base(elf->path);

        if (strcmp(base, program) == 0 ||
            (text_starts(base, library) && strchr("m.d", base[length]) != NULL))
            return true;
    }
    return false;
}

static void find_pythons(struct check *check, struct pythons *ret)
{
    _cleanup_buffer_ struct buffer text = {0};

    *ret = (struct pythons){.check = check, .has_2 = is_program(check, "2.7")};
    if (ret->has_2)
        buffer_text(&text, "2.7");
    for (int minor = 0; minor <= MINOR_MAX; minor++) {
        _cleanup_free_ char *version = text_format("3.%d", minor);

        ret->has_3[minor] = is_program(check, version);
        if (ret->has_3[minor])
            buffer_format(&text, "%s%s", text.length > 0 ? ", " : "", version);
    }
    ret->text = text.length > 0 ? buffer_steal(&text) : text_dup("");
}

static bool fits(const struct pythons *pythons, const struct wanted *wanted)
{
    if (wanted->never)
        return false;
    if (wanted->major == PYTHON_2)
        return pythons->has_2;
    return wanted->major == 0 || wanted->minor > MINOR_MAX || pythons->has_3[wanted->minor];
}

/* The tag between the module's name and ".so": "cpython-311-x86_64-linux-gnu", "abi3", "". */
static struct wanted read_tag(const struct check *check, const char *path)
{
    static const char *const python[] = {"cpython-", "pypy", "cp2", "cp3", "graalpy"};
    const char *machine = check->world.machine == EM_AARCH64 ? "aarch64" : "x86_64";
    const char *tag = strchr(path_base(path), '.');
    struct wanted wanted = {0};
    int minor, end = 0;

    if (tag == NULL)
        return wanted;
    tag++;
    if (sscanf(tag, "cpython-3%2d%n", &minor, &end) == 1) {
        _cleanup_free_ char *rest = text_format("-%s-linux-gnu.so", machine);
        const char *at = tag + end;

        at += minor < 8 && (*at == 'm' || text_starts(at, "dm"));
        wanted = (struct wanted){PYTHON_3, minor, strcmp(at, rest) != 0};
        return wanted;
    }
    for (size_t i = 0; i < sizeof(python) / sizeof(python[0]); i++)
        wanted.never |= text_starts(tag, python[i]) && text_ends(tag, ".so");
    return wanted;
}

static struct wanted wanted_by(const struct check *check, const char *path,
                               const struct surface_object *object)
{
    const struct surface *surface = check->package->surface;
    struct wanted wanted = read_tag(check, path);

    for (uint32_t i = 0; wanted.major == 0 && !wanted.never && i < object->import_count; i++) {
        const char *name =
            surface_text(surface, surface->names[surface->imports[object->import + i].name].text);

        if (text_starts(name, "Py_InitModule4"))
            wanted = (struct wanted){PYTHON_2, PYTHON_2_LAST, false};
    }
    return wanted;
}

/* Whether the package says which Python it wants: then the package manager brings it, or
 * DEPENDENCY_MISSING says that nothing does. Any Python will not do where the image has another. */
static bool is_required(const struct pythons *pythons, const struct wanted *wanted)
{
    const struct package *package = pythons->check->package;
    const struct surface *surface = package->surface;
    _cleanup_free_ char *version = text_format("%d.%d", wanted->major, wanted->minor);
    bool any = *pythons->text == '\0';

    for (uint32_t p = 0; p < package->own_packages; p++)
        for (uint32_t r = 0; r < surface->packages[p].relation_count; r++) {
            const struct surface_relation *relation =
                &surface->relations[surface->packages[p].relation + r];
            const char *name = surface_text(surface, relation->name);

            if (relation->flags >> RELATION_KIND_SHIFT != RELATION_REQUIRES ||
                strstr(name, "python") == NULL)
                continue;
            if (any || strstr(name, version) != NULL ||
                (strcmp(name, "python(abi)") == 0 &&
                 text_equal(surface_text(surface, relation->version), version)))
                return true;
        }
    return false;
}

/* A build of the same module for a Python that is there. */
static bool has_fitting_sibling(const struct pythons *pythons, const char *path)
{
    const char *base = path_base(path);
    size_t stem = (size_t)(base - path) + strcspn(base, ".");

    vec_foreach (file, &pythons->check->package->files) {
        struct wanted wanted;

        if (strcmp(file->path, path) == 0 || strncmp(file->path, path, stem) != 0 ||
            file->path[stem] != '.' || !text_ends(file->path, ".so"))
            continue;
        wanted = read_tag(pythons->check, file->path);
        if (fits(pythons, &wanted))
            return true;
    }
    return false;
}

static void note(const struct pythons *pythons, const char *path, const struct wanted *wanted)
{
    struct check *check = pythons->check;
    bool silent = check->reference && *pythons->text == '\0' && !wanted->never;
    _cleanup_free_ char *version = wanted->major == 0 ? text_dup("Python")
                                   : wanted->minor < 0 || wanted->major == PYTHON_2
                                       ? text_format("Python %d", wanted->major)
                                       : text_format("Python %d.%d", wanted->major, wanted->minor);
    struct finding *row = findings_add(
        check->findings, silent ? FINDING_UNKNOWN : FINDING_PYTHON_ABI, path, NULL, NULL, version);

    if (silent)
        finding_set_found(row, "the reference does not say which Python the image has");
    else if (wanted->never)
        finding_set_found(row,
                          "no release build of Python on this system imports a file with the "
                          "tag '%s'",
                          strchr(path_base(path), '.') + 1);
    else if (*pythons->text == '\0')
        finding_set_found(row, "the image has no Python");
    else
        finding_set_found(row, "the image has Python %s", pythons->text);
}

static void check_modules_of(const struct pythons *pythons)
{
    struct check *check = pythons->check;

    vec_foreach (elf, &check->package->elves) {
        const struct surface_object *object;
        struct wanted wanted;

        if (elf->object == SURFACE_NONE || check->spare[elf->object] != 0)
            continue;
        object = &check->package->surface->objects[elf->object];
        if (object->machine != check->world.machine)
            continue;
        wanted = wanted_by(check, elf->path, object);
        if (!fits(pythons, &wanted) && !has_fitting_sibling(pythons, elf->path) &&
            (wanted.never || !is_required(pythons, &wanted)))
            note(pythons, elf->path, &wanted);
    }
}

/* The last magic number of each version (importlib/_bootstrap_external.py). */
static struct wanted version_of_magic(unsigned magic)
{
    static const struct {
        unsigned last;
        int minor;
    } rows[] = {{3379, 6},  {3399, 7},  {3419, 8},  {3429, 9}, {3449, 10},
                {3499, 11}, {3549, 12}, {3599, 13}, {3649, 14}};

    if (magic >= 62011) /* 2.x: 62011 to 62211 */
        return (struct wanted){PYTHON_2, PYTHON_2_LAST, false};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (magic <= rows[i].last)
            return magic >= 3360 ? (struct wanted){PYTHON_3, rows[i].minor, false}
                                 : (struct wanted){0};
    return (struct wanted){0};
}

/* A cache beside its source is made again by any version. sources: paths of the package's ".py"
 * files. */
static bool has_source(const struct text_map *sources, const char *path)
{
    _cleanup_free_ char *source = text_ndup(path, strlen(path) - 1);

    return strstr(path, "/__pycache__/") != NULL || text_map_get(sources, source) != TEXT_MAP_NONE;
}

/* One finding for each version. */
static void check_bytecode(const struct pythons *pythons)
{
    bool told[PYTHON_3 + 1][MINOR_MAX + 1] = {{false}};
    struct text_map sources = {0};

    vec_foreach (file, &pythons->check->package->files)
        if (text_ends(file->path, ".py"))
            text_map_put(&sources, file->path, 0);
    vec_foreach (code, &pythons->check->package->bytecode) {
        struct wanted wanted = version_of_magic(code->magic);

        if (fits(pythons, &wanted) || told[wanted.major][wanted.minor] ||
            !text_ends(code->path, ".pyc") || has_source(&sources, code->path) ||
            is_required(pythons, &wanted))
            continue;
        told[wanted.major][wanted.minor] = true;
        note(pythons, code->path, &wanted);
    }
    text_map_done(&sources);
}

/* The tag of a wheel's own name: NAME-VERSION[-BUILD]-PYTHON-ABI-PLATFORM.whl (PEP 427). */
static void check_wheel(const struct pythons *pythons)
{
    const char *name = pythons->check->package->name;
    _cleanup_strv_ struct strv parts = {0};
    struct wanted wanted = {PYTHON_3, 0, false};

    if (name == NULL || !text_ends(name, ".whl"))
        return;
    strv_split(&parts, name, "-");
    if (parts.count < 5)
        return;
    if (text_starts(parts.items[parts.count - 2], "cp27"))
        wanted = (struct wanted){PYTHON_2, PYTHON_2_LAST, false};
    else if (sscanf(parts.items[parts.count - 2], "cp3%2d", &wanted.minor) != 1)
        return;
    if (!fits(pythons, &wanted))
        note(pythons, name, &wanted);
}

void check_python_abi(struct check *check)
{
    struct pythons pythons;

    find_pythons(check, &pythons);
    check_modules_of(&pythons);
    check_bytecode(&pythons);
    check_wheel(&pythons);
    free(pythons.text);
}
