/* SPDX-License-Identifier: Apache-2.0 */
/* Adds the rows of one ELF file to a surface. */
#include <string.h>

#include "abi/elf/file.h"
#include "abi/surface/build.h"
#include "base/text.h"

/* Symbol types that check_match in glibc's elf/dl-lookup.c accepts. */
#define BINDABLE_TYPES                                                                             \
    (1 << STT_NOTYPE | 1 << STT_OBJECT | 1 << STT_FUNC | 1 << STT_COMMON | 1 << STT_TLS |          \
     1 << STT_GNU_IFUNC)

static uint32_t low(uint64_t value)
{
    return value > UINT32_MAX ? UINT32_MAX : (uint32_t)value;
}

static bool is_export(const struct elf_symbol *symbol)
{
    return symbol->section != SHN_UNDEF && symbol->bind != STB_LOCAL &&
           (1 << symbol->type & BINDABLE_TYPES) != 0 &&
           (symbol->value != 0 || symbol->section == SHN_ABS || symbol->type == STT_TLS);
}

static uint32_t object_flags(const struct elf_file *file)
{
    uint32_t flags = 0;
    bool defines = false;

    vec_foreach (version, &file->versions)
        defines |= version->file == NULL;
    flags |= file->is64 ? OBJECT_64 : 0;
    flags |= file->bind_now ? OBJECT_BIND_NOW : 0;
    flags |= file->textrel ? OBJECT_TEXTREL : 0;
    flags |= file->symbolic ? OBJECT_SYMBOLIC : 0;
    flags |= file->has_relr ? OBJECT_RELR : 0;
    flags |= file->has_versym ? OBJECT_VERSYM : 0;
    flags |= defines ? OBJECT_VERDEF : 0;
    flags |= file->dt_flags & DF_STATIC_TLS ? OBJECT_STATIC_TLS : 0;
    flags |= file->dt_flags_1 & DF_1_NODEFLIB ? OBJECT_NODEFLIB : 0;
    flags |= file->dt_flags_1 & DF_1_PIE ? OBJECT_PIE : 0;
    flags |= file->stack == ELF_STACK_EXEC ? OBJECT_STACK_EXEC : 0;
    flags |= file->stack == ELF_STACK_ABSENT ? OBJECT_STACK_ABSENT : 0;
    flags |= file->sections_stripped ? OBJECT_STRIPPED : 0;
    flags |= file->go ? OBJECT_GO : 0;
    flags |= file->upx ? OBJECT_UPX : 0;
    flags |= file->kind == ELF_KIND_STATIC ? OBJECT_STATIC : 0;
    flags |= file->has_abi_tag ? OBJECT_ABI_TAG : 0;
    return flags;
}

static uint32_t packed_kernel(const uint32_t kernel[3])
{
    return (kernel[0] & 0xffff) << 16 | (kernel[1] & 0xff) << 8 | (kernel[2] & 0xff);
}

/* Adds the file's versions; fills places[index] with 1 + row. */
static void add_versions(struct surface_builder *builder, const struct elf_file *file,
                         uint32_t *places, size_t places_count)
{
    vec_foreach (version, &file->versions) {
        uint32_t name = surface_builder_string(builder, version->name);
        uint32_t library = surface_builder_string(builder, version->file), row;
        struct surface_version *out = surface_builder_row(builder, TABLE_VERSIONS, &row);

        out->name = name;
        out->file = library;
        out->index = version->index;
        out->flags = (version->weak ? VERSION_WEAK : 0) | (version->base ? VERSION_BASE : 0);
        if (!version->base && version->index < places_count && version->index > 0)
            places[version->index] = row + 1;
    }
}

static void add_symbol(struct surface_builder *builder, const struct elf_symbol *symbol,
                       uint32_t name, uint32_t version, uint8_t references)
{

    if (is_export(symbol)) {
        struct surface_export *row = surface_builder_row(builder, TABLE_EXPORTS, NULL);

        *row = (struct surface_export){name,           version,      low(symbol->size),
                                       symbol->versym, symbol->bind, symbol->type};
    }
    if (symbol->section == SHN_UNDEF || (references & ELF_REF_COPY) != 0) {
        struct surface_import *row = surface_builder_row(builder, TABLE_IMPORTS, NULL);

        row->name = name;
        row->version = version;
        row->size = low(symbol->size);
        row->references = references;
        row->type = symbol->type;
        row->flags = (symbol->bind == STB_WEAK ? IMPORT_WEAK : 0) |
                     (symbol->versym & 0x8000 ? IMPORT_VERSION_HIDDEN : 0);
    }
}

/* Symbols that the loader would look up or bind to, if they have a name. */
static bool is_wanted(const struct elf_symbol *symbol)
{
    if (symbol->bind == STB_LOCAL)
        return false;
    /* An import with hidden visibility binds locally and is never looked up. */
    return symbol->section != SHN_UNDEF || symbol->visibility == STV_DEFAULT ||
           symbol->visibility == STV_PROTECTED;
}

#define BATCH 32

struct batch {
    size_t count;
    struct elf_symbol symbols[BATCH];
    struct surface_naming names[BATCH];
    uint8_t references[BATCH];
};

/* Reads symbols from *at on, until the batch is full. Their names are fetched meanwhile. */
static void fill(struct batch *batch, const struct elf_file *file, const uint8_t *references,
                 size_t *at)
{
    size_t read = 0;

    for (; read < BATCH && *at < file->symbol_count; (*at)++) {
        struct elf_symbol *symbol = &batch->symbols[read];

        if (!elf_file_symbol(file, *at, symbol) || !is_wanted(symbol))
            continue;
        __builtin_prefetch(symbol->name);
        batch->references[read++] = references[*at];
    }
    batch->count = 0;
    for (size_t i = 0; i < read; i++) {
        size_t length = strlen(batch->symbols[i].name);

        if (length == 0)
            continue;
        batch->symbols[batch->count] = batch->symbols[i];
        batch->references[batch->count] = batch->references[i];
        batch->names[batch->count].text = batch->symbols[i].name;
        batch->names[batch->count++].length = length;
    }
}

static void add_symbols(struct surface_builder *builder, const struct elf_file *file,
                        const uint32_t *places, size_t places_count, uint32_t *flags)
{
    _cleanup_free_ uint8_t *references = text_calloc(file->symbol_count, 1);
    struct batch batch;

    elf_file_references(file, references);
    for (size_t at = 1; at < file->symbol_count;) {
        fill(&batch, file, references, &at);
        surface_builder_names(builder, batch.names, batch.count);
        for (size_t i = 0; i < batch.count; i++) {
            uint16_t index = batch.symbols[i].versym & 0x7fff;

            if (batch.references[i] & ELF_REF_STATIC_TLS)
                *flags |= OBJECT_STATIC_TLS;
            add_symbol(builder, &batch.symbols[i], batch.names[i].id,
                       index < places_count ? places[index] : 0, batch.references[i]);
        }
    }
}

uint32_t surface_builder_object(struct surface_builder *builder, const struct elf_file *file,
                                const char *path)
{
    struct surface_object object = {
        .path = surface_builder_string(builder, path),
        .soname = surface_builder_string(builder, file->soname),
        .interpreter = surface_builder_string(builder, file->interpreter),
        .build_id = surface_builder_string(builder, file->build_id),
        .rpath = surface_builder_string(builder, file->rpath),
        .runpath = surface_builder_string(builder, file->runpath),
        .flags = object_flags(file),
        .min_align = low(file->min_align),
        .max_align = low(file->max_align),
        .congruence = low(file->congruence),
        .tls_size = low(file->tls_size),
        .tls_align = low(file->tls_align),
        .abi_os = file->abi_os,
        .abi_kernel = packed_kernel(file->abi_kernel),
        .isa_needed = file->isa_needed,
        .feature_and = file->feature_and,
        .machine = file->machine,
        .type = file->type,
        .osabi = file->osabi,
    };
    uint64_t counts[TABLE_COUNT];
    size_t places_count = 1;
    uint32_t index;

    vec_foreach (version, &file->versions)
        places_count = version->index >= places_count ? version->index + 1u : places_count;
    _cleanup_free_ uint32_t *places = text_calloc(places_count, sizeof(*places));

    for (size_t i = 0; i < TABLE_COUNT; i++)
        counts[i] = surface_builder_count(builder, i);
    object.needed = (uint32_t)counts[TABLE_LISTS];
    object.version = (uint32_t)counts[TABLE_VERSIONS];
    object.export = (uint32_t)counts[TABLE_EXPORTS];
    object.import = (uint32_t)counts[TABLE_IMPORTS];
    vec_foreach (name, &file->needed) {
        uint32_t text = surface_builder_string(builder, *name);

        *(uint32_t *)surface_builder_row(builder, TABLE_LISTS, NULL) = text;
    }
    object.needed_count = (uint32_t)file->needed.count;
    object.dlopen = object.needed + object.needed_count;
    vec_foreach (note, &file->dlopen_notes) {
        const char *json = (const char *)file->data + note->offset;
        uint32_t text = surface_builder_string_n(builder, json, strnlen(json, note->size));

        *(uint32_t *)surface_builder_row(builder, TABLE_LISTS, NULL) = text;
    }
    object.dlopen_count = (uint32_t)file->dlopen_notes.count;
    add_versions(builder, file, places, places_count);
    add_symbols(builder, file, places, places_count, &object.flags);
    object.version_count =
        (uint32_t)(surface_builder_count(builder, TABLE_VERSIONS) - object.version);
    object.export_count = (uint32_t)(surface_builder_count(builder, TABLE_EXPORTS) - object.export);
    object.import_count = (uint32_t)(surface_builder_count(builder, TABLE_IMPORTS) - object.import);
    *(struct surface_object *)surface_builder_row(builder, TABLE_OBJECTS, &index) = object;
    return index;
}
