/* SPDX-License-Identifier: Apache-2.0 */
/* What is kept of each file of a package. */
#include "abi/package.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <string.h>
#include <sys/stat.h>

#include "abi/elf_code.h"
#include "abi/package_intake.h"
#include "abi/script.h"
#include "abi/source.h"
#include "abi/unit.h"
#include "abi/unpack.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"

#define CHUNK (64 << 10)

static void free_texts(struct package_text *texts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(texts[i].path);
        free(texts[i].text);
    }
}

void package_free(struct package *package)
{
    if (package == NULL)
        return;
    free_texts(package->scripts.items, package->scripts.count);
    free_texts(package->units.items, package->units.count);
    free_texts(package->char_signs.items, package->char_signs.count);
    vec_foreach (module, &package->modules) {
        free(module->path);
        buffer_done(&module->data);
    }
    vec_foreach (elf, &package->elves) {
        free(elf->path);
        isa_scan_done(&elf->isa);
        strv_done(&elf->hints);
    }
    vec_done(&package->scripts);
    vec_done(&package->units);
    vec_done(&package->char_signs);
    vec_done(&package->modules);
    vec_done(&package->elves);
    findings_done(&package->findings);
    strv_done(&package->brought);
    vec_foreach (file, &package->files)
        free(file->path);
    vec_done(&package->files);
    surface_builder_free(package->builder);
    surface_close(package->surface);
    free(package->name);
    free(package);
}

void package_unknown(struct package *package, const char *path, const char *format, ...)
{
    struct finding *row;
    va_list args;

    if (package->findings.rows.count >= PACKAGE_UNKNOWN_MAX) {
        package->findings.cut = true;
        return;
    }
    row = findings_add(&package->findings, FINDING_UNKNOWN, path, NULL, NULL, NULL);
    va_start(args, format);
    if (vasprintf(&row->found, format, args) < 0)
        text_out_of_memory();
    va_end(args);
}

void package_take_link(struct package *package, const char *path, const char *target)
{
    surface_builder_path(package->builder, path, PATH_LINK,
                         surface_builder_string(package->builder, target));
}

static void set_text(struct package_text *row, const char *path, const char *data, size_t size)
{
    row->path = text_dup(path);
    row->text = text_ndup(data, size < PACKAGE_TEXT_MAX ? size : PACKAGE_TEXT_MAX);
}

static void take_source(struct package *package, const char *path, const char *data, size_t size)
{
    _cleanup_free_ char *name = NULL;
    unsigned line =
        source_char_sign(data, size < PACKAGE_TEXT_MAX ? size : PACKAGE_TEXT_MAX, &name);
    struct package_text *row;

    if (line == 0)
        return;
    row = vec_add(&package->char_signs);
    row->path = text_dup(path);
    row->text =
        text_format("line %u compares '%s', a plain char, with a negative number", line, name);
}

static void take_conf(struct package *package, const char *data, size_t size)
{
    _cleanup_free_ char *text = text_ndup(data, size < 65536 ? size : 65536);
    _cleanup_strv_ struct strv lines = {0};

    strv_split(&lines, text, "\n \t");
    for (size_t i = 0; i < lines.count; i++)
        if (lines.items[i][0] == '/') {
            uint32_t string = surface_builder_string(package->builder, lines.items[i]);

            *(uint32_t *)surface_builder_row(package->builder, TABLE_CONF, NULL) = string;
        }
}

static void take_module(struct package *package, const char *path, const void *data, size_t size)
{
    struct package_module *module;

    package->module_bytes += size;
    if (!package_may_hold(package->module_bytes, package->input_bytes)) {
        package_unknown(package, path, "kernel modules unpack to more than %llu bytes: unread",
                        (unsigned long long)package->module_bytes);
        return;
    }
    module = vec_add(&package->modules);
    module->path = text_dup(path);
    buffer_add(&module->data, data, size);
}

static void take_packed_module(struct package *package, const char *path, const void *data,
                               size_t size)
{
    _cleanup_error_ struct error *problem = NULL;
    _cleanup_buffer_ struct buffer text = {0};
    uint64_t limit = (UINT64_C(32) << 20) + size * UINT64_C(20);

    if (limit > 256 << 20)
        limit = 256 << 20;
    if (unpack_text(data, size, limit, path, &text, &problem) < 0)
        package_unknown(package, path, "%s", error_message(problem));
    else
        take_module(package, path, text.data, text.length);
}

/* dlopen with no constant library name anywhere in the file: what it loads is not in its bytes. */
static bool has_computed_dlopen(const struct elf_file *file)
{
    bool calls = false;

    for (size_t i = 0; i < file->symbol_count && !calls; i++) {
        struct elf_symbol symbol;

        calls = elf_file_symbol(file, i, &symbol) && symbol.section == SHN_UNDEF &&
                (strcmp(symbol.name, "dlopen") == 0 || strcmp(symbol.name, "dlmopen") == 0);
    }
    return calls && file->dlopen_notes.count == 0 &&
           memmem(file->data, file->size, ".so", 3) == NULL;
}

static void take_elf(struct package *package, const char *path, const void *data, size_t size)
{
    _cleanup_error_ struct error *problem = NULL;
    struct package_elf *elf;
    struct elf_file file;

    if (elf_file_open(&file, data, size, path, &problem) < 0) {
        package_unknown(package, path, "%s", error_message(problem));
        surface_builder_path(package->builder, path, PATH_FILE, 0);
        return;
    }
    if (file.kind == ELF_KIND_RELOCATABLE || file.kind == ELF_KIND_OTHER) {
        if (text_ends(path, ".ko"))
            take_module(package, path, data, size);
        surface_builder_path(package->builder, path, PATH_FILE, 0);
        elf_file_done(&file);
        return;
    }
    elf = vec_add(&package->elves);
    elf->path = text_dup(path);
    elf->object = surface_builder_object(package->builder, &file, path);
    surface_builder_path(package->builder, path, PATH_OBJECT, elf->object);
    elf->debug_info = elf_section(&file, ".debug_info").size > 0;
    elf->computed_dlopen = has_computed_dlopen(&file);
    script_hints(data, size, file.machine, &elf->hints);
    if (package->scan_isa && !file.upx)
        isa_scan_file(&file, &elf->isa);
    if (file.sections_cut)
        package_unknown(package, path, "cut off: its section headers lie behind its end");
    if (size > 11 && memcmp((const char *)data + 8, "AI\002", 3) == 0)
        package_unknown(package, path,
                        "an AppImage: its files are in a file system behind the "
                        "program; unpack it with --appimage-extract and give the "
                        "folder");
    elf_file_done(&file);
}

static bool is_elf(const void *head, size_t length)
{
    return length >= 4 && memcmp(head, "\177ELF", 4) == 0;
}

static bool is_packed_module(const char *path)
{
    return text_ends(path, ".ko.xz") || text_ends(path, ".ko.gz") || text_ends(path, ".ko.zst");
}

static bool is_loader_conf(const char *path)
{
    return strstr(path, "/ld.so.conf.d/") != NULL && text_ends(path, ".conf");
}

static bool is_script(const char *path, const char *head, size_t length)
{
    return (length > 2 && head[0] == '#' && head[1] == '!') || text_ends(path, ".sh") ||
           strstr(path, "/DEBIAN/p") != NULL;
}

uint64_t package_wanted(const char *path, const void *head, size_t length)
{
    if (is_elf(head, length) || is_packed_module(path))
        return PACKAGE_FILE_MAX;
    return is_loader_conf(path) || is_script(path, head, length) || unit_is_one(path) ||
                   source_is_one(path) || source_builds(path)
               ? PACKAGE_TEXT_MAX
               : 0;
}

bool package_count(struct package *package, const char *path, const char *target)
{
    package->name_bytes += strlen(path) + (target != NULL ? strlen(target) : 0);
    if (++package->entries > PACKAGE_ENTRIES_MAX) {
        package_unknown(package, package->name, "more than %d entries: the rest is unread",
                        PACKAGE_ENTRIES_MAX);
        return false;
    }
    if (package->name_bytes > PACKAGE_NAMES_MAX) {
        package_unknown(package, package->name,
                        "names of more than %d bytes together: the rest is unread",
                        PACKAGE_NAMES_MAX);
        return false;
    }
    return true;
}

void package_take(struct package *package, const char *path, unsigned mode, const void *data,
                  size_t size)
{
    const char *text = data;

    (void)mode;
    *(struct package_file *)vec_add(&package->files) =
        (struct package_file){text_dup(path), size, package->input};
    if (size == 0) {
        surface_builder_path(package->builder, path, PATH_FILE, 0);
        return;
    }
    package->examined += package_wanted(path, data, size) > 0;
    if (is_elf(data, size)) {
        take_elf(package, path, data, size);
        return;
    }
    if (is_packed_module(path))
        take_packed_module(package, path, data, size);
    else if (is_loader_conf(path))
        take_conf(package, text, size);
    else if (is_script(path, text, size))
        set_text(vec_add(&package->scripts), path, text, size);
    else if (unit_is_one(path))
        set_text(vec_add(&package->units), path, text, size);
    else if (source_is_one(path))
        take_source(package, path, text, size);
    else if (source_builds(path))
        package->signed_char |= memmem(text, size, "-fsigned-char", 13) != NULL;
    surface_builder_path(package->builder, path, PATH_FILE, 0);
}

/* A file of the host, through the same bounds as one of an archive: holes are no input. */
static int read_one(struct package *package, const char *host, const char *path, struct error **err)
{
    _cleanup_close_ int fd = open(host, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    _cleanup_free_ char *chunk = text_calloc(CHUNK, 1);
    _cleanup_(package_intake_done) struct package_intake file = {0};
    ssize_t got = -1;
    struct stat st;

    if (fd < 0 || fstat(fd, &st) < 0)
        return error_set_errno(err, -errno, "cannot open '%s'", host);
    if (!S_ISREG(st.st_mode))
        return error_set(err, -EINVAL, "'%s' is not a regular file", host);
    package->input_bytes += (uint64_t)st.st_blocks * 512;
    package_intake_begin(&file, package, path);
    while ((!file.decided || file.limit > 0) && (got = read(fd, chunk, CHUNK)) > 0)
        package_intake_add(&file, chunk, (size_t)got, (uint64_t)st.st_blocks * 512);
    if (got < 0)
        return error_set_errno(err, -errno, "cannot read '%s'", host);
    package_intake_end(&file, st.st_mode);
    return 0;
}

/* By its first bytes: data of many GB, or of nothing but holes, is not read. One that cannot be
 * opened is, and says so. */
static bool wants_file(const char *host, const char *path)
{
    _cleanup_close_ int fd = open(host, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    char head[PACKAGE_HEAD];
    ssize_t got = fd >= 0 ? pread(fd, head, sizeof(head), 0) : -1;

    return got < 0 || package_wanted(path, head, (size_t)got) > 0;
}

static void take_walked(struct package *package, FTSENT *entry, size_t root)
{
    const char *path = entry->fts_path + root;
    _cleanup_error_ struct error *problem = NULL;
    char target[4096];
    ssize_t length;

    if (entry->fts_info == FTS_SL || entry->fts_info == FTS_SLNONE) {
        length = readlink(entry->fts_accpath, target, sizeof(target) - 1);
        if (length > 0) {
            target[length] = '\0';
            package_take_link(package, path, target);
        }
    } else if (entry->fts_info == FTS_F && !wants_file(entry->fts_accpath, path)) {
        package_take(package, path, entry->fts_statp->st_mode, "", 0);
    } else if (entry->fts_info == FTS_F) {
        package->bytes += (uint64_t)entry->fts_statp->st_size;
        if (read_one(package, entry->fts_accpath, path, &problem) < 0)
            package_unknown(package, path, "%s", error_message(problem));
    } else if (entry->fts_info == FTS_DNR || entry->fts_info == FTS_ERR ||
               entry->fts_info == FTS_NS) {
        package_unknown(package, path, "cannot be read: %s", strerror(entry->fts_errno));
    }
}

static int read_folder(struct package *package, const char *folder, struct error **err)
{
    char *roots[] = {(char *)folder, NULL};
    FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    size_t root = strlen(folder);
    FTSENT *entry;

    if (tree == NULL)
        return error_set_errno(err, -errno, "cannot open folder '%s'", folder);
    while (root > 1 && folder[root - 1] == '/')
        root--;
    while ((entry = fts_read(tree)) != NULL) {
        if (!package_count(package, entry->fts_path + root, NULL))
            break;
        if (package->bytes > PACKAGE_TOTAL_MAX) {
            package_unknown(package, folder, "more than %llu bytes: the rest is unread",
                            (unsigned long long)PACKAGE_TOTAL_MAX);
            break;
        }
        if (entry->fts_info == FTS_D && strv_has(package->without, entry->fts_path))
            fts_set(tree, entry, FTS_SKIP);
        take_walked(package, entry, root);
    }
    fts_close(tree);
    return 0;
}

static bool begins_as_elf(const char *path)
{
    _cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    char head[4];

    return fd >= 0 && read(fd, head, 4) == 4 && is_elf(head, 4);
}

static int take_input(struct package *package, const char *path, struct error **err)
{
    _cleanup_free_ char *inside = text_format("/%s", path_base(path));
    struct stat st;

    if (stat(path, &st) < 0)
        return error_set_errno(err, -errno, "cannot look at '%s'", path);
    if (S_ISDIR(st.st_mode))
        return read_folder(package, path, err);
    if (!S_ISREG(st.st_mode))
        return error_set(err, -EINVAL, "'%s' is neither a file nor a folder", path);
    if (begins_as_elf(path) || text_ends(path, ".ko.xz") || text_ends(path, ".ko.zst"))
        return read_one(package, path, inside, err);
    package->input_bytes += (uint64_t)st.st_size;
    return package_read_archive(package, path, err);
}

static int take_beside(struct package *package, const struct strv *beside, struct error **err)
{
    size_t elves = package->elves.count, scripts = package->scripts.count;
    size_t modules = package->modules.count, units = package->units.count;
    size_t sources = package->char_signs.count;
    int code = 0;

    package->scan_isa = false;
    for (size_t i = 0; code == 0 && i < beside->count; i++, package->input++)
        code = take_input(package, beside->items[i], err);
    for (size_t i = elves; i < package->elves.count; i++)
        strv_add(&package->brought, package->elves.items[i].path);
    for (size_t i = scripts; i < package->scripts.count; i++)
        strv_add(&package->brought, package->scripts.items[i].path);
    for (size_t i = modules; i < package->modules.count; i++)
        strv_add(&package->brought, package->modules.items[i].path);
    for (size_t i = units; i < package->units.count; i++)
        strv_add(&package->brought, package->units.items[i].path);
    for (size_t i = sources; i < package->char_signs.count; i++)
        strv_add(&package->brought, package->char_signs.items[i].path);
    return code;
}

int package_read_all(const char *name, const struct strv *product, const struct strv *beside,
                     const struct strv *without, bool scan_isa, struct package **ret_package,
                     struct error **err)
{
    struct package *package = text_calloc(1, sizeof(*package));
    int code = 0;

    package->name = text_dup(name);
    package->scan_isa = scan_isa;
    package->without = without;
    package->builder = surface_builder_new();
    for (size_t i = 0; code == 0 && i < product->count; i++, package->input++)
        code = take_input(package, product->items[i], err);
    if (code == 0 && package->examined == 0 && package->findings.rows.count == 0)
        package_unknown(package, package->name,
                        "nothing in it was examined: it has no program, library, kernel module, "
                        "script, unit or source");
    if (code == 0)
        code = take_beside(package, beside, err);
    if (code == 0)
        code = surface_builder_open(package->builder, package->name, &package->surface, err);
    if (code < 0) {
        package_free(package);
        return code;
    }
    package->without = NULL;
    *ret_package = package;
    return 0;
}

int package_read_with(const char *path, const struct strv *beside, bool scan_isa,
                      struct package **ret_package, struct error **err)
{
    char *items[] = {(char *)path};
    const struct strv product = {items, 1}, without = {0};

    return package_read_all(path_base(path), &product, beside, &without, scan_isa, ret_package,
                            err);
}

int package_read(const char *path, bool scan_isa, struct package **ret_package, struct error **err)
{
    static const struct strv none = {0};

    return package_read_with(path, &none, scan_isa, ret_package, err);
}
