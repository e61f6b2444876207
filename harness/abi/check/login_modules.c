/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The product's modules of PAM and of the name service in the programs of the image that load them.
 * Such a module finds what its host has loaded already, under the same SONAME, and is refused if a
 * symbol is missing: both open it with RTLD_NOW (libpam/pam_handlers.c of Linux-PAM,
 * nss/nss_module.c of glibc). What is missing in every program, and alone, is reported by
 * loading.c.
 */
#include <string.h>

#include "abi/check/check.h"
#include "abi/check/login.h"
#include "base/cleanup.h"
#include "base/path.h"

#define MODULES_MAX 64 /* modules of a package that are loaded */
#define HOSTS_SHOWN 5
#define HOSTS_MAX 100 /* programs of the image into which each is loaded */

/* A module of which something is missing in some hosts. */
struct module_check {
    struct check *check;
    const struct package_elf *elf;
    const char *service;
    struct closure alone;
    struct strv hosts; /* in which it is missing */
    size_t asked;      /* hosts that would load the module */
    enum finding_kind kind;
    char *what; /* the symbol, version or library; NULL: nothing is missing */
    char *file;
};

static bool needs_pam_library(const struct surface *surface, const struct surface_object *object)
{
    for (uint32_t n = 0; n < object->needed_count; n++)
        if (text_equal(surface_text(surface, surface->lists[object->needed + n]), "libpam.so.0"))
            return true;
    return false;
}

/* Programs that look up names; all others do so as these do. */
static bool looks_up(const char *path)
{
    static const char *const names[] = {"getent", "id", "ssh", "sudo", "su", "systemctl"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (text_equal(path_base(path), names[i]))
            return true;
    return false;
}

/* A dependency of the module, or itself. */
static bool is_below(const struct closure *closure, uint32_t loaded, const char *module)
{
    for (size_t depth = 0; depth < closure->loaded.count && loaded != 0; depth++) {
        if (text_equal(closure->loaded.items[loaded].path, module))
            return true;
        loaded = closure->loaded.items[loaded].loader;
    }
    return false;
}

/* The package's own program may be what the module is for. */
static bool has_own_host(const struct package *package)
{
    const struct surface *surface = package->surface;

    for (uint64_t i = 0; i < surface->counts[TABLE_OBJECTS]; i++)
        if (surface->objects[i].interpreter != 0 &&
            needs_pam_library(surface, &surface->objects[i]))
            return true;
    return false;
}

static void note(struct module_check *module, enum finding_kind kind, const char *what,
                 const char *file, const char *host)
{
    if (module->what == NULL) {
        module->kind = kind;
        module->what = text_dup(what);
        module->file = file != NULL ? text_dup(file) : NULL;
    }
    if (module->hosts.count == 0 || !text_equal(module->hosts.items[module->hosts.count - 1], host))
        strv_add(&module->hosts, host);
}

static bool lacks_version(const struct closure *closure, const struct missing_version *version)
{
    vec_foreach (row, &closure->versions)
        if (text_equal(row->version, version->version) && text_equal(row->file, version->file))
            return true;
    return false;
}

static bool lacks_library(const struct closure *closure, const char *name)
{
    vec_foreach (row, &closure->libraries)
        if (text_equal(row->name, name))
            return true;
    return false;
}

static void load_into(struct module_check *module, uint32_t object, const char *host)
{
    struct closure *closure = &module->check->closure;
    const char *path = module->elf->path;
    _cleanup_strv_ struct strv preloads = {0};

    strv_add(&preloads, path);
    closure->preloads = &preloads;
    closure_load(closure, (struct object_ref){LAYER_IMAGE, object}, host);
    closure->preloads = NULL;
    if (closure_find(closure, path) == SURFACE_NONE)
        return;
    module->asked++;
    closure_check_versions(closure);
    closure_bind(closure);
    vec_foreach (row, &closure->libraries)
        if (is_below(closure, row->by, path) && !lacks_library(&module->alone, row->name))
            note(module, FINDING_LIB_MISSING, row->name, NULL, host);
    vec_foreach (row, &closure->versions)
        if (!row->weak && !row->unversioned && is_below(closure, row->by, path) &&
            !lacks_version(&module->alone, row))
            note(module, FINDING_VERSION_MISSING, row->version, row->file, host);
    /* Alone, a symbol without a file is left to the program that loads the module. */
    vec_foreach (row, &closure->symbols)
        if (row->file == NULL && is_below(closure, row->by, path))
            note(module, FINDING_SYM_MISSING_NOW, row->name, NULL, host);
}

/* A row of loading.c about the same symbol, which did not know the programs. */
static struct finding *known_row(const struct module_check *module)
{
    vec_foreach (row, &module->check->findings->rows)
        if (module->kind == FINDING_SYM_MISSING_NOW && text_equal(row->file, module->elf->path) &&
            text_equal(row->symbol, module->what))
            return row;
    return NULL;
}

static struct finding *add(const struct module_check *module)
{
    struct finding *row = known_row(module);
    bool symbol = module->kind == FINDING_SYM_MISSING_NOW;
    bool version = module->kind == FINDING_VERSION_MISSING;

    if (row == NULL)
        row = findings_add(module->check->findings, module->kind, module->elf->path,
                           symbol ? module->what : NULL, version ? module->what : NULL,
                           symbol    ? module->hosts.items[0]
                           : version ? module->file
                                     : module->what);
    row->kind = module->kind;
    row->severity = module->hosts.count < module->asked || has_own_host(module->check->package)
                        ? SEVERITY_HIGH
                        : SEVERITY_BLOCK;
    return row;
}

static void report(const struct module_check *module)
{
    _cleanup_buffer_ struct buffer hosts = {0};
    struct finding *row;

    if (module->what == NULL)
        return;
    for (size_t i = 0; i < module->hosts.count && i < HOSTS_SHOWN; i++)
        buffer_format(&hosts, "%s%s", i > 0 ? ", " : "", module->hosts.items[i]);
    if (module->hosts.count > HOSTS_SHOWN)
        buffer_format(&hosts, " and %zu more", module->hosts.count - HOSTS_SHOWN);
    row = add(module);
    finding_set_found(row,
                      "%s loads the module into %s of the image, where %s is missing, and so "
                      "refuses it there",
                      module->service, hosts.data, module->what);
    finding_set_remedy(row, "link the module with every library whose symbols it uses");
}

static void check_module(struct check *check, const struct package_elf *elf, const char *service)
{
    const struct surface *image = check->world.layers[LAYER_IMAGE];
    struct module_check module = {.check = check, .elf = elf, .service = service};
    bool pam = text_equal(service, "PAM");
    size_t hosts = 0;

    closure_init(&module.alone, &check->world);
    closure_load(&module.alone, (struct object_ref){LAYER_PACKAGE, elf->object}, elf->path);
    closure_check_versions(&module.alone);
    for (uint32_t i = 0; i < image->counts[TABLE_OBJECTS] && hosts < HOSTS_MAX; i++) {
        const struct surface_object *object = &image->objects[i];
        const char *path = surface_text(image, object->path);

        if (object->interpreter == 0 || object->machine != check->world.machine ||
            (object->flags & (OBJECT_STATIC | OBJECT_REFERENCE)) != 0 ||
            !(needs_pam_library(image, object) || (!pam && looks_up(path))) ||
            surface_find_path(check->package->surface, path, strlen(path)) != SURFACE_NONE)
            continue;
        load_into(&module, i, path);
        hosts++;
    }
    report(&module);
    closure_done(&module.alone);
    strv_done(&module.hosts);
    free(module.what);
    free(module.file);
}

void check_login_modules(struct check *check, const struct needs *needs)
{
    const struct package *package = check->package;
    const struct surface *surface = package->surface;
    size_t modules = 0;

    if (check->reference || needs->whole)
        return;
    vec_foreach (elf, &package->elves) {
        const struct surface_object *object;
        const char *service = login_loader_of(elf->path);

        if (elf->object == SURFACE_NONE || check->spare[elf->object] || service == NULL ||
            modules >= MODULES_MAX)
            continue;
        object = &surface->objects[elf->object];
        if (object->interpreter != 0 || object->machine != check->world.machine)
            continue;
        modules++;
        check_module(check, elf, service);
    }
}
