/* SPDX-License-Identifier: Apache-2.0 */
/* Builds a surface: rows are added, then it is written to a file or returned in memory. */
#ifndef TS_ABI_SURFACE_BUILD_H
#define TS_ABI_SURFACE_BUILD_H

#include <stddef.h>
#include <stdint.h>

#include "abi/surface/surface.h"
#include "base/cleanup.h"

struct elf_file;
struct surface_builder;

struct surface_builder *surface_builder_new(void);
void surface_builder_free(struct surface_builder *builder);
DEFINE_CLEANUP(struct surface_builder *, surface_builder_free)

/* Adds a string (duplicates are stored once) and returns its offset; NULL and "" give 0. */
uint32_t surface_builder_string(struct surface_builder *builder, const char *text);
uint32_t surface_builder_string_n(struct surface_builder *builder, const char *text, size_t length);

/* Adds a zeroed row to a table; the pointer is valid until the next row of that table. ret_index
 * may be NULL. */
void *surface_builder_row(struct surface_builder *builder, enum surface_table table,
                          uint32_t *ret_index);
void *surface_builder_at(struct surface_builder *builder, enum surface_table table, uint32_t index);
uint64_t surface_builder_count(const struct surface_builder *builder, enum surface_table table);

/* Returns the dense ID of a symbol name. */
uint32_t surface_builder_name(struct surface_builder *builder, const char *text, size_t length);

/* The same for a batch of names, so that their lookups overlap: otherwise a million names cause
 * several million cache misses in sequence. Fills in hash and id. */
struct surface_naming {
    const char *text;
    size_t length;
    uint32_t hash, id;
};
void surface_builder_names(struct surface_builder *builder, struct surface_naming *names,
                           size_t count);

void surface_builder_meta(struct surface_builder *builder, const char *key, const char *value);

/* Adds all rows of an ELF file with this path (absolute in the image); returns the object's
 * index. */
uint32_t surface_builder_object(struct surface_builder *builder, const struct elf_file *file,
                                const char *path);
/* Adds a path. An existing path is not changed; returns SURFACE_NONE then. */
uint32_t surface_builder_path(struct surface_builder *builder, const char *path,
                              enum surface_path_kind kind, uint32_t value);
uint32_t surface_builder_find_path(const struct surface_builder *builder, const char *path,
                                   size_t length);

/* Writes FOLDER/SHA256.surface (the folder is created) and returns the digest. */
int surface_builder_write(struct surface_builder *builder, const char *folder,
                          char ret_digest[DIGEST_TEXT_SIZE], struct error **err);

/* Returns the surface opened in memory. */
int surface_builder_open(struct surface_builder *builder, const char *what,
                         struct surface **ret_surface, struct error **err);

#endif
