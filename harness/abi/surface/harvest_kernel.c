/* SPDX-License-Identifier: Apache-2.0 */
/* Kernels of an image: releases, configurations and exported symbols. */
#include <string.h>

#include "abi/archive/unpack.h"
#include "abi/surface/harvest.h"
#include "abi/surface/kernel_symbols.h"
#include "base/log.h"
#include "base/path.h"

/* The release in /lib/modules/RELEASE/…, /boot/config-RELEASE, /boot/symvers-RELEASE.gz and
 * /usr/src/linux-headers-RELEASE/Module.symvers; NULL for other paths. Caller frees. */
static char *release_of(const char *path)
{
    static const char *const before[] = {"/lib/modules/",           "/usr/lib/modules/",
                                         "/boot/config-",           "/boot/symvers-",
                                         "/usr/src/linux-headers-", "/usr/src/kernels/"};

    for (size_t i = 0; i < sizeof(before) / sizeof(before[0]); i++) {
        char *release;

        if (!text_starts(path, before[i]))
            continue;
        release = text_ndup(path + strlen(before[i]), strcspn(path + strlen(before[i]), "/"));
        for (size_t e = 0; e < 3; e++) {
            static const char *const endings[] = {".gz", ".xz", ".zst"};

            if (text_ends(release, endings[e]))
                release[strlen(release) - strlen(endings[e])] = '\0';
        }
        return release;
    }
    return NULL;
}

static void take_config(struct harvest *harvest, const char *release, const struct fact *fact)
{
    _cleanup_free_ char *key = text_format("kernel-config:%s", release);

    surface_builder_meta(harvest->builder, key, fact->data.data);
}

static void take_symbols(struct harvest *harvest, const char *release, const struct fact *fact)
{
    _cleanup_buffer_ struct buffer text = {0};

    if (unpack_text(fact->data.data, fact->data.length, HARVEST_FACT_MAX, fact->path, &text, NULL) <
        0) {
        log_warning("cannot unpack '%s': the kernel's symbols are unknown", fact->path);
        return;
    }
    kernel_symbols_add(harvest->builder, release, text.data, text.length, 0);
}

void harvest_read_kernel(struct harvest *harvest)
{
    for (size_t i = 0; i < harvest->modules.count; i++)
        surface_builder_meta(harvest->builder, "kernel", harvest->modules.items[i]);
    vec_foreach (fact, &harvest->facts) {
        _cleanup_free_ char *release = release_of(fact->path);
        const char *base = path_base(fact->path);

        if (release == NULL || fact->data.data == NULL)
            continue;
        if (text_starts(base, "config"))
            take_config(harvest, release, fact);
        else
            take_symbols(harvest, release, fact);
    }
}
