/* SPDX-License-Identifier: Apache-2.0 */
/* Looks up modules of PAM and of the name service. */
#include <string.h>

#include "abi/check/needs.h"
#include "base/cleanup.h"
#include "base/path.h"

/* Whether both folders are the same, with links followed. */
static bool is_same(const struct needs *needs, const char *a, const char *b)
{
    _cleanup_free_ char *first = world_canonical(needs->world, a);
    _cleanup_free_ char *second = world_canonical(needs->world, b);

    return first != NULL && second != NULL && text_equal(first, second);
}

/* Debian's PAM also looks in /lib/security. */
static bool is_shared(const struct needs *needs, const char *folder)
{
    const struct surface *image = needs->world->layers[LAYER_IMAGE];

    return image->counts[TABLE_PACKAGES] > 0 && (image->packages[0].flags & PACKAGE_DEB) != 0 &&
           is_same(needs, folder, "/lib/security");
}

bool needs_is_pam_folder(const struct needs *needs, const char *folder)
{
    const struct surface *image = needs->world->layers[LAYER_IMAGE];
    bool any = false;

    if (is_shared(needs, folder))
        return true;
    for (uint64_t i = 0; i < image->counts[TABLE_PATHS]; i++) {
        const char *path = surface_text(image, image->paths[i].path);
        _cleanup_free_ char *there = NULL;

        if (strstr(path, "/security/pam_") == NULL || !text_ends(path, ".so"))
            continue;
        any = true;
        there = text_ndup(path, (size_t)(path_base(path) - path - 1));
        if (is_same(needs, there, folder))
            return true;
    }
    return !any;
}

static bool is_loader_folder(const struct needs *needs, const char *folder)
{
    const struct world *world = needs->world;
    const struct strv *lists[] = {&world->folders, &world->conf};

    for (size_t l = 0; l < sizeof(lists) / sizeof(lists[0]); l++)
        for (size_t i = 0; i < lists[l]->count; i++)
            if (is_same(needs, lists[l]->items[i], folder))
                return true;
    return false;
}

/* Whether a script of the package may put the file elsewhere: a line that copies or links names it,
 * or a folder of modules. */
static bool may_be_copied(const struct needs *needs, const char *name)
{
    static const char *const copying[] = {"cp ", "ln ", "mv ", "install "};

    vec_foreach (script, &needs->package->scripts) {
        _cleanup_strv_ struct strv lines = {0};

        if (strstr(script->text, name) == NULL && strstr(script->text, "/security") == NULL)
            continue;
        strv_split(&lines, script->text, "\n");
        for (size_t l = 0; l < lines.count; l++)
            for (size_t i = 0; i < sizeof(copying) / sizeof(copying[0]); i++)
                if (strstr(lines.items[l], copying[i]) != NULL &&
                    (strstr(lines.items[l], name) != NULL ||
                     strstr(lines.items[l], "/security") != NULL))
                    return true;
    }
    return false;
}

/* The package's file or link of this name: whether it lies where it is looked for. */
static enum need_answer find_brought(struct needs *needs, const char *name,
                                     bool (*is_folder)(const struct needs *, const char *),
                                     const char **ret_elsewhere)
{
    const struct surface *package = needs->package->surface;
    const char *elsewhere = NULL;

    for (uint64_t i = 0; i < package->counts[TABLE_PATHS]; i++) {
        const char *path = surface_text(package, package->paths[i].path);
        _cleanup_free_ char *folder = NULL;

        if (!text_equal(path_base(path), name))
            continue;
        folder = text_ndup(path, (size_t)(path_base(path) - path - 1));
        if (is_folder(needs, folder))
            return NEED_THERE;
        elsewhere = path;
    }
    if (elsewhere == NULL)
        return NEED_MISSING;
    if (!package_is_placed(needs->package) || may_be_copied(needs, name))
        return NEED_THERE;
    *ret_elsewhere = elsewhere;
    return NEED_MISSING;
}

enum need_answer needs_pam(struct needs *needs, const char *name, bool module,
                           const char **ret_elsewhere)
{
    const struct surface *image = needs->world->layers[LAYER_IMAGE];
    _cleanup_free_ char *end = text_format("/%s/%s", module ? "security" : "pam.d", name);

    *ret_elsewhere = NULL;
    if (needs->reference || !needs->lists_files)
        return NEED_UNKNOWN;
    if (name[0] == '/')
        return world_resolve(needs->world, name).found || may_be_copied(needs, path_base(name))
                   ? NEED_THERE
                   : NEED_MISSING;
    for (uint64_t i = 0; i < image->counts[TABLE_PATHS]; i++)
        if (text_ends(surface_text(image, image->paths[i].path), end))
            return NEED_THERE;
    if (!module)
        return needs_brings(needs, path_base(name)) ? NEED_THERE : NEED_MISSING;
    return find_brought(needs, path_base(name), needs_is_pam_folder, ret_elsewhere);
}

enum need_answer needs_name_service(struct needs *needs, const char *name,
                                    const char **ret_elsewhere)
{
    const struct surface *image = needs->world->layers[LAYER_IMAGE];
    _cleanup_free_ char *file = text_format("libnss_%s.so.2", name);
    _cleanup_free_ char *end = text_format("/%s", file);

    *ret_elsewhere = NULL;
    /* Parts of libc since 2.34. */
    if (text_equal(name, "files") || text_equal(name, "dns"))
        return NEED_THERE;
    if (needs->reference || !needs->lists_files)
        return NEED_UNKNOWN;
    for (uint64_t i = 0; i < image->counts[TABLE_PATHS]; i++)
        if (text_ends(surface_text(image, image->paths[i].path), end))
            return NEED_THERE;
    return find_brought(needs, file, is_loader_folder, ret_elsewhere);
}
