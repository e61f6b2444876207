/* SPDX-License-Identifier: Apache-2.0 */
/* What a program states of itself. */
#include "abi/elf/file.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "sbom/readers.h"

void sbom_read_elf(struct sbom *sbom, const char *path, const void *data, size_t size)
{
    _cleanup_error_ struct error *problem = NULL;
    struct elf_file elf;
    size_t before;

    if (elf_file_open(&elf, data, size, "it", &problem) < 0) {
        sbom_add_gap(sbom, path, error_message(problem));
        return;
    }
    sbom_read_go(sbom, path, &elf);
    sbom_read_rust(sbom, path, &elf);
    before = sbom->components.count;
    sbom_read_named(sbom, &elf);
    if (elf.upx)
        sbom_add_gap(sbom, path, "packed by UPX; unpack it with 'upx -d'");
    else if (elf.kind == ELF_KIND_STATIC && !elf.go)
        sbom_add_gap(sbom, path,
                     sbom->components.count > before
                         ? "statically linked; only libraries that name themselves "
                           "are listed"
                         : "statically linked; it does not state what it contains");
    elf_file_done(&elf);
}
