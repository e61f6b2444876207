/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checks kernel modules against the image's kernels. With CRCs (CONFIG_MODVERSIONS) the kernel
 * ignores the release when it compares vermagic (same_magic in kernel/module/version.c), so the
 * CRCs decide. A vendor's complete list of exports is no stability promise: a difference from it
 * alone is a warning.
 */
#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "abi/check/check.h"
#include "abi/elf/file.h"
#include "abi/kernel/module.h"
#include "abi/surface/kernel_symbols.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"

struct kernel {
    struct text_map symbols; /* name -> row */
    const char *release;     /* the release that the module is checked against; NULL: none known */
    bool listed;             /* the rows are from a kABI list, not from Module.symvers */
    const char *config;      /* NULL: unknown */
    const char *spaces;      /* lines with symbol and namespace; NULL: unknown */
    bool signed_only;
};

static bool is_set(const struct kernel *kernel, const char *option)
{
    _cleanup_free_ char *line = text_format("%s=y", option);
    const char *at = kernel->config;
    size_t length = strlen(line);

    while (at != NULL && (at = strstr(at, line)) != NULL) {
        if ((at == kernel->config || at[-1] == '\n') && (at[length] == '\n' || at[length] == '\0'))
            return true;
        at += length;
    }
    return false;
}

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
    _cleanup_free_ char *spaces = NULL;

    *kernel = (struct kernel){.release = release_for(image, vermagic)};
    if (kernel->release == NULL)
        return;
    for (uint32_t i = 0; i < image->counts[TABLE_KERNEL]; i++)
        if (strcmp(surface_text(image, image->kernel[i].release), kernel->release) == 0) {
            text_map_put(&kernel->symbols, surface_text(image, image->kernel[i].name), i);
            kernel->listed |= (image->kernel[i].flags & KERNEL_LISTED) != 0;
        }
    key = text_format("kernel-config:%s", kernel->release);
    kernel->config = surface_meta_get(image, key);
    spaces = text_format("kernel-namespaces:%s", kernel->release);
    kernel->spaces = surface_meta_get(image, spaces);
    kernel->signed_only = is_set(kernel, "CONFIG_MODULE_SIG_FORCE");
}

static void unknown(struct check *check, const char *path, const char *why)
{
    finding_set_found(
        findings_add(check->findings, FINDING_UNKNOWN, path, NULL, NULL, "the kernel"), "%s", why);
}

/* The part of VERMAGIC_STRING after the release (include/linux/vermagic.h), derived from the
 * kernel's configuration. Caller frees. */
static char *magic_of(const struct check *check, const struct kernel *kernel)
{
    return text_format("%s%s%s%s%s", is_set(kernel, "CONFIG_SMP") ? "SMP " : "",
                       is_set(kernel, "CONFIG_PREEMPT_RT") ? "preempt_rt "
                       : is_set(kernel, "CONFIG_PREEMPT_BUILD") || is_set(kernel, "CONFIG_PREEMPT")
                           ? "preempt "
                           : "",
                       is_set(kernel, "CONFIG_MODULE_UNLOAD") ? "mod_unload " : "",
                       is_set(kernel, "CONFIG_MODVERSIONS") ? "modversions " : "",
                       check->world.machine == EM_AARCH64 ? "aarch64" : "");
}

/* Missing vermagic or CRCs do not prevent loading if the kernel allows modules to be forced
 * (CONFIG_MODULE_FORCE_LOAD): it loads the module and becomes tainted (try_to_force_load). */
static void report_missing(struct check *check, const char *path, enum finding_kind kind,
                           const struct kernel *kernel, const char *what)
{
    struct finding *row = findings_add(check->findings, kind, path, NULL, NULL, kernel->release);
    bool forced = is_set(kernel, "CONFIG_MODULE_FORCE_LOAD");

    finding_set_found(
        row, "%s%s", what,
        forced ? "; the kernel loads it nevertheless and becomes tainted (CONFIG_MODULE_FORCE_LOAD)"
               : "");
    if (forced)
        row->severity = SEVERITY_WARN;
}

/* The end of vermagic, after the words determined by the configuration: the seed of a randomised
 * layout, or words added by a vendor. */
static void check_magic_tail(struct check *check, const char *path, const struct kmod *kmod,
                             const char *tail, const struct kernel *kernel)
{
    bool seeded = strncmp(tail, "RANDSTRUCT", 10) == 0;
    bool wants_seed =
        is_set(kernel, "CONFIG_RANDSTRUCT") || is_set(kernel, "CONFIG_GCC_PLUGIN_RANDSTRUCT");

    if (seeded != wants_seed)
        finding_set_found(findings_add(check->findings, FINDING_KMOD_VERMAGIC, path, NULL,
                                       kmod->vermagic, "the kernel"),
                          "kernel %s was built with%s randomised structure layout", kernel->release,
                          wants_seed ? "" : "out");
    else if (*tail != '\0')
        unknown(check, path,
                "its vermagic ends in words that do not come from the kernel's configuration; the "
                "files do not show whether the kernel's vermagic has them too");
}

/* same_magic: if both sides have CRCs, the release is ignored. The rest is always compared. */
static void check_magic(struct check *check, const char *path, const struct kmod *kmod,
                        const struct kernel *kernel)
{
    size_t length = kmod->vermagic != NULL ? strcspn(kmod->vermagic, " ") : 0;
    bool same_release;
    struct finding *row;

    if (kmod->vermagic == NULL && kernel->config != NULL) {
        report_missing(check, path, FINDING_KMOD_VERMAGIC, kernel, "the module has no vermagic");
        return;
    }
    if (kmod->vermagic == NULL) {
        unknown(check, path, "the module has no vermagic");
        return;
    }
    if (is_set(kernel, "CONFIG_SMP") || is_set(kernel, "CONFIG_MODULE_UNLOAD")) {
        _cleanup_free_ char *wanted = magic_of(check, kernel);
        const char *rest = kmod->vermagic + length + (kmod->vermagic[length] == ' ');

        if (strncmp(rest, wanted, strlen(wanted)) != 0) {
            row = findings_add(check->findings, FINDING_KMOD_VERMAGIC, path, NULL, kmod->vermagic,
                               "the kernel");
            finding_set_found(row, "kernel %s was built with '%s'", kernel->release, wanted);
            return;
        }
        check_magic_tail(check, path, kmod, rest + strlen(wanted), kernel);
    }
    same_release =
        strlen(kernel->release) == length && strncmp(kmod->vermagic, kernel->release, length) == 0;
    if (same_release)
        return;
    row = findings_add(check->findings, FINDING_KMOD_VERMAGIC, path, NULL, kmod->vermagic,
                       "the kernel");
    finding_set_found(row, "kernel %s%s", kernel->release,
                      kmod->has_crcs ? "; the module has CRCs, which are compared instead" : "");
    if (kmod->has_crcs)
        row->severity = SEVERITY_WARN;
}

/* check_version: a kernel with CRCs requires one for each symbol of a module. */
static void check_crcs(struct check *check, const char *path, const struct kmod *kmod,
                       const struct kernel *kernel)
{
    if (!kmod->has_crcs && kmod->symbols.count > 0 && is_set(kernel, "CONFIG_MODVERSIONS"))
        report_missing(check, path, FINDING_KMOD_CRC, kernel,
                       "the module has no CRCs (__versions), but the kernel requires them "
                       "(CONFIG_MODVERSIONS)");
}

/* One row of __versions is missing while others exist: the kernel reports that and continues;
 * Debian's kernel rejects the module (debian/module-disable-matching-missing-version-crc.patch). */
static void check_missing_crc(struct check *check, const char *path, const char *symbol,
                              const struct kernel *kernel)
{
    const char *id = surface_meta_get(check->world.layers[LAYER_IMAGE], "os.ID");
    struct finding *row =
        findings_add(check->findings, FINDING_KMOD_CRC, path, symbol, NULL, kernel->release);
    bool refused = id != NULL && strcmp(id, "debian") == 0;

    finding_set_found(row, "the module has CRCs, but none for this symbol%s",
                      refused ? "; Debian's kernel rejects such modules" : "");
    if (!refused)
        row->severity = SEVERITY_WARN;
}

static void check_stripped(struct check *check, const char *path, const struct kernel *kernel)
{
    struct finding *row =
        findings_add(check->findings, FINDING_KMOD_SYM_MISSING, path, NULL, NULL, kernel->release);

    finding_set_found(row, "the module has no symbol table; the kernel rejects it");
    finding_set_remedy(row, "strip only debug information (strip --strip-debug)");
}

/* The namespace of a symbol, or "". Caller frees. */
static char *space_of(const struct kernel *kernel, const char *symbol)
{
    size_t length = strlen(symbol);
    const char *at = kernel->spaces;

    while (at != NULL && *at != '\0') {
        if (strncmp(at, symbol, length) == 0 && at[length] == '\t')
            return text_ndup(at + length + 1, strcspn(at + length + 1, "\n"));
        at += strcspn(at, "\n");
        at += *at == '\n';
    }
    return text_dup("");
}

/* verify_namespace_is_imported, and find_symbol with gplok. */
static void check_permission(struct check *check, const char *path, const struct kmod *kmod,
                             const char *symbol, uint32_t flags, const struct kernel *kernel)
{
    _cleanup_free_ char *space = space_of(kernel, symbol);
    struct finding *row;

    if ((flags & KERNEL_GPL) != 0 && !kmod_is_gpl(kmod)) {
        row = findings_add(check->findings, FINDING_KMOD_SYM_MISSING, path, symbol, NULL,
                           kernel->release);
        finding_set_found(row, "it is exported only to GPL modules; the module's license is '%s'",
                          kmod->license != NULL ? kmod->license : "none");
        finding_set_remedy(row, "use an interface that is exported to all modules");
    }
    if (*space != '\0' && !strv_has(&kmod->spaces, space)) {
        row = findings_add(check->findings, FINDING_KMOD_SYM_MISSING, path, symbol, NULL,
                           kernel->release);
        finding_set_found(row, "it is in the namespace %s, which the module does not import",
                          space);
        finding_set_remedy(row, "add MODULE_IMPORT_NS(%s) and rebuild it", space);
        if (is_set(kernel, "CONFIG_MODULE_ALLOW_MISSING_NAMESPACE_IMPORTS"))
            row->severity = SEVERITY_WARN;
    }
}

static void check_symbol(struct check *check, const char *path, const struct kmod *kmod,
                         const struct kmod_symbol *symbol, const struct kernel *kernel)
{
    const struct surface *image = check->world.layers[LAYER_IMAGE];
    uint32_t at = text_map_get(&kernel->symbols, symbol->name);
    struct finding *row;

    if (at == TEXT_MAP_NONE && symbol->is_weak)
        return;
    if (at == TEXT_MAP_NONE) {
        row = findings_add(check->findings,
                           kernel->listed ? FINDING_KABI_NOT_LISTED : FINDING_KMOD_SYM_MISSING,
                           path, symbol->name, NULL, kernel->release);
        finding_set_found(row, "it is not in the %s of %s", kernel->listed ? "list" : "symvers",
                          kernel->release);
    } else if (symbol->has_crc && image->kernel[at].crc != symbol->crc) {
        row = findings_add(check->findings,
                           kernel->listed ? FINDING_KABI_NOT_LISTED : FINDING_KMOD_CRC, path,
                           symbol->name, NULL, surface_text(image, image->kernel[at].module));
        finding_set_found(row, "CRC 0x%08x; the module expects 0x%08x", image->kernel[at].crc,
                          symbol->crc);
    }
    if (at != TEXT_MAP_NONE && kmod->has_crcs && !symbol->has_crc &&
        is_set(kernel, "CONFIG_MODVERSIONS"))
        check_missing_crc(check, path, symbol->name, kernel);
    if (at != TEXT_MAP_NONE)
        check_permission(check, path, kmod, symbol->name, image->kernel[at].flags, kernel);
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
        unknown(check, module->path, "the surface does not describe a kernel");
    } else {
        check_magic(check, module->path, &kmod, &kernel);
        check_crcs(check, module->path, &kmod, &kernel);
        if (kmod.is_stripped)
            check_stripped(check, module->path, &kernel);
        if (kernel.symbols.count == 0)
            unknown(check, module->path,
                    "the image has no symvers file; symbols and CRCs cannot be compared");
        vec_foreach (symbol, &kmod.symbols)
            if (kernel.symbols.count > 0)
                check_symbol(check, module->path, &kmod, symbol, &kernel);
        if (kernel.signed_only && !kmod.is_signed)
            finding_set_found(findings_add(check->findings, FINDING_KMOD_SIGNATURE, module->path,
                                           NULL, NULL, kernel.release),
                              "CONFIG_MODULE_SIG_FORCE=y");
        else if (kernel.signed_only)
            unknown(check, module->path,
                    "it is signed, and the kernel loads modules signed with a trusted key; the "
                    "files do not show whether it trusts this key");
    }
    text_map_done(&kernel.symbols);
    kmod_done(&kmod);
}

/* Sources that are compiled on each target for each of its kernels: dkms(8), akmods(8). */
static void check_sources(struct check *check)
{
    const struct surface *image = check->world.layers[LAYER_IMAGE];
    const char *release = release_for(image, NULL);

    vec_foreach (file, &check->package->files) {
        bool dkms = strcmp(path_base(file->path), "dkms.conf") == 0;
        bool akmod = text_starts(file->path, "/usr/src/akmods/");

        struct finding *row;

        if (!dkms && !akmod)
            continue;
        row = findings_add(check->findings, FINDING_UNKNOWN, file->path, NULL, NULL, "the kernel");
        finding_set_found(row,
                          "%s compiles a kernel module from these sources on the target: whether "
                          "it compiles and loads on kernel %s is not in the files",
                          dkms ? "dkms" : "akmods", release != NULL ? release : "(unknown)");
        finding_set_remedy(row, "build it in a guest of the image, with gcc, make and the kernel's "
                                "development package, and check the .ko");
    }
}

void check_modules(struct check *check)
{
    vec_foreach (module, &check->package->modules)
        check_module(check, module);
    check_sources(check);
}
