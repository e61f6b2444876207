/* SPDX-License-Identifier: Apache-2.0 */
/* Stores the relevant content of each file of a package. */
#include "abi/package/package.h"

#include <errno.h>
#include <string.h>

#include "abi/archive/unpack.h"
#include "abi/elf/code.h"
#include "abi/package/elf_texts.h"
#include "abi/package/settings.h"
#include "abi/script/script.h"
#include "abi/script/source.h"
#include "abi/script/start.h"
#include "abi/script/unit.h"
#include "abi/surface/packages.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"

#define HELD_FREE (32 << 20) /* bytes that may be stored regardless of the input's size */
/* bytes that may be stored for each byte of input; programs compress by 2 to 10 */
#define HELD_RATIO 50
#define READ_AHEAD (128 << 10) /* input that a decompressor may have consumed in advance */

static void free_texts(struct package_text *texts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(texts[i].path);
        free(texts[i].text);
        free(texts[i].interpreter);
    }
}

static void free_image(struct package_image *image)
{
    free(image->path);
    free(image->tag);
    image_config_done(&image->config);
    image_entries_done(&image->entries);
    package_free(image->root);
    surface_close(image->surface);
}

void package_free(struct package *package)
{
    if (package == NULL)
        return;
    free_texts(package->scripts.items, package->scripts.count);
    free_texts(package->sources.items, package->sources.count);
    vec_done(&package->sources);
    free_texts(package->units.items, package->units.count);
    free_texts(package->starts.items, package->starts.count);
    free_texts(package->environments.items, package->environments.count);
    free_texts(package->assignments.items, package->assignments.count);
    free_texts(package->preloads.items, package->preloads.count);
    free_texts(package->confs.items, package->confs.count);
    free_texts(package->link_lists.items, package->link_lists.count);
    free_texts(package->triggers.items, package->triggers.count);
    free_texts(package->char_signs.items, package->char_signs.count);
    vec_foreach (module, &package->modules) {
        free(module->path);
        buffer_done(&module->data);
    }
    vec_foreach (elf, &package->elves) {
        free(elf->path);
        isa_scan_done(&elf->isa);
        strv_done(&elf->hints);
        strv_done(&elf->opened);
    }
    vec_foreach (code, &package->codes)
        free(code->path);
    vec_done(&package->codes);
    vec_foreach (code, &package->bytecode)
        free(code->path);
    vec_done(&package->bytecode);
    vec_done(&package->scripts);
    vec_done(&package->units);
    vec_done(&package->starts);
    vec_done(&package->environments);
    vec_done(&package->link_lists);
    vec_done(&package->assignments);
    vec_done(&package->preloads);
    vec_done(&package->confs);
    vec_done(&package->char_signs);
    vec_done(&package->triggers);
    vec_done(&package->modules);
    vec_done(&package->elves);
    findings_done(&package->findings);
    census_done(&package->census);
    vec_foreach (image, &package->images)
        free_image(image);
    vec_done(&package->images);
    strv_done(&package->uncalled);
    strv_done(&package->brought);
    strv_done(&package->capable);
    strv_done(&package->folders);
    vec_foreach (file, &package->files)
        free(file->path);
    vec_done(&package->files);
    surface_builder_free(package->builder);
    surface_close(package->surface);
    free(package->listened);
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
    row->found = text_vformat(format, args);
    va_end(args);
}

void package_take_link(struct package *package, const char *path, const char *target)
{
    surface_builder_path(package->builder, path, PATH_LINK,
                         surface_builder_string(package->builder, target));
}

void package_take_code(struct package *package, const char *path, unsigned mode, uint64_t size,
                       const struct machine_code *code)
{
    if (code->kind != MACHINE_CODE_NONE)
        *(struct package_code *)vec_add(&package->codes) =
            (struct package_code){text_dup(path), size, mode, *code};
}

/* The number is the first two bytes, least significant first. */
void package_take_bytecode(struct package *package, const char *path, const char *head)
{
    *(struct package_bytecode *)vec_add(&package->bytecode) = (struct package_bytecode){
        text_dup(path), (unsigned char)head[0] | (unsigned)(unsigned char)head[1] << 8};
}

void package_take_folder(struct package *package, const char *path)
{
    strv_add(&package->folders, path);
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

static void take_module(struct package *package, const char *path, const void *data, size_t size)
{
    struct package_module *module;

    package->module_bytes += size;
    if (!package_may_hold(package->module_bytes, package->input_bytes)) {
        package_unknown(package, path,
                        "kernel modules unpack to more than %llu bytes; the rest were not read",
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

static void take_elf(struct package *package, const char *path, const void *data, size_t size,
                     bool mapped)
{
    _cleanup_error_ struct error *problem = NULL;
    struct package_elf *elf;
    struct elf_texts texts;
    struct elf_file file;
    int code;

    code = elf_file_open(&file, data, size, path, &problem);
    if (code < 0) {
        /* A big-endian file is machine code for another machine; see machine_code.h. */
        if (code != -ENOTSUP || machine_code_of(data, size).kind == MACHINE_CODE_NONE)
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
    file.mapped = mapped;
    elf = vec_add(&package->elves);
    elf->path = text_dup(path);
    elf->size = size;
    elf->object = surface_builder_object(package->builder, &file, path);
    surface_builder_path(package->builder, path, PATH_OBJECT, elf->object);
    elf->debug_info = elf_section(&file, ".debug_info").size > 0;
    elf_texts_begin(&texts, &file, elf);
    if (package->cpus != NULL && !file.upx)
        isa_scan_file(&file, package->cpus, &elf->isa);
    elf_texts_end(&texts);
    if (file.sections_cut)
        package_unknown(package, path, "truncated: its section headers are beyond its end");
    elf_file_done(&file);
}

bool package_is_elf(const void *head, size_t length)
{
    return length >= 4 && memcmp(head, "\177ELF", 4) == 0;
}

static bool is_packed_module(const char *path)
{
    return text_ends(path, ".ko.xz") || text_ends(path, ".ko.gz") || text_ends(path, ".ko.zst");
}

/* npm packs no links: a script of the package makes those that a file lists. */
static bool is_link_list(const char *path)
{
    return text_ends(path, "symlinks.json");
}

static bool is_deb_control(const char *path)
{
    return text_ends(path, "/DEBIAN/control");
}

static bool is_deb_triggers(const char *path)
{
    return text_ends(path, "/DEBIAN/triggers");
}

static void take_deb_control(struct package *package, const char *data, size_t size)
{
    _cleanup_free_ char *text = text_ndup(data, size);

    packages_add_deb(package->builder, text);
}

uint64_t package_wanted(const char *path, const void *head, size_t length)
{
    if (package_is_elf(head, length) || is_packed_module(path))
        return PACKAGE_FILE_MAX;
    if (settings_is_named(path) || script_is_one(path, head, length) || unit_is_one(path) ||
        unit_is_declaration(path) || source_is_one(path) || source_builds(path) ||
        is_deb_control(path) || is_deb_triggers(path) || is_link_list(path) || start_is_one(path))
        return PACKAGE_TEXT_MAX;
    if (script_is_source(path))
        return PACKAGE_SOURCE_MAX;
    return settings_may_be(head, length) ? SETTINGS_MAX : 0;
}

bool package_may_hold(uint64_t held, uint64_t packed)
{
    return held <= HELD_FREE || held / HELD_RATIO <= packed + READ_AHEAD;
}

bool package_count(struct package *package, const char *path, const char *target)
{
    package->name_bytes += strlen(path) + (target != NULL ? strlen(target) : 0);
    if (++package->entries > PACKAGE_ENTRIES_MAX) {
        package_unknown(package, package->name, "more than %d entries; the rest were not read",
                        PACKAGE_ENTRIES_MAX);
        return false;
    }
    if (package->name_bytes > PACKAGE_NAMES_MAX) {
        package_unknown(package, package->name,
                        "the names exceed %d bytes in total; the rest were not read",
                        PACKAGE_NAMES_MAX);
        return false;
    }
    return true;
}

static void take_source_text(struct package *package, const char *path, const char *text,
                             size_t size)
{
    struct package_text *row;

    if (package->product_inputs > 0)
        return;
    row = vec_add(&package->sources);
    row->path = text_dup(path);
    if (package->source_bytes + size > PACKAGE_SOURCES_MAX)
        return;
    package->source_bytes += size;
    row->text = text_ndup(text, size);
}

void package_take(struct package *package, const char *path, unsigned mode, const void *data,
                  size_t size, bool mapped)
{
    const char *text = data;
    uint64_t wanted;

    *(struct package_file *)vec_add(&package->files) =
        (struct package_file){text_dup(path), size, package->input, mode & 07777};
    if (size == 0) {
        surface_builder_path(package->builder, path, PATH_FILE, 0);
        return;
    }
    wanted = package_wanted(path, data, size);
    package->examined += wanted > PACKAGE_SOURCE_MAX && !is_deb_control(path) &&
                         !is_deb_triggers(path) && !is_link_list(path) &&
                         (!start_is_one(path) || script_is_one(path, text, size));
    if (package_is_elf(data, size)) {
        take_elf(package, path, data, size, mapped);
        return;
    }
    if (is_deb_control(path))
        take_deb_control(package, text, size);
    else if (is_deb_triggers(path))
        set_text(vec_add(&package->triggers), path, text, size);
    else if (is_packed_module(path))
        take_packed_module(package, path, data, size);
    else if (is_link_list(path))
        set_text(vec_add(&package->link_lists), path, text, size);
    else if (settings_is_named(path))
        settings_take(package, path, text, size);
    else if (script_is_one(path, text, size))
        set_text(vec_add(&package->scripts), path, text, size);
    else if (unit_is_one(path) || unit_is_declaration(path))
        set_text(vec_add(&package->units), path, text, size);
    else if (start_is_one(path))
        set_text(vec_add(&package->starts), path, text, size);
    else if (source_is_one(path))
        take_source(package, path, text, size);
    else if (source_builds(path))
        package->signed_char |= memmem(text, size, "-fsigned-char", 13) != NULL;
    else if (script_is_source(path))
        take_source_text(package, path, text, size);
    else if (wanted == SETTINGS_MAX)
        settings_take(package, path, text, size);
    surface_builder_path(package->builder, path, PATH_FILE, 0);
}
