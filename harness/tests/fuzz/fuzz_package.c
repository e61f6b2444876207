/* SPDX-License-Identifier: Apache-2.0 */
/* A package file: any input is read to its end and checked against a surface, and a file that
 * cannot be read is never a pass. */
#include <elf.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "abi/check/check.h"
#include "abi/surface/reference.h"
#include "base/cleanup.h"
#include "fuzz.h"
#include "reports/sarif.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct strv nothing;
    static struct isa_cpu items[] = {{EM_X86_64, &nothing}, {EM_AARCH64, &nothing}};
    static const struct isa_cpus cpus = {items, 2};
    static struct surface *image;
    json_t *log;
    struct package *package = NULL;
    struct findings findings = {0};
    char path[64];
    int fd = memfd_create("package", MFD_CLOEXEC);

    if (image == NULL) {
        struct surface_builder *builder = surface_builder_new();

        surface_builder_meta(builder, "machine", "x86_64");
        surface_builder_meta(builder, "glibc", "2.28");
        surface_builder_meta(builder, "reference", "fuzz");
        if (surface_builder_open(builder, "image", &image, NULL) < 0)
            abort();
        surface_builder_free(builder);
    }
    if (fd < 0 || write(fd, data, size) != (ssize_t)size)
        abort();
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    if (package_read(path, &cpus, &package, NULL) == 0) {
        check_package(package, image, "image", NULL, &findings);
        findings_deduplicate(&findings);
        if (findings_verdict(&findings, true) == VERDICT_COMPATIBLE)
            abort(); /* a reference alone never gives more than conditional */
        if (package->examined == 0 && findings_verdict(&findings, true) == VERDICT_CONDITIONAL)
            abort(); /* nothing was examined: findings in its metadata may block it, but it never
                        passes */
        log = sarif_log();
        vec_foreach (row, &findings.rows)
            sarif_add(log, row, NULL);
        json_decref(log);
        package_free(package);
    }
    findings_done(&findings);
    close(fd);
    return 0;
}
