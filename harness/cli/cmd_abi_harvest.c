/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone abi harvest: makes a surface of an image, a root folder or a tar, and stores it in the
 * user's home. */
#include <stdio.h>

#include "abi/surface/harvest.h"
#include "abi/surface/store.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "base/log.h"
#include "base/path.h"
#include "catalog/get.h"
#include "cell/surface.h"
#include "cli/cmd_abi.h"
#include "cli/one_off_job.h"
#include "home/home.h"

struct options {
    const char *rootfs, *tar, *name, *prefix, *image, *platform;
    bool json;
};

static void set_option(void *input, enum option_id option, char *value)
{
    struct options *options = input;

    options->json |= option == OPTION_JSON;
    if (option == OPTION_IMAGE)
        options->image = value;
    else if (option == OPTION_PLATFORM)
        options->platform = value;
    else if (option == OPTION_ROOTFS)
        options->rootfs = value;
    else if (option == OPTION_TAR)
        options->tar = value;
    else if (option == OPTION_NAME)
        options->name = value;
    else if (option == OPTION_PREFIX)
        options->prefix = value;
}

static int print(const struct harvest *harvest, const char *digest, const char *path, bool as_json)
{
    _cleanup_json_ json_t *json = NULL;

    if (!as_json) {
        cli_print("%s\n", digest);
        return EXIT_COMPATIBLE;
    }
    json = json_pack("{s:s, s:s, s:I, s:I, s:I, s:I}", "digest", digest, "path", path, "objects",
                     (json_int_t)harvest->objects, "damaged", (json_int_t)harvest->damaged,
                     "exports", (json_int_t)surface_builder_count(harvest->builder, TABLE_EXPORTS),
                     "imports", (json_int_t)surface_builder_count(harvest->builder, TABLE_IMPORTS));
    return cli_print_json("touchstone-abi-harvest", 1, json);
}

/* Returns the stored surface, or reads it in a guest now. */
static int image_surface(const struct options *options, char **ret_path, struct error **err)
{
    _cleanup_(image_free_cleanup) struct image *image = NULL;
    _cleanup_(job_done) struct job job = {.kind = JOB_PREPARE};
    const char *home;
    int code = home_folder(&home, err);

    if (code == 0)
        code = catalog_get_image(options->image, &image, NULL, err);
    if (code < 0 || surface_of_image(home, image, ret_path, NULL) == 0)
        return code;
    log_info("reading image '%s' in a guest", options->image);
    code = one_off_job_make(home, options->image, options->platform, &job, err);
    if (code == 0)
        code = surface_read_image(&job, err);
    return code == 0 ? surface_of_image(home, image, ret_path, err) : code;
}

static int harvest_image(const struct options *options)
{
    _cleanup_free_ char *path = NULL, *digest = NULL;
    _cleanup_json_ json_t *json = NULL;
    struct error *err = NULL;

    if (image_surface(options, &path, &err) < 0)
        return cli_fail(err);
    digest = text_ndup(path_base(path), DIGEST_TEXT_SIZE - 1);
    if (!options->json) {
        cli_print("%s\n", digest);
        return EXIT_COMPATIBLE;
    }
    json = json_pack("{s:s, s:s, s:s}", "image", options->image, "digest", digest, "path", path);
    return cli_print_json("touchstone-abi-harvest", 1, json);
}

int cmd_abi_harvest(int argc, char **argv)
{
    _cleanup_(harvest_done) struct harvest harvest;
    _cleanup_free_ char *folder = NULL, *path = NULL;
    struct options options = {0};
    char digest[DIGEST_TEXT_SIZE];
    struct error *err = NULL;
    int code;

    harvest_init(&harvest);
    cli_parse(argc, argv, set_option, &options);
    harvest.prefix = options.prefix;
    if ((options.rootfs != NULL) + (options.tar != NULL) + (options.image != NULL) != 1)
        return cli_usage("abi harvest", "give one of --image NAME, --rootfs FOLDER and --tar FILE");
    if (options.image != NULL)
        return harvest_image(&options);
    code = surface_store_folder(&folder, &err);
    if (code == 0)
        code = options.rootfs != NULL ? harvest_root(&harvest, options.rootfs, &err)
                                      : harvest_tar(&harvest, options.tar, &err);
    if (code == 0)
        code = surface_builder_write(harvest.builder, folder, digest, &err);
    if (code == 0 && options.name != NULL)
        code = surface_store_name(folder, options.name, digest, &err);
    if (code < 0)
        return cli_fail(err);
    path = text_format("%s/%s.surface", folder, digest);
    return print(&harvest, digest, path, options.json);
}
