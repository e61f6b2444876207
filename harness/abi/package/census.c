/* SPDX-License-Identifier: Apache-2.0 */
/* Counts what was examined. */
#include "abi/package/census.h"

#include <string.h>

static void add(struct census *census, const char *kind, size_t files)
{
    struct census_kind *row;

    vec_foreach (known, &census->kinds)
        if (strcmp(known->name, kind) == 0) {
            known->files += files;
            return;
        }
    row = vec_add(&census->kinds);
    row->name = kind;
    row->files = files;
}

void census_add(struct census *census, const char *kind)
{
    add(census, kind, 1);
}

void census_join(struct census *census, const struct census *other)
{
    census->files += other->files;
    census->examined += other->examined;
    census->opaque += other->opaque;
    census->code += other->code;
    census->archives += other->archives;
    census->bytes += other->bytes;
    census->opaque_bytes += other->opaque_bytes;
    census->portable_bytes += other->portable_bytes;
    census->opaque_programs += other->opaque_programs;
    vec_foreach (kind, &other->kinds)
        add(census, kind->name, kind->files);
    for (size_t i = 0; i < other->opaque_files.count; i++)
        if (census->opaque_files.count < CENSUS_NAMED)
            strv_add(&census->opaque_files, other->opaque_files.items[i]);
}

void census_add_opaque(struct census *census, const char *path, uint64_t size, unsigned mode)
{
    census_add(census, "opaque");
    census->opaque++;
    census->opaque_bytes += size;
    census->opaque_programs += (mode & 0111) != 0;
    if (census->opaque_files.count < CENSUS_NAMED)
        strv_add(&census->opaque_files, path);
}

void census_done(struct census *census)
{
    vec_done(&census->kinds);
    strv_done(&census->opaque_files);
}
