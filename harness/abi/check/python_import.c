/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The imports and the syntax of Python scripts against the image's interpreter. A module is there
 * if the standard library of that version has it, if a package of the image installed it where the
 * interpreter searches, or if the delivery contains it in any folder, because scripts extend
 * sys.path.
 */
#include <stdio.h>
#include <string.h>

#include "abi/check/needs.h"
#include "abi/check/script_place.h"
#include "abi/check/scripts.h"
#include "abi/script/python_import.h"
#include "abi/surface/python_folder.h"
#include "base/cleanup.h"
#include "base/path.h"

struct python_check {
    const struct package_text *script;
    struct needs *needs;
    int minor;
    struct strv *brought, *installed;
};

/* Minor version of the image's Python 3 that this program is; -1: another, or one of the
 * delivery. */
static int minor_of(const struct needs *needs, const char *program)
{
    static const char *const folders[] = {"/usr/bin", "/usr/local/bin"};
    bool path = strchr(program, '/') != NULL;
    int minor;

    for (size_t i = 0; i < (path ? 1 : sizeof(folders) / sizeof(folders[0])); i++) {
        _cleanup_free_ char *named =
            path ? text_dup(program) : text_format("%s/%s", folders[i], program);
        _cleanup_free_ char *canonical = world_canonical(needs->world, named);
        const char *version;

        if (canonical == NULL || !world_resolve(needs->world, canonical).found)
            continue;
        version = strstr(path_base(canonical), "python3.");
        if (version != NULL && !text_starts(canonical, "/opt/") &&
            sscanf(version, "python3.%d", &minor) == 1)
            return minor;
    }
    return -1;
}

static bool is_code(const char *path)
{
    return text_ends(path, ".py") || text_ends(path, ".pyc") || text_ends(path, ".so") ||
           text_ends(path, ".pth");
}

/* All names that could be of a module: of files without their endings, and of folders with code. */
static void read_brought(const struct package *package, struct strv *ret)
{
    vec_foreach (file, &package->files) {
        if (!is_code(file->path))
            continue;
        for (const char *at = file->path; *at == '/'; at += strcspn(at, "/")) {
            at++;
            strv_take(ret, text_ndup(at, strcspn(at, "/.")));
        }
    }
    strv_sort(ret);
}

static void read_installed(const struct needs *needs, int minor, struct strv *ret)
{
    const struct surface *image = needs->world->layers[LAYER_IMAGE];

    for (uint64_t i = 0; i < image->counts[TABLE_PATHS]; i++) {
        const char *rest = python_folder_rest(surface_text(image, image->paths[i].path), minor);

        if (rest != NULL)
            strv_take(ret, text_ndup(rest, strcspn(rest, "/.")));
    }
    for (uint64_t i = 0; i < image->counts[TABLE_OWNED]; i++) {
        const char *folder = surface_text(image, image->owned[i].folder);
        const char *rest = python_folder_rest(folder, minor);

        if (rest == NULL)
            continue;
        rest = *rest != '\0' ? rest : surface_text(image, image->owned[i].base);
        strv_take(ret, text_ndup(rest, strcspn(rest, "/.")));
    }
    strv_sort(ret);
}

static bool is_there(const struct python_check *check, const char *module)
{
    _cleanup_free_ char *first = text_ndup(module, strcspn(module, "."));

    if (check->brought->count == 0) {
        strv_add(check->brought, "");
        read_brought(check->needs->package, check->brought);
    }
    if (strv_sorted_has(check->brought, first))
        return true;
    if (check->installed->count == 0) {
        strv_add(check->installed, "");
        read_installed(check->needs, check->minor, check->installed);
    }
    return strv_sorted_has(check->installed, first);
}

/* A file of the package that changes how modules are found names it: they are not files. */
static bool is_hooked(const struct needs *needs, const char *module)
{
    _cleanup_free_ char *first = text_ndup(module, strcspn(module, "."));

    vec_foreach (script, &needs->package->scripts)
        if (strstr(script->text, "meta_path") != NULL && strstr(script->text, first) != NULL)
            return true;
    return false;
}

/* Something of the product sets where Python searches. */
static bool sets_path(const struct package *package)
{
    vec_foreach (script, &package->scripts)
        if (strstr(script->text, "PYTHONPATH") != NULL ||
            strstr(script->text, "PYTHONHOME") != NULL)
            return true;
    vec_foreach (unit, &package->units)
        if (strstr(unit->text, "PYTHONPATH") != NULL || strstr(unit->text, "PYTHONHOME") != NULL)
            return true;
    return false;
}

/* Older surfaces without a package database do not list modules that are a single file. */
static bool lists_modules(const struct needs *needs)
{
    const struct surface *image = needs->world->layers[LAYER_IMAGE];

    return surface_meta_get(image, "python-modules") != NULL ||
           (needs->lists_folders && image->counts[TABLE_OWNED] > 0);
}

static struct finding *add(const struct python_check *check, enum finding_kind kind, unsigned line,
                           const char *module)
{
    struct finding *row =
        findings_add(check->needs->findings, kind, check->script->path, NULL, NULL, module);

    row->line = line;
    if (text_starts(check->script->path, "/usr/share/doc/") ||
        script_is_helper(check->script->path))
        row->severity = SEVERITY_WARN;
    return row;
}

static void report_removed(const struct python_check *check, const struct python_import *import,
                           int since, int until)
{
    struct finding *row = add(check, FINDING_PYTHON_IMPORT, import->line, import->module);

    if (check->minor < since) {
        finding_set_found(row,
                          "module '%s' is in the standard library since Python 3.%d, and the "
                          "image has 3.%d",
                          import->module, since, check->minor);
        finding_set_remedy(row, "import it under 'try:' and fall back to what older versions have");
    } else {
        finding_set_found(row, "module '%s' was removed after Python 3.%d, and the image has 3.%d",
                          import->module, until, check->minor);
        finding_set_remedy(row,
                           "use its successor (see \"What's New in Python 3.%d\"), or ship the "
                           "module",
                           until + 1);
    }
}

/* A script that sets sys.path may find it in a folder of another package. */
static void report_missing(const struct python_check *check, const struct python_import *import)
{
    struct finding *row;

    if (!lists_modules(check->needs)) {
        needs_unknown(check->needs, NEED_MODULE, import->module);
        return;
    }
    row = add(check, FINDING_PYTHON_IMPORT, import->line, import->module);
    if (needs_may_come(check->needs) || strstr(check->script->text, "sys.path") != NULL ||
        strstr(check->script->text, "site.addsitedir") != NULL ||
        sets_path(check->needs->package) || is_hooked(check->needs, import->module))
        row->severity = SEVERITY_WARN;
    finding_set_found(row,
                      "module '%s' is in no folder that the image's Python 3.%d searches, and "
                      "the package does not contain it",
                      import->module, check->minor);
}

static void check_import(const struct python_check *check, const struct python_import *import)
{
    int since = 0, until = 0;
    enum python_library library = python_library_has(import->module, check->minor, &since, &until);
    struct finding *row;

    if (import->module[0] == '_')
        return;
    if (import->name != NULL) {
        if (!python_library_lost(import->module, import->name, check->minor))
            return;
        row = add(check, FINDING_PYTHON_IMPORT, import->line, import->module);
        finding_set_found(row, "module '%s' of Python 3.%d does not define '%s'", import->module,
                          check->minor, import->name);
        finding_set_remedy(row, "import it from where the image's version has it");
        return;
    }
    if (library == PYTHON_HAS || is_there(check, import->module))
        return;
    if (library == PYTHON_LACKS &&
        !(text_equal(import->module, "distutils") && is_there(check, "setuptools")))
        report_removed(check, import, since, until);
    else if (library == PYTHON_FOREIGN ||
             (library == PYTHON_PACKAGED && lists_modules(check->needs)))
        report_missing(check, import);
}

static void check_syntax(const struct python_check *check)
{
    const char *what = NULL, *text = check->script->text;
    int minor = 0;
    unsigned line = python_other_syntax(text, strlen(text), check->minor, &what, &minor);
    struct finding *row;

    if (line == 0)
        return;
    row = add(check, FINDING_PYTHON_SYNTAX, line, NULL);
    if (minor > check->minor)
        finding_set_found(row, "%s needs Python 3.%d, and the image has 3.%d", what, minor,
                          check->minor);
    else
        finding_set_found(row, "%s is not accepted since Python 3.%d, and the image has 3.%d", what,
                          minor + 1, check->minor);
}

static bool same_root(const char *a, const char *b)
{
    size_t length = strcspn(a, ".");

    return strcspn(b, ".") == length && strncmp(a, b, length) == 0;
}

void script_check_python(const struct package_text *script, const char *program,
                         struct needs *needs)
{
    _cleanup_strv_ struct strv brought = {0}, installed = {0};
    _cleanup_python_imports_ struct python_imports imports = {0};
    struct python_check check = {script, needs, minor_of(needs, program), &brought, &installed};

    if (check.minor < 0 || needs->reference)
        return;
    check_syntax(&check);
    python_imports_read(script->text, strlen(script->text), &imports);
    for (size_t i = 0; i < imports.count; i++) {
        bool told = false;

        for (size_t j = 0; j < i && !told; j++)
            told = imports.items[i].name == NULL && imports.items[j].name == NULL &&
                   same_root(imports.items[i].module, imports.items[j].module);
        if (!told)
            check_import(&check, &imports.items[i]);
    }
}
