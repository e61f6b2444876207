/* SPDX-License-Identifier: Apache-2.0 */
/* Parses lines of Module.symvers into rows. */
#include "abi/surface/kernel_symbols.h"

#include <stdlib.h>
#include <string.h>

#include "abi/surface/build.h"
#include "base/cleanup.h"
#include "base/text.h"

#define SYMBOLS_MAX 200000

static size_t field(const char **at, const char *end, const char **ret)
{
    const char *start = *at, *stop = memchr(start, '\t', (size_t)(end - start));

    if (stop == NULL)
        stop = end;
    *ret = start;
    *at = stop < end ? stop + 1 : end;
    return (size_t)(stop - start);
}

bool kernel_symbol_parse(const char *line, size_t length, struct kernel_symbol *ret)
{
    const char *at = line, *end = line + length, *crc;
    size_t crc_length = field(&at, end, &crc);
    char digits[16];

    if (crc_length < 3 || crc_length > 12 || crc[0] != '0' || crc[1] != 'x')
        return false;
    memcpy(digits, crc, crc_length);
    digits[crc_length] = '\0';
    ret->crc = (uint32_t)strtoul(digits, NULL, 16);
    ret->name_length = field(&at, end, &ret->name);
    ret->module_length = field(&at, end, &ret->module);
    ret->export_length = field(&at, end, &ret->export);
    ret->space_length = field(&at, end, &ret->space);
    /* In Linux 5.4 and 5.5, the namespace was the third column. */
    if (ret->space_length >= 6 && memcmp(ret->space, "EXPORT", 6) == 0) {
        const char *space = ret->module;
        size_t held = ret->module_length;

        ret->module = ret->export;
        ret->module_length = ret->export_length;
        ret->export = ret->space;
        ret->export_length = ret->space_length;
        ret->space = space;
        ret->space_length = held;
    }
    return ret->name_length > 0 && ret->name_length < 512;
}

size_t kernel_symbols_add(struct surface_builder *builder, const char *release, const char *text,
                          size_t length, uint32_t flags)
{
    uint32_t release_text = surface_builder_string(builder, release);
    const char *end = text + length;
    _cleanup_free_ char *key = text_format("kernel-namespaces:%s", release);
    _cleanup_buffer_ struct buffer spaces = {0};
    size_t count = 0;

    while (text < end && count < SYMBOLS_MAX) {
        const char *stop = memchr(text, '\n', (size_t)(end - text));
        struct kernel_symbol symbol;

        if (stop == NULL)
            stop = end;
        if (kernel_symbol_parse(text, (size_t)(stop - text), &symbol)) {
            struct surface_kernel_symbol row = {.release = release_text, .crc = symbol.crc};

            row.name = surface_builder_string_n(builder, symbol.name, symbol.name_length);
            row.module = surface_builder_string_n(builder, symbol.module, symbol.module_length);
            row.flags = flags | (symbol.export_length >= 4 &&
                                         memmem(symbol.export, symbol.export_length, "_GPL", 4)
                                     ? KERNEL_GPL
                                     : 0);
            *(struct surface_kernel_symbol *)surface_builder_row(builder, TABLE_KERNEL, NULL) = row;
            if (symbol.space_length > 0) {
                buffer_add(&spaces, symbol.name, symbol.name_length);
                buffer_add(&spaces, "\t", 1);
                buffer_add(&spaces, symbol.space, symbol.space_length);
                buffer_add(&spaces, "\n", 1);
            }
            count++;
        }
        text = stop + 1;
    }
    if (spaces.length > 0)
        surface_builder_meta(builder, key, spaces.data);
    return count;
}
