/* SPDX-License-Identifier: Apache-2.0 */
/* Loads what a plan names and creates its cells. */
#include "run/expand.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "catalog/catalog.h"
#include "catalog/find.h"

static int load_images(struct plan *plan, struct expansion *expansion, struct error **err)
{
    int code = plan->images.count == 0 ? catalog_list_images(&plan->images, err) : 0;

    if (code == 0 && plan->images.count == 0)
        return error_set(err, -ENOENT,
                         "no image is registered: build a stand-in with scripts/build-guest, or "
                         "register a disk with 'touchstone image add'");
    for (size_t i = 0; code == 0 && i < plan->images.count; i++) {
        char *path = NULL;
        struct image **slot;

        code = catalog_find_image(plan->images.items[i], &path, err);
        if (code < 0)
            break;
        strv_take(&expansion->image_files, path);
        slot = vec_add(&expansion->images);
        code = catalog_load_image(path, slot, err);
    }
    return code;
}

/* Without names: all except variants, which must be named. */
static int load_platforms(struct plan *plan, struct expansion *expansion, struct error **err)
{
    bool named = plan->platforms.count > 0;
    _cleanup_strv_ struct strv names = {0};
    int code = named ? 0 : catalog_list_platforms(&names, err);

    if (named)
        strv_copy(&names, &plan->platforms);
    for (size_t i = 0; code == 0 && i < names.count; i++) {
        _cleanup_free_ char *path = NULL;
        struct platform *platform = NULL;

        code = catalog_find_platform(names.items[i], &path, err);
        if (code == 0)
            code = catalog_load_platform(path, NULL, &platform, err);
        if (code < 0)
            break;
        if (!named && platform->variant_of != NULL) {
            platform_free(platform);
            continue;
        }
        if (!named)
            strv_add(&plan->platforms, names.items[i]);
        *vec_add(&expansion->platforms) = platform;
        strv_take(&expansion->platform_files, steal_ptr(path));
    }
    return code;
}

/* Records the absolute path, so that the cell can be run again from any folder. */
static int remember_folder(struct plan *plan, const char *suite, const char *folder,
                           struct error **err)
{
    char *absolute = realpath(folder, NULL);
    struct plan_folder *row;

    if (absolute == NULL)
        return error_set_errno(err, -errno, "suite '%s': cannot resolve '%s'", suite, folder);
    row = vec_add(&plan->folders);
    row->suite = text_dup(suite);
    row->folder = absolute;
    return 0;
}

static int load_suites(struct plan *plan, struct expansion *expansion, struct error **err)
{
    _cleanup_strv_ struct strv asked = {0};
    int code;

    strv_copy(&asked, &plan->suites);
    code = asked.count == 0 ? catalog_list_suites(&asked, err) : 0;
    strv_done(&plan->suites);
    for (size_t i = 0; code == 0 && i < asked.count; i++) {
        _cleanup_free_ char *folder = NULL;
        struct suite *suite = NULL;

        code = catalog_find_suite(asked.items[i], &folder, err);
        if (code == 0)
            code = catalog_load_suite_probed(folder, plan->probes, &plan->measures, &suite, err);
        if (code < 0)
            break;
        *vec_add(&expansion->suites) = suite;
        code = catalog_check_payload(suite->folder, NULL, NULL, vec_add(&expansion->sizes), err);
        if (code < 0)
            break;
        if (strv_has(&plan->suites, suite->name))
            return error_set(err, -EEXIST,
                             "duplicate suite '%s' ('%s' has the same name): rename one",
                             suite->name, asked.items[i]);
        strv_add(&plan->suites, suite->name);
        if (strchr(asked.items[i], '/') != NULL || asked.items[i][0] == '.')
            code = remember_folder(plan, suite->name, folder, err);
    }
    if (code == 0 && plan->suites.count == 0)
        return error_set(err, -ENOENT, "no suite found: create one with 'touchstone suite new'");
    return code;
}

/* A kernel has one page size; a platform may support only certain ones. */
static char *refuse_pages(const struct image *image, const struct platform *platform)
{
    _cleanup_strv_ struct strv sizes = {0};
    _cleanup_free_ char *list = NULL;

    vec_foreach (size, &platform->page_sizes) {
        if (image->page_size == 0 || image->page_size == *size)
            return NULL;
        strv_take(&sizes, text_format("%u", *size));
    }
    list = strv_join(&sizes, " or ");
    return text_format("image '%s' has a kernel with %u-byte pages, and platform '%s' is for %s: "
                       "choose an image with such a kernel",
                       image->name, image->page_size, platform->name, list);
}

/* Why this suite cannot run in a cell of this image; NULL if it can. */
static char *refusal(const struct plan *plan, const struct suite *suite, const struct image *image,
                     const struct platform *platform)
{
    _cleanup_strv_ struct strv names = {0};
    char *pages = refuse_pages(image, platform);

    if (pages != NULL)
        return pages;
    if (suite->guests > 1)
        return text_format("suite '%s' has guests=\"%u\", which is not supported: ask for a second "
                           "guest with <guest name=\"" GUEST_CLIENT "\"/> in its suite.xml",
                           suite->name, suite->guests);
    if (suite->client && plan->connect != NULL)
        return text_format(
            "suite '%s' runs in two guests, whose network '%s' does not offer: run it "
            "without --connect",
            suite->name, plan->connect);
    if (suite->packages.count == 0)
        return NULL;
    suite_packages_for(suite, image->package_family != NULL ? image->package_family : "",
                       image->arch, &names);
    if (names.count > 0)
        return NULL;
    return text_format("suite '%s' names no %s packages for %s: add them to its suite.xml",
                       suite->name,
                       image->package_family != NULL ? image->package_family : "(unknown family)",
                       arch_name(image->arch));
}

static size_t add_cells(struct plan *plan, const struct expansion *expansion,
                        const struct image *image, const struct platform *platform)
{
    if (image->arch != platform->arch)
        return 0;
    vec_foreach (suite, &expansion->suites) {
        struct plan_cell *cell = vec_add(&plan->cells);

        cell->image = text_dup(image->name);
        cell->platform = text_dup(platform->name);
        cell->suite = text_dup((*suite)->name);
        cell->refused = refusal(plan, *suite, image, platform);
    }
    return expansion->suites.count;
}

static int make_cells(struct plan *plan, const struct expansion *expansion, bool named,
                      struct error **err)
{
    vec_foreach (platform, &expansion->platforms) {
        size_t made = 0;

        vec_foreach (image, &expansion->images)
            made += add_cells(plan, expansion, *image, *platform);
        if (made == 0 && named)
            return error_set(err, -EINVAL,
                             "platform '%s' is %s and no image of this plan is: name one with "
                             "--image, or see 'touchstone image list'",
                             (*platform)->name, arch_name((*platform)->arch));
    }
    if (plan->cells.count == 0)
        return error_set(err, -EINVAL, "the plan has no cell: no image fits any of its platforms");
    return 0;
}

static bool has_cell(const struct plan *plan, const char *image)
{
    vec_foreach (cell, &plan->cells) {
        if (strcmp(cell->image, image) == 0)
            return true;
    }
    return false;
}

/* Images that match no platform of the plan are not read, hashed or copied. */
static void drop_unused_images(struct plan *plan, struct expansion *expansion)
{
    size_t kept = 0;

    for (size_t i = 0; i < plan->images.count; i++) {
        if (!has_cell(plan, plan->images.items[i])) {
            free(plan->images.items[i]);
            free(expansion->image_files.items[i]);
            image_free(expansion->images.items[i]);
            continue;
        }
        plan->images.items[kept] = plan->images.items[i];
        expansion->image_files.items[kept] = expansion->image_files.items[i];
        expansion->images.items[kept++] = expansion->images.items[i];
    }
    plan->images.count = expansion->image_files.count = expansion->images.count = kept;
}

int expand_plan(struct plan *plan, struct expansion *ret_expansion, struct error **err)
{
    _cleanup_(expansion_done) struct expansion expansion = {0};
    bool named = plan->platforms.count > 0;
    int code = load_images(plan, &expansion, err);

    if (code == 0)
        code = load_platforms(plan, &expansion, err);
    if (code == 0)
        code = load_suites(plan, &expansion, err);
    if (code == 0)
        code = make_cells(plan, &expansion, named, err);
    if (code < 0)
        return code;
    drop_unused_images(plan, &expansion);
    *ret_expansion = expansion;
    expansion = (struct expansion){0};
    return 0;
}

void expansion_done(struct expansion *expansion)
{
    vec_foreach (image, &expansion->images)
        image_free(*image);
    vec_foreach (platform, &expansion->platforms)
        platform_free(*platform);
    vec_foreach (suite, &expansion->suites)
        suite_free(*suite);
    vec_done(&expansion->images);
    vec_done(&expansion->platforms);
    vec_done(&expansion->suites);
    vec_done(&expansion->sizes);
    strv_done(&expansion->image_files);
    strv_done(&expansion->platform_files);
}

const struct suite_sizes *expansion_sizes(const struct expansion *expansion, const char *name)
{
    for (size_t i = 0; i < expansion->suites.count; i++)
        if (strcmp(expansion->suites.items[i]->name, name) == 0)
            return &expansion->sizes.items[i];
    return NULL;
}

const struct suite *expansion_suite(const struct expansion *expansion, const char *name)
{
    vec_foreach (suite, &expansion->suites) {
        if (strcmp((*suite)->name, name) == 0)
            return *suite;
    }
    return NULL;
}
