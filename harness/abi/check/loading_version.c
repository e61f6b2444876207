/* SPDX-License-Identifier: Apache-2.0 */
/* Versions that a loaded library does not define. */
#include "abi/check/loading.h"

#include <string.h>

/* The highest version of the same family that the provider has: GLIBC_2.36 for GLIBC_2.38. */
static void set_have(const struct check *check, struct finding *row,
                     const struct missing_version *missing)
{
    struct object_ref ref = check->closure.loaded.items[missing->provider].ref;
    const struct surface *surface = check->world.layers[ref.layer];
    const struct surface_object *object = &surface->objects[ref.object];
    size_t family = strcspn(missing->version, "0123456789");
    const char *best = NULL, *glibc = surface_meta_get(check->world.layers[LAYER_IMAGE], "glibc");

    for (uint32_t i = 0; i < object->version_count; i++) {
        const struct surface_version *version = &surface->versions[object->version + i];
        const char *name = surface_text(surface, version->name);

        if (version->file == 0 && strncmp(name, missing->version, family) == 0 &&
            name[family] >= '0' && name[family] <= '9' &&
            (best == NULL || strverscmp(name, best) > 0))
            best = name;
    }
    if (best != NULL)
        finding_set_found(row, "%s has versions up to %s",
                          loading_path(&check->closure, missing->provider), best);
    else
        finding_set_found(row, "%s does not have this version",
                          loading_path(&check->closure, missing->provider));
    if (text_starts(missing->version, "GLIBC_") && glibc != NULL)
        finding_set_remedy(row, "build on a system with glibc %s or older", glibc);
    else if (text_starts(missing->version, "GLIBCXX_") || text_starts(missing->version, "CXXABI_"))
        finding_set_remedy(row, "build with an older gcc, or link with -static-libstdc++");
}

void loading_note_version(struct check *check, const struct missing_version *missing)
{
    const struct closure *closure = &check->closure;
    struct finding *row;

    if (missing->weak ||
        (!loading_is_ours(closure, missing->by) &&
         (missing->provider == SURFACE_NONE || !loading_is_ours(closure, missing->provider))))
        return;
    if (missing->unversioned) {
        row =
            findings_add(check->findings, FINDING_PROVIDER_UNVERSIONED,
                         loading_path(closure, missing->by), NULL, missing->version, missing->file);
        finding_set_found(row, "%s defines no symbol versions",
                          loading_path(closure, missing->provider));
        return;
    }
    /* Private versions and markers without symbols are in no public list. */
    if (check->reference && strcmp(missing->version, "GLIBC_PRIVATE") == 0)
        return;
    row = findings_add(check->findings, FINDING_VERSION_MISSING, loading_path(closure, missing->by),
                       NULL, missing->version, missing->file);
    if (missing->provider == SURFACE_NONE)
        finding_set_found(row, "%s is not loaded", missing->file);
    else
        set_have(check, row, missing);
}
