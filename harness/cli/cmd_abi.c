/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone abi: what images provide, what packages need. Each command is a file cmd_abi_*.c. */
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

DEFINE_CLEANUP(struct image *, image_free)

static const struct verb abi_verbs[] = {
    {"diff", "what moving from one surface to another takes away", cmd_abi_diff, false},
    {"harvest", "take the surface of an image, a root folder or a tar", cmd_abi_harvest, false},
    {"check", "hold packages against surfaces and platforms", cmd_abi_check, false},
    {"show", "what a surface holds", cmd_abi_show, false},
    {"query", "who provides SYMBOL[@VERSION]", cmd_abi_query, false},
    {"isa", "extensions that code uses, an instruction a line", cmd_abi_isa, true},
    {"trace", "replay the loader, a JSON line a program", cmd_abi_trace, true},
    {NULL, NULL, NULL, false},
};

int cmd_abi(int argc, char **argv)
{
    return cli_subcommand("abi", abi_verbs, argc, argv);
}

/* What is no surface's name may be an image's. */
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
