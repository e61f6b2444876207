/* SPDX-License-Identifier: Apache-2.0 */
/* Module.symvers and kABI lists: one line for each symbol, "0xCRC symbol module EXPORT_SYMBOL[_GPL]
 * [namespace]", separated by tabs (Linux scripts/mod/modpost.c). */
#ifndef TS_ABI_SURFACE_KERNEL_SYMBOLS_H
#define TS_ABI_SURFACE_KERNEL_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct surface_builder;

enum kernel_symbol_flag { KERNEL_GPL = 1, KERNEL_LISTED = 2 };

struct kernel_symbol {
    uint32_t crc;
    const char *name, *module, *export, *space; /* not NUL-terminated */
    size_t name_length, module_length, export_length, space_length;
};

/* Parses one line without its newline; returns false if it is invalid. */
bool kernel_symbol_parse(const char *line, size_t length, struct kernel_symbol *ret);

/* Adds every line of a text to TABLE_KERNEL under this release; returns the number of lines
 * added. */
size_t kernel_symbols_add(struct surface_builder *builder, const char *release, const char *text,
                          size_t length, uint32_t flags);

#endif
