/* SPDX-License-Identifier: Apache-2.0 */
/* Looks up modules of the kernel. */
#include <string.h>

#include "abi/check/needs.h"
#include "base/cleanup.h"
#include "base/path.h"

/* '-' and '_' are the same in the name of a module. */
static bool same_module(const char *a, const char *b, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (a[i] != b[i] && !((a[i] == '-' || a[i] == '_') && (b[i] == '-' || b[i] == '_')))
            return false;
    return a[length] == '\0';
}

/* The names are separated by ':'. */
static bool lists_module(const char *list, const char *name)
{
    for (const char *at = list; *at != '\0';) {
        size_t length = strcspn(at, ":");

        if (length > 0 && strlen(name) == length && same_module(name, at, length))
            return true;
        at += length + (at[length] == ':');
    }
    return false;
}

enum need_answer needs_kernel_module(struct needs *needs, const char *name)
{
    const char *listed = surface_meta_get(needs->world->layers[LAYER_IMAGE], "kernel-modules");

    if (listed == NULL)
        return NEED_UNKNOWN;
    vec_foreach (file, &needs->package->files) {
        const char *base = path_base(file->path), *end = strstr(base, ".ko");

        if (end != NULL && strlen(name) == (size_t)(end - base) &&
            same_module(name, base, (size_t)(end - base)))
            return NEED_THERE;
    }
    return lists_module(listed, name) ? NEED_THERE : NEED_MISSING;
}
