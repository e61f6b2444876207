/* SPDX-License-Identifier: Apache-2.0 */
/* Overlays a package's files on an image's. */
#include <stdlib.h>
#include <string.h>

#include "abi/check/check.h"
#include "abi/check/siblings.h"

bool check_is_reference(const struct surface *image)
{
    return surface_meta_get(image, "reference") != NULL;
}

/* The glibc-hwcaps folders that a CPU supports (glibc sysdeps/x86/dl-hwcaps-subdirs.c), best
 * first. */
static void hwcaps_of(const struct platform *platform, struct strv *ret)
{
    if (platform == NULL || platform->arch != ARCH_X86_64)
        return;
    for (size_t l = CHECK_X86_LEVELS; l-- > 0;) {
        bool all = true;

        for (size_t f = 0; check_x86_levels[l].features[f] != NULL; f++)
            all = all && strv_has(&platform->has, check_x86_levels[l].features[f]);
        if (all)
            strv_add(ret, check_x86_levels[l].name);
    }
}

static void take_own(struct check *check)
{
    vec_foreach (row, &check->package->findings.rows) {
        struct finding *copy = findings_add(check->findings, row->kind, row->file, row->symbol,
                                            row->version, row->provider);

        finding_set_found(copy, "%s", row->found);
    }
    check->findings->cut |= check->package->findings.cut;
}

void check_files(struct check *check, const struct surface *image)
{
    const struct package *package = check->package;

    hwcaps_of(check->platform, &check->hwcaps);
    world_init(&check->world, package->surface, image, &check->hwcaps, !check->whole);
    closure_init(&check->closure, &check->world);
    if (check->folders != NULL)
        strv_copy(&check->world.first, check->folders);
    check->closure.preloads = check->preloads;
    check->placed = check->whole || package_is_placed(package);
    check->reference = check_is_reference(image);
    check->covered = text_calloc(package->surface->counts[TABLE_OBJECTS], 1);
    check->spare = text_calloc(package->surface->counts[TABLE_OBJECTS], 1);
    siblings_find(check);
    take_own(check);
    check_loading(check);
    check_objects(check);
    check_opened(check);
    check_python_abi(check);
    check_modules(check);
    check_foreign(check);
    check_optional(check);
    if (check->platform != NULL)
        check_isa(check);
}

void check_done(struct check *check)
{
    closure_done(&check->closure);
    world_done(&check->world);
    free(check->covered);
    free(check->spare);
    strv_done(&check->hwcaps);
}
