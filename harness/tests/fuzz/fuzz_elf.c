/* SPDX-License-Identifier: Apache-2.0 */
/* An ELF file from a package: it is opened, its symbols are read, it is put into a surface, and its
 * code is scanned. */
#include <elf.h>
#include <stdlib.h>

#include "abi/elf/file.h"
#include "abi/isa/isa.h"
#include "abi/kernel/module.h"
#include "abi/script/script.h"
#include "abi/surface/harvest.h"
#include "base/cleanup.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct strv nothing;
    static struct isa_cpu items[] = {{EM_X86_64, &nothing}, {EM_AARCH64, &nothing}};
    static const struct isa_cpus cpus = {items, 2};
    _cleanup_(harvest_done) struct harvest harvest;
    _cleanup_strv_ struct strv hints = {0};
    struct surface *surface = NULL;
    struct elf_file file;
    struct kmod kmod;

    harvest_init(&harvest);
    harvest_take_file(&harvest, "/lib64/x.so.1", data, size);
    if (surface_builder_open(harvest.builder, "fuzz", &surface, NULL) < 0)
        abort(); /* the output of the builder is always valid */
    surface_close(surface);
    if (elf_file_open(&file, data, size, "fuzz", NULL) == 0) {
        struct isa_scan scan;

        isa_scan_file(&file, &cpus, &scan);
        isa_scan_done(&scan);
        elf_file_done(&file);
    }
    script_hints(data, size, script_hint_texts(data, size, EM_AARCH64), &hints);
    if (kmod_read(&kmod, data, size, "fuzz", NULL) == 0)
        kmod_done(&kmod);
    return 0;
}
