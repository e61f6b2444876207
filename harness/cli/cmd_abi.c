/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone abi: what images provide, what packages need. Helpers for the commands in
 * cmd_abi_*.c. */
#include "cli/cmd_abi.h"

#include <errno.h>

#include "abi/surface/harvest.h"
#include "abi/surface/reference.h"
#include "abi/surface/store.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "catalog/get.h"
#include "cell/surface.h"
#include "cli/commands.h"
#include "home/home.h"

/* A name that is not a surface's may be an image's. */
static int find(const char *folder, const char *wanted, char **ret_path, struct error **err)
{
    _cleanup_(image_free_cleanup) struct image *image = NULL;
    struct error *no_surface = NULL;
    const char *home;
    int code = surface_store_find(folder, wanted, ret_path, &no_surface);

    if (code == -ENOENT && catalog_get_image(wanted, &image, NULL, NULL) == 0 &&
        home_folder(&home, NULL) == 0) {
        error_free(no_surface);
        return surface_of_image(home, image, ret_path, err);
    }
    *err = no_surface;
    return code;
}

int abi_open_surface(const char *wanted, struct surface **ret_surface, struct error **err)
{
    _cleanup_free_ char *folder = NULL, *path = NULL;
    int code;

    if (text_starts(wanted, "reference:"))
        return reference_open(wanted, ret_surface, err);
    code = surface_store_folder(&folder, err);
    if (code == 0)
        code = find(folder, wanted, &path, err);
    return code < 0 ? code : surface_open(path, ret_surface, err);
}

int abi_harvest_root(const char *folder, struct surface **ret_surface, struct error **err)
{
    _cleanup_(harvest_done) struct harvest harvest;
    int code;

    harvest_init(&harvest);
    code = harvest_root(&harvest, folder, err);
    return code < 0 ? code : surface_builder_open(harvest.builder, folder, ret_surface, err);
}
