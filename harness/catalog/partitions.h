/* SPDX-License-Identifier: Apache-2.0 */
/* A disk's partition table, read without booting it: what its boot loader expects of a machine. */
#ifndef TS_CATALOG_PARTITIONS_H
#define TS_CATALOG_PARTITIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/words.h"

struct error;

#define PARTITIONS_HEAD (34 * 512) /* bytes of a disk that hold its table */
#define PARTITIONS_MAX 128

struct partition {
    unsigned number;      /* from 1 */
    uint64_t first, last; /* sectors of 512 bytes */
    const char *kind;     /* "EFI system", "BIOS boot", "Linux LVM" …; static text */
};
struct partitions {
    const char *table; /* gpt, mbr, none; static text */
    bool efi;          /* an EFI system partition is there */
    bool bios;         /* code that a BIOS starts is there */
    bool arch_known;   /* by the type of a root partition */
    enum arch arch;
    size_t count;
    struct partition rows[PARTITIONS_MAX];
};

/* Of the first bytes of a disk. UEFI 2.10, 5.2 and 5.3; the Discoverable Partitions Specification.
 * Hostile: numbers are only shown. */
void partitions_parse(const unsigned char *head, size_t length, struct partitions *ret);

/* Of a disk image. */
int partitions_read(const char *path, enum disk_format format, struct partitions *ret,
                    struct error **err);

#endif
