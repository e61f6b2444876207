/* SPDX-License-Identifier: Apache-2.0 */
/* Makes a surface: rows are added, then the whole is written to a file or handed over as memory. */
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

/* Offset of a string, kept once; NULL and "" give 0. */
uint32_t surface_builder_string(struct surface_builder *builder, const char *text);
uint32_t surface_builder_string_n(struct surface_builder *builder, const char *text, size_t length);

/* A zeroed row at the end of a table; good until the next row of that table. ret_index may be NULL.
 */
void *surface_builder_row(struct surface_builder *builder, enum surface_table table,
                          uint32_t *ret_index);
void *surface_builder_at(struct surface_builder *builder, enum surface_table table, uint32_t index);
uint64_t surface_builder_count(const struct surface_builder *builder, enum surface_table table);

/* Dense id of a symbol name. */
uint32_t surface_builder_name(struct surface_builder *builder, const char *text, size_t length);

/* The same in two steps, so that the look-ups of a batch of names overlap: a million names miss the
 * cache a million times otherwise. */
uint32_t surface_builder_expect_name(struct surface_builder *builder, const char *text,
                                     size_t length);
uint32_t surface_builder_hashed_name(struct surface_builder *builder, const char *text,
                                     size_t length, uint32_t hash);

void surface_builder_meta(struct surface_builder *builder, const char *key, const char *value);

/* All of an ELF file's rows, under this path (absolute in the image); returns the object's index.
 */
uint32_t surface_builder_object(struct surface_builder *builder, const struct elf_file *file,
                                const char *path);
/* A path row. A path that is already there is left as it is and SURFACE_NONE returned. */
uint32_t surface_builder_path(struct surface_builder *builder, const char *path,
                              enum surface_path_kind kind, uint32_t value);
uint32_t surface_builder_find_path(const struct surface_builder *builder, const char *path,
                                   size_t length);

/* Writes FOLDER/SHA256.surface (the folder is made) and yields the digest. */
int surface_builder_write(struct surface_builder *builder, const char *folder,
                          char ret_digest[DIGEST_TEXT_SIZE], struct error **err);

/* The same as an open surface in memory. */
int surface_builder_open(struct surface_builder *builder, const char *what,
                         struct surface **ret_surface, struct error **err);

#endif
