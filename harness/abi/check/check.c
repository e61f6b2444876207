/* SPDX-License-Identifier: Apache-2.0 */
/* One package, one image, one platform. */
#include "abi/check/check.h"

#include <stdlib.h>
#include <string.h>

#include "abi/check/needs.h"
#include "abi/check/scripts.h"
#include "abi/check/siblings.h"

bool check_is_reference(const struct surface *image)
{
    return surface_meta_get(image, "reference") != NULL;
}

/* The glibc-hwcaps folders that a CPU takes (glibc sysdeps/x86/dl-hwcaps-subdirs.c), best first. */
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

void check_package(const struct package *package, const struct surface *image,
                   const char *surface_name, const struct platform *platform,
                   struct findings *findings)
{
    struct check check = {.package = package, .platform = platform, .findings = findings};
    size_t before = findings->rows.count;
    _cleanup_strv_ struct strv hwcaps = {0};
    struct needs needs;

    hwcaps_of(platform, &hwcaps);
    world_init(&check.world, package->surface, image, &hwcaps, true);
    closure_init(&check.closure, &check.world);
    check.reference = check_is_reference(image);
    check.covered = text_calloc(package->surface->counts[TABLE_OBJECTS], 1);
    check.spare = text_calloc(package->surface->counts[TABLE_OBJECTS], 1);
    siblings_find(&check);
    take_own(&check);
    check_loading(&check);
    check_objects(&check);
    check_opened(&check);
    check_modules(&check);
    check_dependencies(&check);
    check_effects(&check);
    needs_init(&needs, package, &check.world, findings);
    script_check(package, &needs);
    unit_check(package, image, &needs);
    needs_say_unknown(&needs);
    needs_done(&needs);
    source_check(package, &check.world, findings);
    if (platform != NULL)
        check_isa(&check);
    findings_drop_files(findings, &package->brought);
    for (size_t i = before; i < findings->rows.count; i++) {
        struct finding *row = &findings->rows.items[i];

        row->surface = text_dup(surface_name);
        if (row->platform == NULL && platform != NULL)
            row->platform = text_dup(platform->name);
    }
    closure_done(&check.closure);
    world_done(&check.world);
    free(check.covered);
    free(check.spare);
}
