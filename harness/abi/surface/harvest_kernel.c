/* SPDX-License-Identifier: Apache-2.0 */
/* Kernels of an image: releases, configurations and exported symbols. */
#include <string.h>

#include "abi/archive/unpack.h"
#include "abi/surface/harvest.h"
#include "abi/surface/kernel_symbols.h"
#include "base/cleanup.h"
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

/* Lines "kernel/fs/ext4/ext4.ko.xz: …" of modules.dep, or the path alone in modules.builtin. */
static void list_modules(const struct fact *fact, struct buffer *names)
{
    const char *end = fact->data.data + fact->data.length;

    for (const char *line = fact->data.data; line < end;) {
        const char *next = memchr(line, '\n', (size_t)(end - line));
        const char *stop = memchr(line, ':', (size_t)((next != NULL ? next : end) - line));
        _cleanup_free_ char *path = text_ndup(line, (size_t)((stop != NULL   ? stop
                                                              : next != NULL ? next
                                                                             : end) -
                                                             line));
        const char *base = path_base(path), *ending = strstr(base, ".ko");

        if (ending != NULL)
            buffer_format(names, "%.*s:", (int)(ending - base), base);
        line = next != NULL ? next + 1 : end;
    }
}

/* The names of all modules of all kernels, each followed by ':'. */
static void take_modules(struct harvest *harvest)
{
    _cleanup_buffer_ struct buffer names = {0};

    vec_foreach (fact, &harvest->facts)
        if (text_ends(fact->path, "/modules.dep") || text_ends(fact->path, "/modules.builtin"))
            list_modules(fact, &names);
    if (names.length > 0)
        surface_builder_meta(harvest->builder, "kernel-modules", names.data);
}

void harvest_read_kernel(struct harvest *harvest)
{
    take_modules(harvest);
    for (size_t i = 0; i < harvest->modules.count; i++)
        surface_builder_meta(harvest->builder, "kernel", harvest->modules.items[i]);
    vec_foreach (fact, &harvest->facts) {
        _cleanup_free_ char *release = release_of(fact->path);
        const char *base = path_base(fact->path);

        if (release == NULL || fact->data.data == NULL)
            continue;
        if (text_starts(base, "config"))
            take_config(harvest, release, fact);
        else if (!text_starts(base, "modules."))
            take_symbols(harvest, release, fact);
    }
}
