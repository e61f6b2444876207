/* SPDX-License-Identifier: Apache-2.0 */
/* The build information of Go programs: debug/buildinfo of Go 1.18 and later. */
#include <string.h>

#include "abi/elf/code.h"
#include "abi/elf/view.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "sbom/readers.h"

#define HEADER 32
#define INLINE_STRINGS 2 /* flag: the texts follow the header */
#define GUARD 16         /* bytes before and after the list of modules */

/* "dep\tPATH\tVERSION\tSUM"; the line "=>" replaces the module before it. */
static void read_line(struct sbom *sbom, size_t from, const char *line, size_t length)
{
    _cleanup_free_ char *text = text_ndup(line, length);
    _cleanup_strv_ struct strv words = {0};

    strv_split(&words, text, "\t");
    if (words.count < 2)
        return;
    if (strcmp(words.items[0], "=>") == 0 && sbom->components.count > from) {
        struct component *replaced = &sbom->components.items[sbom->components.count - 1];

        text_replace(&replaced->name, words.items[1]);
        text_replace(&replaced->version, words.count > 2 ? words.items[2] : NULL);
    } else if (strcmp(words.items[0], "dep") == 0 || strcmp(words.items[0], "mod") == 0) {
        const char *version = words.count > 2 ? words.items[2] : NULL;

        sbom_add(sbom, COMPONENT_GOLANG, BASIS_BUILD_INFO, 100, words.items[1],
                 text_equal(version, "(devel)") ? NULL : version);
    }
}

void sbom_read_go_modules(struct sbom *sbom, const char *text, size_t length)
{
    const char *end = text + length;
    size_t from = sbom->components.count; /* a line cannot replace what another file states */

    for (const char *at = text; at < end;) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));

        if (stop == NULL)
            stop = end;
        read_line(sbom, from, at, (size_t)(stop - at));
        at = stop + 1;
    }
}

/* A length of 7 bits a byte, then that many bytes. */
static const char *next_text(const uint8_t **at, const uint8_t *end, size_t *ret_length)
{
    uint64_t length = 0;
    const char *text;

    for (unsigned shift = 0; *at < end && shift < 35; shift += 7) {
        uint8_t byte = *(*at)++;

        length |= (uint64_t)(byte & 0x7f) << shift;
        if ((byte & 0x80) == 0) {
            if (length > (uint64_t)(end - *at))
                return NULL;
            text = (const char *)*at;
            *at += length;
            *ret_length = (size_t)length;
            return text;
        }
    }
    return NULL;
}

void sbom_read_go(struct sbom *sbom, const char *path, const struct elf_file *elf)
{
    static const char magic[] = "\xff Go buildinf:";
    struct elf_range range = elf_section(elf, ".go.buildinfo");
    const uint8_t *at = elf->data + range.offset, *end = at + range.size;
    _cleanup_free_ char *version = NULL;
    const char *text;
    size_t length = 0;

    if (range.size == 0 && !elf->go)
        return;
    if (range.size < HEADER || memcmp(at, magic, sizeof(magic) - 1) != 0 ||
        (at[15] & INLINE_STRINGS) == 0) {
        sbom_add_gap(sbom, path,
                     range.size == 0 ? "a Go program without build information"
                                     : "a Go program with build information of an older format");
        return;
    }
    at += HEADER;
    text = next_text(&at, end, &length);
    if (text != NULL && length > 2 && length < SBOM_WORD_MAX && memcmp(text, "go", 2) == 0) {
        const char *blank = memchr(text, ' ', length);

        version = text_ndup(text + 2, (blank != NULL ? (size_t)(blank - text) : length) - 2);
        sbom_add(sbom, COMPONENT_GOLANG, BASIS_BUILD_INFO, 100, "stdlib", version);
    }
    text = text != NULL ? next_text(&at, end, &length) : NULL;
    if (text == NULL || length < (size_t)2 * GUARD + 1)
        sbom_add_gap(sbom, path, "a Go program that does not state its modules");
    else
        sbom_read_go_modules(sbom, text + GUARD, length - (size_t)2 * GUARD);
}
