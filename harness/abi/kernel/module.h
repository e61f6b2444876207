/* SPDX-License-Identifier: Apache-2.0 */
/* A kernel module: what it was built for, which symbols it imports with which CRC, and its
 * signature. Sources: Linux include/linux/module.h, kernel/module/version.c,
 * scripts/mod/modpost.c. */
#ifndef TS_ABI_KERNEL_MODULE_H
#define TS_ABI_KERNEL_MODULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "base/vec.h"

struct error;

struct kmod_symbol {
    char *name;
    uint32_t crc;
    bool has_crc;
    bool is_weak; /* the kernel loads the module without this symbol, but not if its CRC differs */
};

struct kmod {
    uint16_t machine;
    char *vermagic;     /* NULL: none */
    char *license;      /* NULL: none, which the kernel treats as proprietary */
    struct strv spaces; /* symbol namespaces that it imports */
    bool is_signed, has_crcs;
    bool is_stripped; /* has no symbol table: the kernel rejects it */
    /* The symbols that the kernel looks up: the undefined symbols of .symtab, and module_layout if
     * it is in __versions. */
    VEC(struct kmod_symbol) symbols;
};

/* -EBADMSG: not a kernel module. */
int kmod_read(struct kmod *kmod, const void *data, size_t size, const char *what,
              struct error **err);
/* True if the kernel provides it symbols exported for GPL modules only
 * (license_is_gpl_compatible). */
bool kmod_is_gpl(const struct kmod *kmod);
void kmod_done(struct kmod *kmod);

#endif
