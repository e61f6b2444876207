/* SPDX-License-Identifier: Apache-2.0 */
/* Readers of what states components. All texts are untrusted; they end with NUL at `length`. Each
 * reader adds components with type, space, name, version, licence, basis and confidence; who calls
 * it adds the place. */
#ifndef TS_SBOM_READERS_H
#define TS_SBOM_READERS_H

#include <stdbool.h>
#include <stddef.h>

#include "model/sbom.h"

struct elf_file;

#define SBOM_TEXT_MAX (16 << 20) /* bytes of a text that is read */
#define SBOM_COMPONENTS_MAX 500000
#define SBOM_WORD_MAX 1024 /* bytes of a name, version or licence */

/* What reads a text, by its path; NULL: it states nothing that is known here. */
typedef void sbom_reader(struct sbom *sbom, const char *path, const char *text, size_t length);
sbom_reader *sbom_reader_of(const char *path);

/* Why a file of that name states components that are not read; NULL: it does not. */
const char *sbom_unread_list(const char *path);

void sbom_read_debian(struct sbom *sbom, const char *path, const char *text, size_t length);
void sbom_read_maven(struct sbom *sbom, const char *path, const char *text, size_t length);
void sbom_read_manifest(struct sbom *sbom, const char *path, const char *text, size_t length);
void sbom_read_python(struct sbom *sbom, const char *path, const char *text, size_t length);
void sbom_read_node(struct sbom *sbom, const char *path, const char *text, size_t length);
void sbom_read_node_lock(struct sbom *sbom, const char *path, const char *text, size_t length);
void sbom_read_rpm(struct sbom *sbom, const char *path, const char *head, size_t length);
void sbom_read_elf(struct sbom *sbom, const char *path, const void *data, size_t size);
void sbom_read_go(struct sbom *sbom, const char *path, const struct elf_file *elf);
void sbom_read_rust(struct sbom *sbom, const char *path, const struct elf_file *elf);
void sbom_read_named(struct sbom *sbom, const struct elf_file *elf);

/* The components of a list of modules as Go writes it into programs. */
void sbom_read_go_modules(struct sbom *sbom, const char *text, size_t length);

/* The same list as JSON, of cargo-auditable. */
void sbom_read_cargo(struct sbom *sbom, const char *path, const char *text, size_t length);

/* Adds a component; NULL if the name is missing or not printable, or there are too many. */
struct component *sbom_add(struct sbom *sbom, enum component_type type, enum component_basis basis,
                           unsigned confidence, const char *name, const char *version);

/* The value of "Key: value" in a text of such lines (continued by blanks), up to an empty line;
 * NULL: it is absent. Caller frees. */
char *sbom_field(const char *text, const char *key);

/* Sorts files, components and gaps. */
void sbom_sort(struct sbom *sbom);

/* The package URL of a component. Caller frees. */
char *sbom_purl(const struct component *component);

#endif
