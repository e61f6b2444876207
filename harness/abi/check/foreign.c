/* SPDX-License-Identifier: Apache-2.0 */
/* Checks the code that the image's loader does not start: programs of other systems, object files,
 * static libraries. Beside a build that fits they are alternatives; a product that has nothing else
 * is not for this image. */
#include <elf.h>
#include <string.h>

#include "abi/check/check.h"
#include "abi/check/siblings.h"
#include "abi/elf/file.h"
#include "base/cleanup.h"
#include "base/path.h"

#define NAMED 5 /* files named in one finding */

struct foreign {
    struct check *check;
    struct strv strings;                     /* owns the keys below */
    struct text_map fitting, folders, homes; /* homes: folders with a build that fits */
    uint64_t fitting_bytes;                  /* programs and libraries that the loader accepts */
    size_t fitting_count;
    VEC(const struct package_code *) programs; /* of other systems, without a sibling that fits */
    uint64_t bytes;
    bool executable;
};

/* The key of a library or program in any system's spelling: "libx.so.1", "x.dll", "x.node". */
static char *key_of(const char *path)
{
    static const char *const suffixes[] = {".so",     ".dll", ".dylib", ".jnilib", ".exe", ".node",
                                           ".bundle", ".pyd", ".lib",   ".a",      ".o",   ".obj"};
    const char *base = path_base(path), *end = base + strlen(base);
    _cleanup_free_ char *plain = NULL;
    const char *so = strstr(base, ".so.");

    if (so != NULL)
        end = so;
    for (size_t i = 0; so == NULL && i < sizeof(suffixes) / sizeof(suffixes[0]); i++)
        if (text_ends(base, suffixes[i])) {
            end -= strlen(suffixes[i]);
            break;
        }
    if (text_starts(base, "lib") && end - base > 3)
        plain = text_format("%.*s%.*s", (int)(base - path), path, (int)(end - base - 3), base + 3);
    else
        plain = text_format("%.*s", (int)(end - path), path);
    return siblings_key(plain);
}

/* A linker takes neither a shared library nor an object file in place of a static library. */
static char *linked_key_of(const struct package_code *row)
{
    _cleanup_free_ char *key = key_of(row->path);

    return text_format("%d %s", (int)row->code.kind, key);
}

static void add_text(struct foreign *with, struct text_map *map, char *key)
{
    strv_take(&with->strings, key);
    text_map_put(map, key, 0);
}

static void add_fitting(struct foreign *with, const char *path)
{
    add_text(with, &with->fitting, key_of(path));
    for (const char *at = strchr(path, '/'); at != NULL; at = strchr(at + 1, '/')) {
        _cleanup_free_ char *folder = text_format("%.*s", (int)(at - path), path);

        add_text(with, &with->homes, siblings_key(folder));
    }
}

/* True if what the file belongs to has a build for the image. */
static bool has_home(const struct foreign *with, const char *path)
{
    _cleanup_free_ char *folder = siblings_home(path), *key = siblings_key(folder);

    return with->fitting_count > 0 &&
           (*key == '\0' || text_map_get(&with->homes, key) != TEXT_MAP_NONE);
}

static bool has_machine(const struct machine_code *code, uint16_t machine)
{
    for (size_t i = 0; i < code->machine_count; i++)
        if (code->machines[i] == machine)
            return true;
    return false;
}

/* 32-bit code of the same family: the image's linker and kernel may have a use for it. */
static bool is_32_bit(const struct foreign *with, const struct machine_code *code)
{
    return code->system == NULL &&
           has_machine(code, with->check->world.machine == EM_X86_64 ? EM_386 : EM_ARM);
}

/* Part of a static library fits, part does not. */
static bool is_mixed(const struct foreign *with, const struct machine_code *code)
{
    if (code->kind != MACHINE_CODE_LIBRARY || !has_machine(code, with->check->world.machine))
        return false;
    for (size_t i = 0; i < code->machine_count; i++)
        if (code->machines[i] != EM_NONE && code->machines[i] != EM_BPF &&
            code->machines[i] != with->check->world.machine)
            return true;
    return false;
}

static bool fits(const struct foreign *with, const struct machine_code *code)
{
    return code->system == NULL && has_machine(code, with->check->world.machine) &&
           !is_mixed(with, code);
}

/* Inputs of tests, what the standard calls independent of the architecture (FHS 4.11), and the
 * launchers for Windows that Python's installers copy. */
static bool is_data(const char *path)
{
    static const char *const folders[] = {"/testdata/", "/test/",    "/tests/",      "/fixtures/",
                                          "/examples/", "/distlib/", "/setuptools/", "/distutils/"};

    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
        if (strstr(path, folders[i]) != NULL)
            return true;
    return text_starts(path, "/usr/share/") || text_starts(path, "/lib/firmware/") ||
           text_starts(path, "/usr/lib/firmware/");
}

static char *machines_text(const struct machine_code *code)
{
    struct buffer text = {0};

    for (size_t i = 0; i < code->machine_count; i++)
        if (code->machines[i] != EM_NONE)
            buffer_format(&text, "%s%s", text.length > 0 ? ", " : "",
                          elf_machine_name(code->machines[i]));
    return buffer_steal(&text);
}

/* "a static library for i386" */
static char *code_text(const struct machine_code *code)
{
    static const char *const kinds[] = {[MACHINE_CODE_PROGRAM] = "a program",
                                        [MACHINE_CODE_BOOT] = "a program for the firmware",
                                        [MACHINE_CODE_OBJECT] = "an object file",
                                        [MACHINE_CODE_LIBRARY] = "a static library"};
    _cleanup_free_ char *machines = machines_text(code);

    if (code->managed)
        return text_format("a .NET assembly for %s%s%s", code->system != NULL ? code->system : "",
                           code->system != NULL ? ", " : "", machines);
    return text_format("%s for %s%s%s", kinds[code->kind], code->system != NULL ? code->system : "",
                       code->system != NULL && *machines != '\0' ? ", " : "", machines);
}

/* Object files and libraries of one folder share a finding. */
static bool is_first_of_folder(struct foreign *with, const struct package_code *row)
{
    const char *base = path_base(row->path);
    _cleanup_free_ char *code = code_text(&row->code);
    char *key = text_format("%.*s %s", (int)(base - row->path), row->path, code);

    if (text_map_get(&with->folders, key) != TEXT_MAP_NONE) {
        free(key);
        return false;
    }
    strv_take(&with->strings, key);
    text_map_put(&with->folders, key, 0);
    return true;
}

/* What a linker or the firmware of another machine reads. */
static void check_linked(struct foreign *with, const struct package_code *row)
{
    bool mixed = is_mixed(with, &row->code), small = !mixed && is_32_bit(with, &row->code);
    _cleanup_free_ char *text = NULL;
    struct finding *finding;

    if ((row->code.system != NULL && siblings_name_system(row->path) &&
         has_home(with, row->path)) ||
        (small && siblings_name_32_bit(row->path, with->check->world.machine)) ||
        !is_first_of_folder(with, row))
        return;
    text = code_text(&row->code);
    finding = findings_add(with->check->findings, small || mixed ? FINDING_UNKNOWN : FINDING_ARCH,
                           row->path, NULL, NULL, elf_machine_name(with->check->world.machine));
    finding_set_found(finding, "%s, and the package has no file of this name for %s%s", text,
                      elf_machine_name(with->check->world.machine), mixed ? " alone" : "");
}

/* Code of another system is an alternative to any build of its name; ELF code for a linker only to
 * one of its kind, and not in a folder that is named after the image's own architecture. */
static bool has_sibling(const struct foreign *with, const struct package_code *row)
{
    bool linked = row->code.system == NULL && row->code.kind != MACHINE_CODE_PROGRAM;
    _cleanup_free_ char *key = linked ? linked_key_of(row) : key_of(row->path);

    return text_map_get(&with->fitting, key) != TEXT_MAP_NONE &&
           !(linked && siblings_name_machine(row->path, with->check->world.machine));
}

static void sort_out(struct foreign *with, const struct package_code *row)
{
    if (fits(with, &row->code) || is_data(row->path) || has_sibling(with, row))
        return;
    if (row->code.kind != MACHINE_CODE_PROGRAM) {
        check_linked(with, row);
        return;
    }
    if (siblings_name_system(row->path) && has_home(with, row->path))
        return;
    *(const struct package_code **)vec_add(&with->programs) = row;
    with->bytes += row->size;
    with->executable |= (row->mode & 0111) != 0;
}

static char *names_of(const struct foreign *with)
{
    struct buffer text = {0};

    for (size_t i = 0; i < with->programs.count && i < NAMED; i++) {
        _cleanup_free_ char *code = code_text(&with->programs.items[i]->code);

        buffer_format(&text, "%s%s (%s)", i > 0 ? ", " : "", with->programs.items[i]->path, code);
    }
    if (with->programs.count > NAMED)
        buffer_format(&text, " and %zu more", with->programs.count - NAMED);
    return buffer_steal(&text);
}

/* Whether the product needs them is not in the files: most of its code says yes, an executable
 * says perhaps. */
static void check_programs(struct foreign *with)
{
    struct check *check = with->check;
    uint64_t portable = check->package->census.portable_bytes;
    bool most = with->bytes > portable + with->fitting_bytes;
    _cleanup_free_ char *names = NULL;
    struct finding *row;

    if (with->programs.count == 0)
        return;
    if (most && with->fitting_count == 0) {
        vec_foreach (program, &with->programs) {
            _cleanup_free_ char *text = code_text(&(*program)->code);

            row = findings_add(check->findings, FINDING_ARCH, (*program)->path, NULL, NULL,
                               elf_machine_name(check->world.machine));
            finding_set_found(row, "%s; nothing in the package is built for this image", text);
        }
        return;
    }
    names = names_of(with);
    row = findings_add(check->findings,
                       most || with->executable ? FINDING_UNKNOWN : FINDING_CODE_UNEXAMINED,
                       with->programs.items[0]->path, NULL, NULL, NULL);
    finding_set_found(row,
                      "%zu %s (%llu bytes) for other systems or CPUs, and no corresponding build "
                      "for this image: %s",
                      with->programs.count,
                      text_plural(with->programs.count, "program", "programs"),
                      (unsigned long long)with->bytes, names);
}

void check_foreign(struct check *check)
{
    const struct package *package = check->package;
    struct foreign with = {.check = check};

    if (package->codes.count == 0 || check->world.machine == EM_NONE)
        return;
    vec_foreach (elf, &package->elves)
        if (siblings_fit(check, &package->surface->objects[elf->object])) {
            add_fitting(&with, elf->path);
            with.fitting_bytes += elf->size;
            with.fitting_count++;
        }
    vec_foreach (row, &package->codes)
        if (fits(&with, &row->code)) {
            add_fitting(&with, row->path);
            add_text(&with, &with.fitting, linked_key_of(row));
        }
    vec_foreach (row, &package->codes)
        sort_out(&with, row);
    check_programs(&with);
    vec_done(&with.programs);
    text_map_done(&with.folders);
    text_map_done(&with.fitting);
    text_map_done(&with.homes);
    strv_done(&with.strings);
}
