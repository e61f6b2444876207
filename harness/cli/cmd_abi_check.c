/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone abi check: packages against surfaces and platforms. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "abi/check/check.h"
#include "abi/surface/reference.h"
#include "abi/surface/repository.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/json.h"
#include "base/log.h"
#include "base/path.h"
#include "catalog/catalog.h"
#include "catalog/find.h"
#include "cli/cmd_abi.h"
#include "cli/cmd_abi_check.h"
#include "reports/sarif.h"

struct options {
    struct strv files, surfaces, roots, platforms, beside, repositories;
    const char *sarif;
    const char *prefix; /* "" for "/"; NULL: not given */
    bool json, strict;
};

static void set_option(void *input, enum option_id option, char *value)
{
    struct options *options = input;

    switch (option) {
    case OPTION_SURFACE:
    case OPTION_IMAGE:
        strv_add(&options->surfaces, value);
        return;
    case OPTION_ROOTFS:
        strv_add(&options->roots, value);
        return;
    case OPTION_PLATFORM:
        strv_add(&options->platforms, value);
        return;
    case OPTION_WITH:
        strv_add(&options->beside, value);
        return;
    case OPTION_REPO:
        strv_add(&options->repositories, value);
        return;
    case OPTION_PREFIX:
        options->prefix = value;
        for (size_t end = strlen(value); end > 0 && value[end - 1] == '/'; end--)
            value[end - 1] = '\0';
        return;
    case OPTION_SARIF:
        options->sarif = value;
        return;
    case OPTION_STRICT:
        options->strict = true;
        return;
    case OPTION_JSON:
        options->json = true;
        return;
    default:
        strv_add(&options->files, value);
    }
}

static void options_done(struct options *options)
{
    strv_done(&options->files);
    strv_done(&options->surfaces);
    strv_done(&options->roots);
    strv_done(&options->platforms);
    strv_done(&options->beside);
    strv_done(&options->repositories);
}

static int open_targets(const struct options *options, struct check_run *run, struct error **err)
{
    int code = 0;

    for (size_t i = 0; code == 0 && i < options->surfaces.count; i++) {
        struct surface *surface = NULL;

        code = abi_open_surface(options->surfaces.items[i], &surface, err);
        if (code == 0)
            *vec_add(&run->targets) =
                (struct check_target){text_dup(options->surfaces.items[i]), surface};
    }
    for (size_t i = 0; code == 0 && i < options->roots.count; i++) {
        struct surface *surface = NULL;

        code = abi_harvest_root(options->roots.items[i], &surface, err);
        if (code == 0)
            *vec_add(&run->targets) =
                (struct check_target){text_dup(options->roots.items[i]), surface};
    }
    return code;
}

static int load_platforms(const struct options *options, struct check_run *run, struct error **err)
{
    int code = 0;

    for (size_t i = 0; code == 0 && i < options->platforms.count; i++) {
        _cleanup_free_ char *path = NULL;
        struct platform *platform = NULL;

        code = catalog_find_platform(options->platforms.items[i], &path, err);
        if (code == 0)
            code = catalog_load_platform(path, NULL, &platform, err);
        if (code == 0) {
            *vec_add(&run->platforms) = platform;
            check_cpus_add(&run->cpus, platform);
        }
    }
    return code;
}

static void check_one(struct check_run *run, const struct package *package, const char *file,
                      const struct check_target *target, const struct platform *platform)
{
    struct check_cell *cell = vec_add(&run->cells);

    cell->file = text_dup(file);
    cell->surface = text_dup(target->name);
    cell->platform = text_dup(platform != NULL ? platform->name : NULL);
    check_package(package, target->surface, target->name, platform, &cell->findings);
    findings_deduplicate(&cell->findings);
    cell->verdict = findings_verdict(&cell->findings, check_is_reference(target->surface));
}

/* A platform is combined only with surfaces of its architecture. */
static bool goes_with(const struct check_target *target, const struct platform *platform)
{
    return text_equal(surface_meta_get(target->surface, "machine"), arch_name(platform->arch));
}

/* One of several files is checked together with the others, which are installed with it. */
static int check_file(struct check_run *run, const struct options *options, size_t which,
                      struct error **err)
{
    const char *file = options->files.items[which];
    _cleanup_strv_ struct strv beside = {0};
    struct package *package = NULL;
    int code;

    for (size_t i = 0; i < options->files.count; i++)
        if (i != which)
            strv_add(&beside, options->files.items[i]);
    strv_copy(&beside, &options->beside);
    code = package_read_with(file, &beside, options->prefix,
                             run->cpus.count > 0 ? &run->cpus : NULL, &package, err);
    if (code < 0)
        return code;
    package->repositories = run->repositories;
    vec_foreach (target, &run->targets) {
        size_t before = run->cells.count;

        vec_foreach (platform, &run->platforms)
            if (goes_with(target, *platform))
                check_one(run, package, file, target, *platform);
        if (run->cells.count == before && run->platforms.count == 0)
            check_one(run, package, file, target, NULL);
    }
    check_run_note_package(run, file, package);
    package_free(package);
    return 0;
}

static int write_sarif(const struct check_run *run, const char *path, struct error **err)
{
    _cleanup_json_ json_t *log = sarif_log();

    vec_foreach (cell, &run->cells)
        vec_foreach (row, &cell->findings.rows)
            sarif_add(log, row, NULL);
    return json_write_file(log, path, err);
}

int cmd_abi_check(int argc, char **argv)
{
    _cleanup_(options_done) struct options options = {0};
    _cleanup_(check_run_done) struct check_run run = {0};
    struct error *err = NULL;
    int code;

    cli_parse(argc, argv, set_option, &options);
    if (options.surfaces.count + options.roots.count == 0)
        return cli_usage("abi check", "no target given: use --surface, --image or --rootfs");
    if (options.prefix != NULL && options.prefix[0] != '\0' && options.prefix[0] != '/')
        return cli_usage("abi check", "--prefix must be an absolute path");
    code = open_targets(&options, &run, &err);
    if (code == 0)
        code = load_platforms(&options, &run, &err);
    if (code == 0 && options.repositories.count > 0)
        code = repository_open(&options.repositories, &run.repositories, &err);
    for (size_t i = 0; code == 0 && i < options.files.count; i++)
        code = check_file(&run, &options, i, &err);
    if (code == 0 && run.cells.count == 0)
        code = error_set(&err, -EINVAL,
                         "no platform has the architecture of any surface: kunpeng and phytium are "
                         "aarch64, x86 and hygon x86_64");
    if (code == 0 && options.sarif != NULL)
        code = write_sarif(&run, options.sarif, &err);
    if (code < 0)
        return cli_fail(err);
    if (options.json)
        check_run_print_json(&run);
    else
        check_run_print(&run);
    return check_run_exit_code(&run, options.strict);
}
