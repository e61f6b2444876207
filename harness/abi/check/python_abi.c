/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Python's extension modules against the Pythons that the image and the package have. An
 * interpreter imports a file only if its name ends in one of
 * importlib.machinery.EXTENSION_SUFFIXES: its own tag
 * ("cpython-36m-x86_64-linux-gnu", PEP 3149), "abi3" (PEP 384), or no tag. A module without a tag
 * shows by the function that it calls at import which Python it is for: Py_InitModule4 exists in
 * Python 2 only, PyModule_Create2 and PyModuleDef_Init in Python 3 only.
 */
#include <stdio.h>
#include <string.h>

#include "abi/check/check.h"
#include "base/cleanup.h"
#include "base/path.h"

enum { PYTHON_2 = 2, PYTHON_3 = 3, MINOR_MAX = 40, ANY_MINOR = -1 };

/* Returns the major version that the module is for, and its minor version or ANY_MINOR; 0: it is
 * not an extension module, or fits any Python 3. */
static int python_of(const struct check *check, const char *path,
                     const struct surface_object *object, int *ret_minor)
{
    const struct surface *surface = check->package->surface;
    const char *tag = strstr(path_base(path), ".cpython-3");
    int minor;

    *ret_minor = ANY_MINOR;
    if (tag != NULL && sscanf(tag, ".cpython-3%2d", &minor) == 1 && minor <= MINOR_MAX) {
        *ret_minor = minor;
        return PYTHON_3;
    }
    for (uint32_t i = 0; i < object->import_count; i++) {
        const char *name =
            surface_text(surface, surface->names[surface->imports[object->import + i].name].text);

        if (text_starts(name, "Py_InitModule4"))
            return PYTHON_2;
        if (strcmp(name, "PyModule_Create2") == 0 || strcmp(name, "PyModuleDef_Init") == 0)
            return 0;
    }
    return 0;
}

static bool is_there(const struct check *check, int major, int minor)
{
    static const char *const places[] = {"/usr/bin/python", "/usr/local/bin/python",
                                         "/usr/libexec/platform-python"};
    _cleanup_free_ char *version =
        minor != ANY_MINOR ? text_format("%d.%d", major, minor) : text_format("%d", major);
    _cleanup_free_ char *program = text_format("python%s", version);
    _cleanup_free_ char *library = text_format("libpython%s", version);

    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        _cleanup_free_ char *path = text_format("%s%s", places[i], version);

        if (world_resolve(&check->world, path).found)
            return true;
    }
    vec_foreach (file, &check->package->files) {
        const char *base = path_base(file->path);

        if (strcmp(base, program) == 0 || text_starts(base, library))
            return true;
    }
    return false;
}

/* Whether the package says which Python it wants: then the package manager brings it, or
 * DEPENDENCY_MISSING says that nothing does. */
static bool is_required(const struct check *check)
{
    const struct surface *surface = check->package->surface;

    for (uint32_t p = 0; p < check->package->own_packages; p++)
        for (uint32_t r = 0; r < surface->packages[p].relation_count; r++) {
            const struct surface_relation *relation =
                &surface->relations[surface->packages[p].relation + r];

            if (relation->flags >> RELATION_KIND_SHIFT == RELATION_REQUIRES &&
                strstr(surface_text(surface, relation->name), "python") != NULL)
                return true;
        }
    return false;
}

/* A build of the same module for a Python that is there. */
static bool has_fitting_sibling(const struct check *check, const char *path)
{
    const char *base = path_base(path);
    size_t stem = (size_t)(base - path) + strcspn(base, ".");

    vec_foreach (file, &check->package->files) {
        const char *tag = file->path + stem;
        int minor;

        if (strcmp(file->path, path) == 0 || strncmp(file->path, path, stem) != 0)
            continue;
        if (text_starts(tag, ".abi3.so") || strcmp(tag, ".so") == 0 ||
            (sscanf(tag, ".cpython-3%2d", &minor) == 1 && minor <= MINOR_MAX &&
             is_there(check, PYTHON_3, minor)))
            return true;
    }
    return false;
}

/* "3.9, 3.11", or "" */
static char *known_versions(const struct check *check)
{
    _cleanup_buffer_ struct buffer text = {0};

    if (is_there(check, PYTHON_2, 7))
        buffer_text(&text, "2.7");
    for (int minor = 0; minor <= MINOR_MAX; minor++)
        if (is_there(check, PYTHON_3, minor))
            buffer_format(&text, "%s3.%d", text.length > 0 ? ", " : "", minor);
    return text.length > 0 ? buffer_steal(&text) : text_dup("");
}

static void note(struct check *check, const char *path, int major, int minor, const char *known)
{
    _cleanup_free_ char *wanted = minor != ANY_MINOR ? text_format("Python %d.%d", major, minor)
                                                     : text_format("Python %d", major);
    bool silent = check->reference && *known == '\0';
    struct finding *row = findings_add(
        check->findings, silent ? FINDING_UNKNOWN : FINDING_PYTHON_ABI, path, NULL, NULL, wanted);

    if (silent)
        finding_set_found(row, "the reference does not say which Python the image has");
    else if (*known == '\0')
        finding_set_found(row, "the image has no Python");
    else
        finding_set_found(row, "the image has Python %s", known);
}

void check_python_abi(struct check *check)
{
    const struct surface *surface = check->package->surface;
    _cleanup_free_ char *known = NULL;
    bool required = is_required(check);

    vec_foreach (elf, &check->package->elves) {
        const struct surface_object *object;
        int major, minor;

        if (required || elf->object == SURFACE_NONE || check->spare[elf->object] != 0)
            continue;
        object = &surface->objects[elf->object];
        major = object->machine == check->world.machine
                    ? python_of(check, elf->path, object, &minor)
                    : 0;
        if (major == 0 || is_there(check, major, minor) || has_fitting_sibling(check, elf->path))
            continue;
        if (known == NULL)
            known = known_versions(check);
        note(check, elf->path, major, minor, known);
    }
}
