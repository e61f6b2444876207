/* SPDX-License-Identifier: Apache-2.0 */
/* Container images: their own libraries, with the target's kernel and CPU. */
#include <stdlib.h>
#include <string.h>

#include "abi/check/check.h"
#include "abi/check/container.h"
#include "abi/check/privileges.h"
#include "abi/package/image.h"
#include "abi/surface/build.h"
#include "base/cleanup.h"
#include "base/error.h"

/* Facts that containers share with the host. */
static bool is_of_host(const char *key)
{
    return strcmp(key, "machine") == 0 || strcmp(key, "page-size") == 0 ||
           text_starts(key, "kernel") || strcmp(key, "reference") == 0;
}

/* musl's loader searches these; it has no cache. Source: musl ldso/dynlink.c. */
static void add_musl_folders(struct surface_builder *builder, const struct surface *own)
{
    static const char *const folders[] = {"/lib", "/usr/local/lib", "/usr/lib"};
    bool musl = false;

    for (uint64_t i = 0; i < own->counts[TABLE_PATHS] && !musl; i++)
        musl = text_starts(surface_text(own, own->paths[i].path), "/lib/ld-musl-");
    for (size_t i = 0; musl && i < sizeof(folders) / sizeof(folders[0]); i++)
        *(uint32_t *)surface_builder_row(builder, TABLE_FOLDERS, NULL) =
            surface_builder_string(builder, folders[i]);
}

/* Facts of the image and of the target's kernel; the image's files are in its package. */
static struct surface *make_base(const struct surface *own, const struct surface *target)
{
    _cleanup_(surface_builder_free_cleanup) struct surface_builder *builder = surface_builder_new();
    struct surface *base = NULL;

    for (uint32_t i = 0; i < target->counts[TABLE_META]; i++)
        if (is_of_host(surface_text(target, target->meta[i].key)))
            surface_builder_meta(builder, surface_text(target, target->meta[i].key),
                                 surface_text(target, target->meta[i].value));
    for (uint32_t i = 0; i < own->counts[TABLE_META]; i++)
        if (!is_of_host(surface_text(own, own->meta[i].key)))
            surface_builder_meta(builder, surface_text(own, own->meta[i].key),
                                 surface_text(own, own->meta[i].value));
    for (uint32_t i = 0; i < own->counts[TABLE_FOLDERS]; i++)
        *(uint32_t *)surface_builder_row(builder, TABLE_FOLDERS, NULL) =
            surface_builder_string(builder, surface_text(own, own->folders[i]));
    if (own->counts[TABLE_FOLDERS] == 0)
        add_musl_folders(builder, own);
    for (uint32_t i = 0; i < own->counts[TABLE_CACHE]; i++) {
        const struct surface_cache *row = &own->cache[i];

        *(struct surface_cache *)surface_builder_row(builder, TABLE_CACHE, NULL) =
            (struct surface_cache){
                .name = surface_builder_string(builder, surface_text(own, row->name)),
                .path = surface_builder_string(builder, surface_text(own, row->path)),
                .hwcaps = surface_builder_string(builder, surface_text(own, row->hwcaps)),
                .flags = row->flags};
    }
    for (uint32_t i = 0; i < own->counts[TABLE_CONF]; i++)
        *(uint32_t *)surface_builder_row(builder, TABLE_CONF, NULL) =
            surface_builder_string(builder, surface_text(own, own->conf[i]));
    return surface_builder_open(builder, "image", &base, NULL) < 0 ? NULL : base;
}

static const char *machine_of(const struct package_image *image)
{
    return image->config.architecture == NULL                 ? NULL
           : strcmp(image->config.architecture, "amd64") == 0 ? "x86_64"
           : strcmp(image->config.architecture, "arm64") == 0 ? "aarch64"
                                                              : image->config.architecture;
}

static bool fits(const struct package_image *image, const struct surface *target)
{
    return (image->config.os == NULL || strcmp(image->config.os, "linux") == 0) &&
           machine_of(image) != NULL &&
           text_equal(machine_of(image), surface_meta_get(target, "machine"));
}

/* True if another image of the same archive fits the target, which is then used. */
static bool has_fitting_sibling(const struct package *package, const struct package_image *image,
                                const struct surface *target)
{
    vec_foreach (other, &package->images)
        if (other != image && strcmp(other->path, image->path) == 0 && fits(other, target) &&
            (image->tag == NULL || other->tag == NULL || strcmp(image->tag, other->tag) == 0))
            return true;
    return false;
}

static void say_arch(const struct package_image *image, const struct surface *target,
                     struct findings *findings)
{
    const struct image_config *config = &image->config;
    const struct strv *runs = config->entrypoint.count > 0 ? &config->entrypoint : &config->command;
    _cleanup_free_ char *words = strv_join(runs, " ");
    struct finding *row = findings_add(findings, FINDING_ARCH, image->path, NULL, NULL,
                                       surface_meta_get(target, "machine"));

    finding_set_found(row, "the container image is for %s/%s%s%s",
                      config->os != NULL ? config->os : "?",
                      config->architecture != NULL ? config->architecture : "?",
                      *words != '\0' ? " that runs " : "", words);
    finding_set_remedy(row,
                       "build the image for %s too (docker buildx build --platform), and ship that "
                       "image or an index of both",
                       text_equal(surface_meta_get(target, "machine"), "aarch64") ? "linux/arm64"
                                                                                  : "linux/amd64");
}

/* Moves the findings, with the image's path prepended to the file. */
static void move_rows(const struct package_image *image, struct findings *from,
                      struct findings *findings)
{
    vec_foreach (row, &from->rows) {
        _cleanup_free_ char *file = text_equal(row->file, image->path)
                                        ? text_dup(row->file)
                                        : text_format("%s!%s", image->path, row->file);
        struct finding *copy =
            findings_add(findings, row->kind, file, row->symbol, row->version, row->provider);

        copy->severity = row->severity;
        copy->line = row->line;
        finding_set_found(copy, "%s", row->found != NULL ? row->found : "");
        if (row->remedy != NULL)
            finding_set_remedy(copy, "%s", row->remedy);
    }
    findings->cut |= from->cut;
}

/* What the variable sets for every program in the container; folders are relative to the working
 * directory. */
static void read_variable(const struct image_config *config, const char *name,
                          const char *separators, struct strv *ret)
{
    const char *value = image_config_variable(config, name);

    if (value != NULL)
        strv_split(ret, value, separators);
    for (size_t i = 0; i < ret->count && *separators == ':'; i++)
        if (ret->items[i][0] != '/' && ret->items[i][0] != '$') {
            char *path =
                text_format("%s/%s", config->folder != NULL ? config->folder : "", ret->items[i]);

            free(ret->items[i]);
            ret->items[i] = path;
        }
}

/* Programs that the container's user owns. */
static void read_own(const struct container *container, struct strv *ret)
{
    vec_foreach (entry, &container->image->entries.rows)
        if ((entry->mode & 04000) != 0 && entry->uid == container->uid)
            strv_add(ret, entry->path);
    strv_sort(ret);
}

static void check_root(const struct package_image *image, const struct surface *base,
                       const struct platform *platform, struct findings *findings)
{
    _cleanup_strv_ struct strv folders = {0}, preloads = {0}, own = {0};
    struct check check = {.package = image->root,
                          .platform = platform,
                          .findings = findings,
                          .folders = &folders,
                          .preloads = &preloads,
                          .whole = true};
    struct container container;

    read_variable(&image->config, "LD_LIBRARY_PATH", ":;", &folders);
    read_variable(&image->config, "LD_PRELOAD", " :\t", &preloads);
    check_files(&check, base);
    container_init(&container, image, &check.world, findings);
    container_check_user(&container);
    container_check_start(&container);
    if (!container.root) {
        read_own(&container, &own);
        check.own = &own;
        check_privileges(&check, &container.needs);
    }
    container_done(&container);
    check_done(&check);
}

static void check_image(const struct package *package, const struct package_image *image,
                        const struct surface *target, const struct platform *platform,
                        struct findings *findings)
{
    struct findings own = {0};
    struct surface *base;

    if (!fits(image, target)) {
        if (!has_fitting_sibling(package, image, target))
            say_arch(image, target, findings);
        else
            return;
    }
    if (image->root == NULL)
        return;
    base = make_base(image->surface, target);
    if (base == NULL)
        return;
    check_root(image, base, platform, &own);
    move_rows(image, &own, findings);
    findings_done(&own);
    surface_close(base);
}

void check_images(const struct package *package, const struct surface *target,
                  const struct platform *platform, struct findings *findings)
{
    vec_foreach (image, &package->images)
        check_image(package, image, target, platform, findings);
}
