/* SPDX-License-Identifier: Apache-2.0 */
/* Rust programs built with cargo-auditable have the list of their crates in a section. */
#include <string.h>
#include <zlib.h>

#include "abi/elf/code.h"
#include "abi/elf/view.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "base/text.h"
#include "sbom/readers.h"

#define LIST_MAX (8 << 20) /* bytes of the list; the author's own reader has the same limit */

void sbom_read_cargo(struct sbom *sbom, const char *path, const char *text, size_t length)
{
    _cleanup_error_ struct error *problem = NULL;
    _cleanup_json_ json_t *json = NULL;
    const json_t *row;
    size_t i;

    if (json_parse(text, length, "its list of crates", &json, &problem) < 0) {
        sbom_add_gap(sbom, path, error_message(problem));
        return;
    }
    json_array_foreach(json_object_get(json, "packages"), i, row)
    {
        const char *kind = json_string_value(json_object_get(row, "kind"));

        if (!text_equal(kind, "build"))
            sbom_add(sbom, COMPONENT_CARGO, BASIS_BUILD_INFO, 100,
                     json_string_value(json_object_get(row, "name")),
                     json_string_value(json_object_get(row, "version")));
    }
}

void sbom_read_rust(struct sbom *sbom, const char *path, const struct elf_file *elf)
{
    struct elf_range range = elf_section(elf, ".dep-v0");
    _cleanup_free_ char *text = NULL;
    uLongf size = LIST_MAX;
    int code;

    if (range.size == 0)
        return;
    text = text_calloc(LIST_MAX + 1, 1);
    code = uncompress((Bytef *)text, &size, elf->data + range.offset, (uLong)range.size);
    if (code != Z_OK)
        sbom_add_gap(sbom, path,
                     code == Z_BUF_ERROR ? "its list of crates is longer than 8 MiB"
                                         : "its list of crates is damaged");
    else
        sbom_read_cargo(sbom, path, text, size);
}
