/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone abi harvest: a root folder or a tar becomes a surface below the user's home. */
#include <stdio.h>

#include "abi/harvest.h"
#include "abi/surface_store.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "cli/cmd_abi.h"

struct options {
    const char *rootfs, *tar, *name, *prefix;
    bool json;
};

static const struct argp_option argp_options[] = {
    {"rootfs", 'r', "FOLDER", 0, "A root file system, unpacked", 0},
    {"tar", 't', "FILE", 0, "A root file system as a tar, compressed or not", 0},
    {"name", 'n', "NAME", 0, "Name the surface", 0},
    {"prefix", 'p', "PATH", 0, "Put PATH before every path of the root folder", 0},
    {"json", 'j', NULL, 0, "Print JSON", 0},
    {0}};

static error_t take_option(int key, char *value, struct argp_state *state)
{
    struct options *options = state->input;

    switch (key) {
    case 'r':
        options->rootfs = value;
        return 0;
    case 't':
        options->tar = value;
        return 0;
    case 'n':
        options->name = value;
        return 0;
    case 'p':
        options->prefix = value;
        return 0;
    case 'j':
        options->json = true;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static int print(const struct harvest *harvest, const char *digest, const char *path, bool as_json)
{
    _cleanup_json_ json_t *json = NULL;

    if (!as_json) {
        printf("%s\n", digest);
        return EXIT_COMPATIBLE;
    }
    json = json_pack("{s:s, s:s, s:I, s:I, s:I, s:I}", "digest", digest, "path", path, "objects",
                     (json_int_t)harvest->objects, "damaged", (json_int_t)harvest->damaged,
                     "exports", (json_int_t)surface_builder_count(harvest->builder, TABLE_EXPORTS),
                     "imports", (json_int_t)surface_builder_count(harvest->builder, TABLE_IMPORTS));
    return cli_print_json(json);
}

int cmd_abi_harvest(int argc, char **argv)
{
    static const struct argp argp = {argp_options,
                                     take_option,
                                     NULL,
                                     "Takes what a root file system provides to programs and "
                                     "libraries, and prints the digest of the surface.",
                                     NULL,
                                     NULL,
                                     NULL};
    _cleanup_(harvest_done) struct harvest harvest;
    _cleanup_free_ char *folder = NULL, *path = NULL;
    struct options options = {0};
    char digest[DIGEST_TEXT_SIZE];
    struct error *err = NULL;
    int code;

    harvest_init(&harvest);
    cli_parse(&argp, argc, argv, &options);
    harvest.prefix = options.prefix;
    if ((options.rootfs == NULL) == (options.tar == NULL))
        return cli_usage("abi harvest", "give one of --rootfs FOLDER and --tar FILE");
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
