/* SPDX-License-Identifier: Apache-2.0 */
/* The meaning of the kernel's taint flags (Linux,
 * Documentation/admin-guide/tainted-kernels.rst). */
#include <inttypes.h>

#include "base/cleanup.h"
#include "suite/identity.h"

static const char *const meanings[] = {
    "a proprietary module",
    "a module loaded by force",
    "an SMP kernel on a CPU not made for it",
    "a module unloaded by force",
    "a machine check",
    "a page in a bad state",
    "asked for by a program",
    "the kernel died: an oops or BUG",
    "an ACPI table replaced",
    "a kernel warning",
    "a staging driver",
    "a workaround for the firmware",
    "a module from outside the kernel's tree",
    "an unsigned module",
    "a soft lockup",
    "a live patch",
    "the distribution's own",
    "a randomized structure layout",
    "an in-kernel test",
};

void identity_observe_taint(uint64_t before, uint64_t after, struct result *result)
{
    _cleanup_buffer_ struct buffer text = {0};
    uint64_t fresh = after & ~before;

    if (after == before)
        return;
    buffer_format(&text, "%" PRIu64 " to %" PRIu64, before, after);
    for (unsigned bit = 0, said = 0; bit < 64; bit++) {
        if ((fresh >> bit & 1) == 0)
            continue;
        buffer_text(&text, said++ == 0 ? ": " : ", ");
        if (bit < sizeof(meanings) / sizeof(meanings[0]))
            buffer_text(&text, meanings[bit]);
        else
            buffer_format(&text, "bit %u", bit);
    }
    result_add_observation(result, NULL, "kernel.taint-change", text.data, NULL);
}
