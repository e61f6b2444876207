/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the texts of named.def in one pass over a program. */
#include <string.h>

#include "abi/elf/view.h"
#include "base/path.h"
#include "base/text.h"
#include "sbom/readers.h"

#define VERSION_MAX 40
#define NAMED_MAX 64 /* of one program; no real one contains as many */

struct named {
    const char *name, *before, *after, *library;
    unsigned confidence;
    size_t length; /* of before */
};

#define NAMED(name, before, after, library, confidence)                                            \
    {name, before, after, library, confidence, sizeof(before) - 1},
static const struct named rows[] = {
#include "sbom/named.def"
};
#undef NAMED
#define ROWS (sizeof(rows) / sizeof(rows[0]))

/* The library is loaded, so its text comes from its headers. Of "lib", OpenSSL's two. */
static bool is_loaded(const struct named *row, const struct elf_file *elf)
{
    if (row->library[0] == '\0')
        return false;
    vec_foreach (needed, &elf->needed) {
        const char *base = path_base(*needed);

        if (strcmp(row->library, "lib") == 0
                ? text_starts(base, "libssl.") || text_starts(base, "libcrypto.")
                : text_starts(base, row->library))
            return true;
    }
    return false;
}

/* Length of a version with at least one dot; 0: there is none. */
static size_t version_length(const char *at, const char *end)
{
    size_t length = 0, dots = 0;

    if (at >= end || *at < '0' || *at > '9')
        return 0;
    while (at + length < end && length < VERSION_MAX &&
           ((at[length] >= '0' && at[length] <= '9') || (at[length] >= 'a' && at[length] <= 'z') ||
            strchr(".-_", at[length]) != NULL) &&
           at[length] != '\0')
        dots += at[length++] == '.';
    while (length > 0 && strchr(".-_", at[length - 1]) != NULL)
        dots -= at[--length] == '.';
    return dots > 0 && length < VERSION_MAX ? length : 0;
}

static bool has_component(const struct sbom *sbom, size_t from, const char *name,
                          const char *version)
{
    for (size_t i = from; i < sbom->components.count; i++)
        if (text_equal(sbom->components.items[i].name, name) &&
            text_equal(sbom->components.items[i].version, version))
            return true;
    return false;
}

static void try_row(struct sbom *sbom, size_t from, const struct named *row,
                    const struct elf_file *elf, const char *at, const char *end)
{
    char version[VERSION_MAX + 1] = "";
    size_t length, after = strlen(row->after);

    if ((size_t)(end - at) < row->length || memcmp(at, row->before, row->length) != 0)
        return;
    at += row->length;
    length = version_length(at, end);
    if (length == 0 || (size_t)(end - at) < length + after ||
        memcmp(at + length, row->after, after) != 0 || is_loaded(row, elf))
        return;
    memcpy(version, at, length);
    if (sbom->components.count - from < NAMED_MAX && !has_component(sbom, from, row->name, version))
        sbom_add(sbom, COMPONENT_GENERIC, BASIS_TEXT, row->confidence, row->name, version);
}

void sbom_read_named(struct sbom *sbom, const struct elf_file *elf)
{
    const char *data = (const char *)elf->data, *end = data + elf->size;
    uint8_t starts[65536 / 8] = {0};
    size_t from = sbom->components.count;

    for (size_t i = 0; i < ROWS; i++) {
        unsigned pair =
            (unsigned char)rows[i].before[0] | (unsigned)(unsigned char)rows[i].before[1] << 8;

        starts[pair / 8] |= (uint8_t)(1 << pair % 8);
    }
    for (const char *at = data; at + 1 < end; at++) {
        unsigned pair = (unsigned char)at[0] | (unsigned)(unsigned char)at[1] << 8;

        elf_file_pass(elf, elf->data, (uint64_t)(at - data));
        if ((starts[pair / 8] & 1 << pair % 8) == 0)
            continue;
        for (size_t i = 0; i < ROWS; i++)
            try_row(sbom, from, &rows[i], elf, at, end);
    }
}
