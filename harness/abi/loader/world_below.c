/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loaders have searched glibc-hwcaps/NAME since 2.33. Up to 2.36 they also search, after those,
 * every selection of "tls", the platform's name and the names of the kernel's HWCAP bits, in that
 * order and with the longest first: tls/x86_64/x86_64, tls/x86_64, tls, … Sources: glibc
 * elf/dl-hwcaps.c (_dl_important_hwcaps), sysdeps/x86/cpu-features.c; NEWS for 2.33 and 2.37.
 *
 * Which names there are depends on the CPU: "haswell", "xeon_phi" and "avx512_1" are Intel's only,
 * "atomics" is for Arm's with LSE.
 */
#include "abi/loader/world_below.h"

#include <elf.h>
#include <string.h>

#include "abi/loader/world_path.h"
#include "base/cleanup.h"
#include "base/path.h"

enum { LAST_LEGACY_MINOR = 36, NAMES_MAX = 4 };

const char *const world_legacy_names[] = {"haswell", "xeon_phi", "avx512_1", "atomics", NULL};

static bool is_legacy(const char *name)
{
    for (size_t i = 0; world_legacy_names[i] != NULL; i++)
        if (strcmp(world_legacy_names[i], name) == 0)
            return true;
    return false;
}

/* The platform comes before the names of HWCAP bits. Without a name for the CPU, platform and bit
 * have the same name on x86-64. */
static size_t list_names(const struct world *world, const char *names[NAMES_MAX])
{
    bool arm = world->machine == EM_AARCH64;
    const char *platform = arm ? "aarch64" : "x86_64";
    size_t count = 0;

    names[count++] = "tls";
    for (size_t i = 0; i < 2; i++)
        if (strv_has(&world->hwcaps, world_legacy_names[i]))
            platform = world_legacy_names[i];
    names[count++] = platform;
    if (strv_has(&world->hwcaps, arm ? "atomics" : "avx512_1"))
        names[count++] = arm ? "atomics" : "avx512_1";
    if (!arm)
        names[count++] = "x86_64";
    return count;
}

static void add_legacy(struct world *world)
{
    const char *names[NAMES_MAX];
    size_t count = list_names(world, names);

    if (world->glibc_minor == 0 || world->glibc_minor > LAST_LEGACY_MINOR)
        return;
    /* The first name is the highest bit, so that selections come in the loader's order. */
    for (unsigned selection = (1U << count) - 1; selection > 0; selection--) {
        _cleanup_buffer_ struct buffer path = {0};

        for (size_t i = 0; i < count; i++)
            if ((selection & 1U << (count - 1 - i)) != 0)
                buffer_format(&path, "/%s", names[i]);
        if (!strv_has(&world->below, path.data))
            strv_add(&world->below, path.data);
    }
}

static bool is_used(const struct surface *surface, const struct strv *below)
{
    for (uint64_t i = 0; surface != NULL && i < surface->counts[TABLE_PATHS]; i++) {
        const char *path = surface_text(surface, surface->paths[i].path);
        const char *end = path_base(path) - 1;

        for (size_t b = 0; b < below->count && end > path; b++) {
            size_t length = strlen(below->items[b]);

            if ((size_t)(end - path) >= length &&
                memcmp(end - length, below->items[b], length) == 0)
                return true;
        }
    }
    return false;
}

void world_list_below(struct world *world)
{
    /* Loaders before 2.33 do not support glibc-hwcaps folders. */
    for (size_t i = 0; i < world->hwcaps.count; i++)
        if ((world->glibc_minor == 0 || world->glibc_minor >= 33) &&
            !is_legacy(world->hwcaps.items[i]))
            strv_take(&world->below, text_format(WORLD_HWCAPS "%s", world->hwcaps.items[i]));
    add_legacy(world);
    if (!is_used(world->layers[LAYER_PACKAGE], &world->below) &&
        !is_used(world->layers[LAYER_IMAGE], &world->below))
        strv_done(&world->below);
}

void world_cut_below(const struct world *world, char *folder)
{
    char *hwcaps = strstr(folder, WORLD_HWCAPS);
    size_t length = strlen(folder);

    if (hwcaps != NULL)
        *hwcaps = '\0';
    for (size_t i = 0; hwcaps == NULL && i < world->below.count; i++) {
        size_t below = strlen(world->below.items[i]);

        if (length > below && strcmp(folder + length - below, world->below.items[i]) == 0) {
            folder[length - below] = '\0';
            return;
        }
    }
}
