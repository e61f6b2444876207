/* SPDX-License-Identifier: Apache-2.0 */
/* What the image answers to scripts that ask which distribution it is. */
#include <string.h>

#include "abi/check/needs.h"
#include "base/cleanup.h"
#include "base/path.h"

static bool has_file(const void *context, const char *path)
{
    const struct needs *needs = context;

    return world_resolve(needs->world, path).found;
}

static bool has_program(const void *context, const char *name)
{
    return needs_is_installed(context, name);
}

/* What a package that it depends on may bring, or the package itself makes, is not known. */
static bool lacks_program(const void *context, const char *name)
{
    struct needs *needs = (struct needs *)context;

    return needs_program(needs, name) == NEED_MISSING && !needs_may_come(needs) &&
           !(name[0] == '/' && needs_makes(needs, name, false));
}

static bool has_package(const void *context, const char *name)
{
    const struct needs *needs = context;
    const struct surface *image = needs->world->layers[LAYER_IMAGE];

    for (uint64_t i = 0; i < image->counts[TABLE_PACKAGES]; i++)
        if (text_equal(surface_text(image, image->packages[i].name), name))
            return true;
    return false;
}

static const char *release_field(const void *context, const char *name)
{
    const struct needs *needs = context;
    _cleanup_free_ char *key = text_format("os.%s", name);

    return surface_meta_get(needs->world->layers[LAYER_IMAGE], key);
}

static char *file_text(const void *context, const char *path)
{
    const struct needs *needs = context;
    _cleanup_free_ char *canonical = world_canonical(needs->world, path);
    _cleanup_free_ char *key = text_format("text:%s", canonical != NULL ? canonical : path);

    return text_dup(surface_meta_get(needs->world->layers[LAYER_IMAGE], key));
}

struct distribution needs_distribution(const struct needs *needs)
{
    const struct surface *image = needs->world->layers[LAYER_IMAGE];
    const char *id = surface_meta_get(image, "os.ID");

    return (struct distribution){.id = id != NULL         ? id
                                       : needs->reference ? "tencentos"
                                                          : "",
                                 .like = surface_meta_get(image, "os.ID_LIKE"),
                                 .name = surface_meta_get(image, "os.NAME"),
                                 .machine = surface_meta_get(image, "machine"),
                                 .lists_files = needs->lists_files && !needs->reference,
                                 .lists_packages =
                                     !needs->reference && image->counts[TABLE_PACKAGES] > 0,
                                 .has_file = has_file,
                                 .has_program = has_program,
                                 .has_package = has_package,
                                 .lacks_program = needs->reference ? NULL : lacks_program,
                                 .os = release_field,
                                 .file_text = file_text,
                                 .context = needs};
}

bool needs_is_python2(const struct needs *needs, const char *program)
{
    const struct surface *image = needs->world->layers[LAYER_IMAGE];
    _cleanup_free_ char *path = text_format("/usr/bin/%s", path_base(program));
    uint32_t row = surface_find_path(image, path, strlen(path));

    return row != SURFACE_NONE && image->paths[row].kind == PATH_LINK &&
           strstr(surface_text(image, image->paths[row].value), "python2") != NULL;
}
