/* SPDX-License-Identifier: Apache-2.0 */
/* Container images: their own libraries, with the target's kernel and CPU. */
#include <string.h>

#include "abi/check/check.h"
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
    for (uint32_t i = 0; i < own->counts[TABLE_CONF]; i++)
        *(uint32_t *)surface_builder_row(builder, TABLE_CONF, NULL) =
            surface_builder_string(builder, surface_text(own, own->conf[i]));
    return surface_builder_open(builder, "image", &base, NULL) < 0 ? NULL : base;
}

static const char *machine_of(const struct package_image *image)
{
    return image->architecture == NULL                 ? NULL
           : strcmp(image->architecture, "amd64") == 0 ? "x86_64"
           : strcmp(image->architecture, "arm64") == 0 ? "aarch64"
                                                       : image->architecture;
}

static bool fits(const struct package_image *image, const struct surface *target)
{
    return (image->os == NULL || strcmp(image->os, "linux") == 0) && machine_of(image) != NULL &&
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
    struct finding *row = findings_add(findings, FINDING_ARCH, image->path, NULL, NULL,
                                       surface_meta_get(target, "machine"));

    finding_set_found(row, "the container image is for %s/%s%s%s",
                      image->os != NULL ? image->os : "?",
                      image->architecture != NULL ? image->architecture : "?",
                      image->entrypoint != NULL || image->command != NULL ? " that runs " : "",
                      image->entrypoint != NULL ? image->entrypoint
                      : image->command != NULL  ? image->command
                                                : "");
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
        finding_set_found(copy, "%s", row->found != NULL ? row->found : "");
        if (row->remedy != NULL)
            finding_set_remedy(copy, "%s", row->remedy);
    }
    findings->cut |= from->cut;
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
    check_root(image->root, base, platform, &own);
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
