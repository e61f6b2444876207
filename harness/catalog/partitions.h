/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a disk's partition table without booting it, to find out which firmware its boot loader
 * needs. */
#ifndef TS_CATALOG_PARTITIONS_H
#define TS_CATALOG_PARTITIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/words.h"

struct error;

#define PARTITIONS_HEAD (34 * 512) /* bytes at the beginning of a disk that contain the table */
#define PARTITIONS_MAX 128

struct partition {
    unsigned number;      /* from 1 */
    uint64_t first, last; /* sectors of 512 bytes */
    const char *kind;     /* "EFI system", "BIOS boot", "Linux LVM" …; not freed */
};
struct partitions {
    const char *table; /* "gpt", "mbr" or "none"; not freed */
    bool efi;          /* has an EFI system partition */
    bool bios;         /* has code that a BIOS starts */
    bool arch_known;   /* arch is known from the type of a root partition */
    enum arch arch;
    size_t count;
    struct partition rows[PARTITIONS_MAX];
};

/* Parses the first bytes of a disk, as in UEFI Specification 2.10, 5.2 and 5.3, and in the
 * Discoverable Partitions Specification. The input is untrusted: numbers are only displayed. */
void partitions_parse(const unsigned char *head, size_t length, struct partitions *ret);

/* Reads the table of a disk image. */
int partitions_read(const char *path, enum disk_format format, struct partitions *ret,
                    struct error **err);

#endif
