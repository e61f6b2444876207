/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the files and relations of small packages, to find out which of them stand for others. */
#include "cell/metapackage.h"

#include <string.h>

#include "abi/package/package.h"
#include "base/cleanup.h"
#include "stage/stage.h"

/* Bytes. A larger package is not read twice: it contains something. */
#define METAPACKAGE_MAX (1 << 20)

static bool is_documentation(const char *path)
{
    static const char *const folders[] = {"/usr/share/doc/", "/usr/share/lintian/",
                                          "/usr/share/licenses/", "/DEBIAN/", "/debian-binary"};

    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
        if (text_starts(path, folders[i]))
            return true;
    return false;
}

static bool is_empty(const struct package *package)
{
    vec_foreach (file, &package->files)
        if (!is_documentation(file->path))
            return false;
    return true;
}

static void add_required(const struct package *package, const struct strv *staged,
                         struct strv *names)
{
    const struct surface *surface = package->surface;

    for (uint32_t p = 0; p < package->own_packages; p++)
        for (uint32_t r = 0; r < surface->packages[p].relation_count; r++) {
            const struct surface_relation *row =
                &surface->relations[surface->packages[p].relation + r];
            const char *name = surface_text(surface, row->name);

            if (row->flags >> RELATION_KIND_SHIFT == RELATION_REQUIRES && strv_has(staged, name) &&
                !strv_has(names, name))
                strv_add(names, name);
        }
}

void metapackage_resolve(const struct staged *staged, struct strv *names)
{
    _cleanup_strv_ struct strv all = {0};

    vec_foreach (row, &staged->packages)
        strv_add(&all, row->name);
    /* Backwards: what a package depends on is staged before it, and may be such a package, too. */
    for (size_t i = staged->packages.count; i-- > 0;) {
        const struct staged_package *row = &staged->packages.items[i];
        _cleanup_(package_free_cleanup) struct package *package = NULL;

        if (strv_has(names, row->name) && row->size <= METAPACKAGE_MAX &&
            package_read(row->path, NULL, &package, NULL) == 0 && is_empty(package))
            add_required(package, &all, names);
    }
}
