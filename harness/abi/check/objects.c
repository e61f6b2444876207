/* SPDX-License-Identifier: Apache-2.0 */
/* Checks each ELF file of a package on its own against the image. */
#include <elf.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/check/check.h"
#include "abi/elf/file.h"
#include "abi/surface/remedy.h"
#include "base/cleanup.h"
#include "base/json.h"

static const char *text_of(const struct check *check, uint32_t string)
{
    return surface_text(check->package->surface, string);
}

static bool same_machine(uint16_t file, uint16_t image)
{
    return file == image || (file == EM_386 && image == EM_X86_64);
}

/* CONFIG_COMPAT of the image's kernels: ANSWER_YES if all known ones have it. */
static enum answer kernel_has_compat(const struct surface *image)
{
    enum answer all = ANSWER_UNKNOWN;

    for (uint32_t i = 0; i < image->counts[TABLE_META]; i++) {
        const char *key = surface_text(image, image->meta[i].key);
        const char *config = surface_text(image, image->meta[i].value);

        if (!text_starts(key, "kernel-config:"))
            continue;
        if (strstr(config, "\nCONFIG_COMPAT=y\n") == NULL)
            return ANSWER_NO;
        all = ANSWER_YES;
    }
    return all;
}

/* Whether the image's kernel on this platform runs 32-bit Arm programs. */
static enum answer runs_32_bit_arm(const struct check *check)
{
    enum answer cpu = check->platform != NULL ? check->platform->aarch32 : ANSWER_UNKNOWN;
    enum answer kernel = kernel_has_compat(check->world.layers[LAYER_IMAGE]);

    return cpu == ANSWER_NO || kernel == ANSWER_NO     ? ANSWER_NO
           : cpu == ANSWER_YES && kernel == ANSWER_YES ? ANSWER_YES
                                                       : ANSWER_UNKNOWN;
}

static void check_arch(struct check *check, const char *path, const struct surface_object *object)
{
    bool arm32 = object->machine == EM_ARM && check->world.machine == EM_AARCH64;
    enum answer runs = arm32 ? runs_32_bit_arm(check) : ANSWER_NO;
    struct finding *row;

    if (same_machine(object->machine, check->world.machine) || runs == ANSWER_YES)
        return;
    if (check->world.machine == 0) {
        finding_set_found(findings_add(check->findings, FINDING_UNKNOWN, path, NULL, NULL, NULL),
                          "the surface does not record its architecture");
        return;
    }
    row = findings_add(check->findings, FINDING_ARCH, path, NULL, NULL,
                       elf_machine_name(check->world.machine));
    finding_set_found(row, "%s, %s", elf_machine_name(object->machine),
                      object->flags & OBJECT_64 ? "64 bit" : "32 bit");
    if (arm32)
        finding_set_remedy(row, "build it for aarch64: 32-bit Arm programs need a kernel with "
                                "CONFIG_COMPAT and a CPU with AArch32");
}

/* True if all its code was examined for this CPU: then nothing else is unknown about a static
 * program. */
static bool is_scanned(const struct check *check, const struct package_elf *elf,
                       const struct surface_object *object)
{
    return check->platform != NULL && object->machine == check->world.machine && elf->isa.done &&
           elf->isa.code_bytes > 0;
}

static void check_kind(struct check *check, const struct package_elf *elf,
                       const struct surface_object *object)
{
    const char *of =
        object->flags & OBJECT_GO ? "a static Go program"
        : elf->loads_nss
            ? "a static program whose getaddrinfo or getpwnam loads the image's libnss_*, which "
              "must belong to the same glibc version that the program was linked with"
            : "a static program";

    if (object->flags & OBJECT_UPX)
        finding_set_found(
            findings_add(check->findings, FINDING_UNKNOWN, elf->path, NULL, NULL, NULL),
            "packed with UPX: its contents cannot be read; unpack it with 'upx -d'");
    else if ((object->flags & OBJECT_STATIC) != 0 && is_scanned(check, elf, object))
        finding_set_found(
            findings_add(check->findings, FINDING_STATIC_PROGRAM, elf->path, NULL, NULL, NULL),
            "%s; %" PRIu64 " bytes of code were examined, but not which system calls it needs", of,
            elf->isa.code_bytes);
    else if (object->flags & OBJECT_STATIC)
        finding_set_found(
            findings_add(check->findings, FINDING_UNKNOWN, elf->path, NULL, NULL, NULL),
            "%s%s; whether it runs depends on the kernel and the CPU", of,
            elf->loads_nss ? "" : " that loads no libraries");
}

static void check_interpreter(struct check *check, const char *path,
                              const struct surface_object *object)
{
    const char *interpreter = text_of(check, object->interpreter);
    struct finding *row;

    if (object->interpreter == 0 || world_resolve(&check->world, interpreter).found)
        return;
    if (check->reference && (object->flags & OBJECT_64) == 0) {
        _cleanup_free_ char *remedy = remedy_text(check->world.layers[LAYER_IMAGE], interpreter);

        row = findings_add(check->findings, FINDING_UNKNOWN, path, NULL, NULL, interpreter);
        finding_set_found(row, "the reference does not describe 32-bit libraries");
        if (remedy != NULL)
            finding_set_remedy(row, "%s", remedy);
        return;
    }
    row = findings_add(check->findings, FINDING_INTERP_MISSING, path, NULL, NULL, interpreter);
    finding_set_found(row, "%s",
                      strstr(interpreter, "ld-musl") != NULL ? "built for musl; the image has glibc"
                      : surface_meta_get(check->world.layers[LAYER_IMAGE], "loader") != NULL
                          ? surface_meta_get(check->world.layers[LAYER_IMAGE], "loader")
                          : "no loader");
}

/* Page size that the image's kernel has, or may have on this platform. */
static uint32_t page_size_of(const struct check *check, bool *ret_certain)
{
    const char *known = surface_meta_get(check->world.layers[LAYER_IMAGE], "page-size");
    uint32_t size = known != NULL ? (uint32_t)strtoul(known, NULL, 10) : 0;

    *ret_certain = size != 0;
    if (size == 0 && check->world.machine == EM_X86_64) {
        *ret_certain = true;
        size = 4096;
    }
    if (size == 0 && check->platform != NULL)
        vec_foreach (may, &check->platform->page_sizes)
            size = *may > size ? *may : size;
    return size != 0 ? size : 4096;
}

static void check_pages(struct check *check, const char *path, const struct surface_object *object)
{
    bool certain;
    uint32_t page = page_size_of(check, &certain);
    struct finding *row;

    const char *where =
        certain ? "" : " on some kernels for this platform; the image's page size is not known";

    if (object->min_align == 0 ||
        ((object->min_align & (page - 1)) == 0 && object->congruence >= page))
        return;
    row = findings_add(check->findings, FINDING_PAGE_ALIGN, path, NULL, NULL, NULL);
    if ((object->min_align & (page - 1)) != 0) {
        finding_set_found(row, "segments are aligned to %u, the page size is %u%s",
                          object->min_align, page, where);
    } else {
        finding_set_found(row,
                          "p_align is %u, but the offset and the address of a segment are not "
                          "congruent modulo the page size of %u%s, only modulo %u",
                          object->min_align, page, where, object->congruence);
        finding_set_remedy(
            row, "relink it with -Wl,-z,max-page-size=65536: p_align cannot be raised afterwards");
    }
    if (!certain)
        row->severity = SEVERITY_HIGH;
}

/* jemalloc aborts if the system's page size is larger than the one it was built for. */
static void check_allocator(struct check *check, const struct package_elf *elf)
{
    bool certain;
    uint32_t page = page_size_of(check, &certain);
    struct finding *row;

    if (!elf->allocator || (elf->allocator_page != 0 && elf->allocator_page >= page))
        return;
    row = findings_add(check->findings,
                       elf->allocator_page != 0 ? FINDING_PAGE_ALIGN : FINDING_STRING_HINT,
                       elf->path, NULL, NULL, "jemalloc");
    if (elf->allocator_page != 0)
        finding_set_found(
            row,
            "its jemalloc is built for a page size of %u and aborts with a larger one; the page "
            "size is %u%s",
            elf->allocator_page, page,
            certain ? ""
                    : " on some kernels for this platform; the image's page size is not known");
    else
        finding_set_found(
            row, "it contains jemalloc, whose page size could not be determined from its code");
    finding_set_remedy(row, "build jemalloc with --with-lg-page=16");
    if (elf->allocator_page != 0 && !certain)
        row->severity = SEVERITY_HIGH;
}

static bool starts_with_executable_stack(const struct check *check)
{
    const struct surface *surface = check->package->surface;

    vec_foreach (elf, &check->package->elves)
        if (surface->objects[elf->object].interpreter != 0 &&
            (surface->objects[elf->object].flags & OBJECT_STACK_EXEC) != 0)
            return true;
    return false;
}

static void check_stack(struct check *check, const char *path, const struct surface_object *object)
{
    bool absent = (object->flags & OBJECT_STACK_ABSENT) != 0 && object->machine == EM_X86_64;
    struct finding *row;

    if ((object->flags & OBJECT_STACK_EXEC) == 0 && !absent)
        return;
    row = findings_add(check->findings, FINDING_EXECSTACK, path, NULL, NULL, NULL);
    finding_set_found(row, "%s",
                      absent ? "it has no PT_GNU_STACK header" : "PT_GNU_STACK is executable");
    /* Since 2.41, dlopen does not make the stack executable (elf/dl-load.c). Dependencies of a
     * program loaded at start still do, and so does the program's own header, which also benefits
     * what it loads later. */
    if (object->interpreter != 0 || check->world.glibc_minor < 41 ||
        (check->covered[object - check->package->surface->objects] & COVERED_BY_PROGRAM) != 0 ||
        starts_with_executable_stack(check))
        return;
    row->severity = SEVERITY_BLOCK;
    finding_set_found(row, "%s; since glibc 2.41, dlopen refuses to load it",
                      absent ? "it has no PT_GNU_STACK header" : "PT_GNU_STACK is executable");
}

static void check_code(struct check *check, const char *path, const struct surface_object *object)
{
    if ((object->flags & OBJECT_TEXTREL) != 0)
        finding_set_found(findings_add(check->findings, FINDING_TEXTREL, path, NULL, NULL, NULL),
                          "DT_TEXTREL: the loader fails with 'cannot restore segment prot after "
                          "reloc' if SELinux denies execmod");
}

/* glibc 2.34: the hooks exist only so that old programs can bind to them, and are never called but
 * by glibc's own library for debugging. */
static void check_hooks(struct check *check, const char *path, const struct surface_object *object)
{
    static const char *const hooks[] = {
        "__malloc_hook", "__realloc_hook",           "__memalign_hook",
        "__free_hook",   "__malloc_initialize_hook", "__after_morecore_hook",
        "__morecore"};
    const struct surface *surface = check->package->surface;

    if (text_equal(surface_text(surface, object->soname), "libc_malloc_debug.so.0"))
        return;
    for (uint32_t i = 0; check->world.glibc_minor >= 34 && i < object->import_count; i++) {
        const struct surface_import *import = &surface->imports[object->import + i];
        const char *name = surface_text(surface, surface->names[import->name].text);

        for (size_t h = 0; h < sizeof(hooks) / sizeof(hooks[0]); h++)
            if (import->references != 0 && strcmp(name, hooks[h]) == 0)
                finding_set_found(
                    findings_add(check->findings, FINDING_HOOK_GONE, path, name, NULL, "libc.so.6"),
                    "the image has glibc 2.%u; since 2.34 the hook is never called",
                    check->world.glibc_minor);
    }
}

static void check_path_tag(struct check *check, const char *path, uint32_t list)
{
    static const char *const built[] = {"/home/", "/root/",      "/build/",  "/builddir/",
                                        "/tmp/",  "/workspace/", "/jenkins/"};
    _cleanup_strv_ struct strv folders = {0};

    strv_split(&folders, text_of(check, list), ":");
    for (size_t i = 0; i < folders.count; i++)
        for (size_t b = 0; b < sizeof(built) / sizeof(built[0]); b++)
            if (text_starts(folders.items[i], built[b]))
                finding_set_found(
                    findings_add(check->findings, FINDING_HARDCODED_RPATH, path, NULL, NULL, NULL),
                    "%s", folders.items[i]);
}

/* The C library and its parts may use each other's private symbols. */
static bool provides_library(const struct surface *package, uint32_t soname)
{
    for (uint64_t i = 0; i < package->counts[TABLE_OBJECTS]; i++)
        if (package->objects[i].soname == soname)
            return true;
    return false;
}

static void check_needs(struct check *check, const char *path, const struct surface_object *object)
{
    const struct surface *surface = check->package->surface;
    bool asks_relr = false;
    struct finding *row;

    for (uint32_t i = 0; i < object->version_count; i++) {
        const struct surface_version *version = &surface->versions[object->version + i];
        const char *name = surface_text(surface, version->name);

        if (version->file == 0)
            continue;
        asks_relr |= strcmp(name, "GLIBC_ABI_DT_RELR") == 0;
        if (strcmp(name, "GLIBC_PRIVATE") == 0 && !provides_library(surface, version->file))
            findings_add(check->findings, FINDING_GLIBC_PRIVATE_USE, path, NULL, name,
                         surface_text(surface, version->file));
    }
    /* 2.36 is the first version that supports DT_RELR; if the version dependency is declared,
     * VERSION_MISSING reports it. */
    if ((object->flags & OBJECT_RELR) == 0 || asks_relr || check->world.glibc_minor == 0 ||
        check->world.glibc_minor >= 36)
        return;
    row = findings_add(check->findings, FINDING_RELR_UNSUPPORTED, path, NULL, NULL, "ld.so");
    finding_set_found(row, "glibc 2.%u", check->world.glibc_minor);
}

/* Only loaders before 2.36 compare the note with the running kernel. A static program contains its
 * own C library, and nothing shows whether that one does. */
static void check_kernel(struct check *check, const char *path, const struct surface_object *object)
{
    const char *kernel = surface_meta_get(check->world.layers[LAYER_IMAGE], "kernel");
    bool is_static = (object->flags & OBJECT_STATIC) != 0;
    bool asks = is_static || (check->world.glibc_minor != 0 && check->world.glibc_minor < 36);
    unsigned major, minor, patch = 0;
    struct finding *row;

    if ((object->flags & OBJECT_ABI_TAG) == 0 || object->abi_os != 0 || kernel == NULL || !asks ||
        sscanf(kernel, "%u.%u.%u", &major, &minor, &patch) < 2 ||
        object->abi_kernel <= (major << 16 | (minor & 255) << 8 | (patch & 255)))
        return;
    row = findings_add(check->findings, FINDING_KERNEL_TOO_OLD, path, NULL, NULL, "the kernel");
    finding_set_found(row, "the image has kernel %s; the file requires %u.%u.%u", kernel,
                      object->abi_kernel >> 16, object->abi_kernel >> 8 & 255,
                      object->abi_kernel & 255);
    if (is_static)
        row->severity = SEVERITY_HIGH;
}

/* [{"soname": ["libx.so.1"], "priority": "required"}]: systemd's ELF dlopen metadata. */
static void check_dlopen_note(struct check *check, const char *path,
                              const struct surface_object *object, const char *text)
{
    _cleanup_json_ json_t *list = json_loads(text, 0, NULL);
    size_t i, n;
    json_t *row, *name;

    if (!json_is_array(list)) {
        finding_set_found(findings_add(check->findings, FINDING_UNKNOWN, path, NULL, NULL, NULL),
                          "its .note.dlopen is not a JSON array");
        return;
    }
    json_array_foreach(list, i, row)
    {
        const char *priority = json_string_value(json_object_get(row, "priority"));
        bool required = priority != NULL && strcmp(priority, "required") == 0, found = false;
        const char *first = NULL, *borrowed;
        struct object_ref ref;

        json_array_foreach(json_object_get(row, "soname"), n, name)
        {
            const char *soname = json_string_value(name);

            if (soname == NULL)
                continue;
            first = first != NULL ? first : soname;
            found |= world_find_default(&check->world, soname, object, false, &ref, &borrowed);
        }
        if (found || first == NULL)
            continue;
        if (check->reference)
            finding_set_found(
                findings_add(check->findings, FINDING_UNKNOWN, path, NULL, NULL, first),
                "the reference does not describe this library");
        else
            findings_add(check->findings,
                         required ? FINDING_DLOPEN_REQUIRED_MISSING : FINDING_DLOPEN_OPTIONAL, path,
                         NULL, NULL, first);
    }
}

void check_objects(struct check *check)
{
    const struct surface *surface = check->package->surface;

    vec_foreach (elf, &check->package->elves) {
        const struct surface_object *object = &surface->objects[elf->object];

        if (check->spare[elf->object])
            continue;
        check_arch(check, elf->path, object);
        check_kind(check, elf, object);
        if (!same_machine(object->machine, check->world.machine))
            continue;
        check_interpreter(check, elf->path, object);
        check_pages(check, elf->path, object);
        check_allocator(check, elf);
        check_stack(check, elf->path, object);
        check_code(check, elf->path, object);
        check_hooks(check, elf->path, object);
        check_path_tag(check, elf->path, object->rpath);
        check_path_tag(check, elf->path, object->runpath);
        check_needs(check, elf->path, object);
        check_kernel(check, elf->path, object);
        for (uint32_t i = 0; i < object->dlopen_count; i++)
            check_dlopen_note(check, elf->path, object,
                              surface_text(surface, surface->lists[object->dlopen + i]));
        if (elf->computed_dlopen)
            finding_set_found(
                findings_add(check->findings, FINDING_UNKNOWN, elf->path, "dlopen", NULL, NULL),
                "it loads libraries whose names are computed at run time");
    }
}
