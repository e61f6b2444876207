/* SPDX-License-Identifier: Apache-2.0 */
/* An untrusted surface file: it is rejected, or every lookup stays within it. */
#include <stdlib.h>
#include <string.h>

#include "abi/check/move.h"
#include "abi/loader/closure.h"
#include "base/cleanup.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct surface *surface = NULL;
    struct closure closure;
    struct world world;
    struct move move;
    void *copy = malloc(size + 1);

    memcpy(copy, data, size);
    if (surface_open_memory(copy, size, "fuzz", &surface, NULL) < 0)
        return 0;
    world_init(&world, NULL, surface, NULL, true);
    closure_init(&closure, &world);
    for (uint64_t i = 0; i < surface->counts[TABLE_OBJECTS] && i < 16; i++) {
        closure_load(&closure, (struct object_ref){LAYER_IMAGE, (uint32_t)i}, "/x");
        closure_check_versions(&closure);
        closure_bind(&closure);
    }
    surface_find_name(surface, "memcpy");
    surface_meta_get(surface, "glibc");
    move_compare(surface, surface, &move);
    move_done(&move);
    closure_done(&closure);
    world_done(&world);
    surface_close(surface);
    return 0;
}
