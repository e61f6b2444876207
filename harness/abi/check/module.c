/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kernel modules against the image's kernels. With CRCs (CONFIG_MODVERSIONS) the kernel leaves the
 * release out of its comparison of vermagic (same_magic in kernel/module/version.c), so then the
 * CRCs decide. A vendor's full list of exports is no promise: what differs from it alone is a
 * warning.
 */
#include <stdlib.h>
#include <string.h>

#include "abi/check/check.h"
#include "abi/elf/file.h"
#include "abi/kernel/module.h"
#include "abi/surface/kernel_symbols.h"
#include "base/cleanup.h"
#include "base/error.h"

struct kernel {
    struct text_map symbols; /* name -> row */
    const char *release;     /* the one the module is held against; NULL: none known */
    bool listed;             /* the rows are a list, no symvers */
    bool signed_only;
};

static const char *release_for(const struct surface *image, const char *vermagic)
{
    const char *first = NULL;
    size_t length = vermagic != NULL ? strcspn(vermagic, " ") : 0;

    for (uint64_t i = 0; i < image->counts[TABLE_META]; i++) {
        const char *value = surface_text(image, image->meta[i].value);

        if (strcmp(surface_text(image, image->meta[i].key), "kernel") != 0)
            continue;
        if (strlen(value) == length && strncmp(value, vermagic, length) == 0)
            return value;
        first = first != NULL ? first : value;
    }
    if (first == NULL && image->counts[TABLE_KERNEL] > 0)
        first = surface_text(image, image->kernel[0].release);
    return first;
}

static void kernel_init(struct kernel *kernel, const struct surface *image, const char *vermagic)
{
    _cleanup_free_ char *key = NULL;
    const char *config;

    *kernel = (struct kernel){.release = release_for(image, vermagic)};
    if (kernel->release == NULL)
        return;
    for (uint32_t i = 0; i < image->counts[TABLE_KERNEL]; i++)
        if (strcmp(surface_text(image, image->kernel[i].release), kernel->release) == 0) {
            text_map_put(&kernel->symbols, surface_text(image, image->kernel[i].name), i);
            kernel->listed |= (image->kernel[i].flags & KERNEL_LISTED) != 0;
        }
    key = text_format("kernel-config:%s", kernel->release);
    config = surface_meta_get(image, key);
    kernel->signed_only = config != NULL && strstr(config, "CONFIG_MODULE_SIG_FORCE=y") != NULL;
}

static void unknown(struct check *check, const char *path, const char *why)
{
    finding_set_found(
        findings_add(check->findings, FINDING_UNKNOWN, path, NULL, NULL, "the kernel"), "%s", why);
}

static void check_magic(struct check *check, const char *path, const struct kmod *kmod,
                        const struct kernel *kernel)
{
    size_t length = kmod->vermagic != NULL ? strcspn(kmod->vermagic, " ") : 0;
    struct finding *row;

    if (kmod->vermagic == NULL) {
        unknown(check, path, "the module has no vermagic");
        return;
    }
    if (strlen(kernel->release) == length && strncmp(kmod->vermagic, kernel->release, length) == 0)
        return;
    row = findings_add(check->findings, FINDING_KMOD_VERMAGIC, path, NULL, kmod->vermagic,
                       "the kernel");
    finding_set_found(row, "kernel %s%s", kernel->release,
                      kmod->has_crcs ? "; the module carries CRCs, so these decide" : "");
    if (kmod->has_crcs)
        row->severity = SEVERITY_WARN;
}

static void check_symbol(struct check *check, const char *path, const struct kmod_symbol *symbol,
                         const struct kernel *kernel)
{
    const struct surface *image = check->world.layers[LAYER_IMAGE];
    uint32_t at = text_map_get(&kernel->symbols, symbol->name);
    struct finding *row;

    if (at == TEXT_MAP_NONE) {
        row = findings_add(check->findings,
                           kernel->listed ? FINDING_KABI_NOT_LISTED : FINDING_KMOD_SYM_MISSING,
                           path, symbol->name, NULL, kernel->release);
        finding_set_found(row, "not in the %s of %s", kernel->listed ? "list" : "symvers",
                          kernel->release);
    } else if (symbol->has_crc && image->kernel[at].crc != symbol->crc) {
        row = findings_add(check->findings,
                           kernel->listed ? FINDING_KABI_NOT_LISTED : FINDING_KMOD_CRC, path,
                           symbol->name, NULL, surface_text(image, image->kernel[at].module));
        finding_set_found(row, "CRC 0x%08x; the module has 0x%08x", image->kernel[at].crc,
                          symbol->crc);
    }
}

static void check_module(struct check *check, const struct package_module *module)
{
    const struct surface *image = check->world.layers[LAYER_IMAGE];
    _cleanup_error_ struct error *problem = NULL;
    struct kernel kernel;
    struct kmod kmod;

    if (kmod_read(&kmod, module->data.data, module->data.length, module->path, &problem) < 0) {
        unknown(check, module->path, error_message(problem));
        return;
    }
    kernel_init(&kernel, image, kmod.vermagic);
    if (kmod.machine != check->world.machine)
        finding_set_found(findings_add(check->findings, FINDING_ARCH, module->path, NULL, NULL,
                                       elf_machine_name(check->world.machine)),
                          "%s", elf_machine_name(kmod.machine));
    if (kernel.release == NULL) {
        unknown(check, module->path, "the surface describes no kernel");
    } else {
        check_magic(check, module->path, &kmod, &kernel);
        if (kernel.symbols.count == 0)
            unknown(check, module->path,
                    "the image has no symvers: symbols and CRCs cannot be held "
                    "against anything");
        vec_foreach (symbol, &kmod.symbols)
            if (kernel.symbols.count > 0)
                check_symbol(check, module->path, symbol, &kernel);
        if (kernel.signed_only && !kmod.is_signed)
            finding_set_found(findings_add(check->findings, FINDING_KMOD_SIGNATURE, module->path,
                                           NULL, NULL, kernel.release),
                              "CONFIG_MODULE_SIG_FORCE=y");
    }
    text_map_done(&kernel.symbols);
    kmod_done(&kmod);
}

void check_modules(struct check *check)
{
    vec_foreach (module, &check->package->modules)
        check_module(check, module);
}
