/* SPDX-License-Identifier: Apache-2.0 */
/* An image: a bootable OS with an identity. The disk never changes; each cell has an overlay of its
 * own. */
#ifndef TS_MODEL_IMAGE_H
#define TS_MODEL_IMAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/digest.h"
#include "base/text.h"
#include "base/vec.h"
#include "model/words.h"

/* What tells cheaply that a file is still the one whose digest was taken. */
struct file_stamp {
    uint64_t device, inode, size;
    int64_t mtime_ns, ctime_ns;
};

struct image_file {
    char *path; /* absolute; NULL: not used */
    char sha256[DIGEST_TEXT_SIZE];
    struct file_stamp stamp;
};

struct image {
    char *name;
    char file_sha256[DIGEST_TEXT_SIZE]; /* of the bytes that it was read from */
    char *title;
    enum arch arch;
    bool stand_in; /* built here from a distribution's packages; never called by a product's name */
    char *os_id;   /* os-release ID */
    char *os_version;     /* os-release VERSION_ID */
    char *kernel_release; /* uname -r; NULL: not compared */
    uint32_t page_size;   /* bytes; 0: not compared */
    enum disk_format format;
    struct image_file disk;
    enum boot_kind boot;
    struct image_file kernel, initrd; /* BOOT_KERNEL */
    char *cmdline;                    /* BOOT_KERNEL; without console=, which the platform gives */
    char *firmware;                   /* BOOT_DISK: bios, uefi; NULL: the platform's */
    VEC(enum way) ways;               /* in, tried in this order; empty: the agent */
    char *login_user;                 /* for WAY_CONSOLE; NULL: one that the seed makes */
    char *login_file; /* absolute: where its password is, readable by its owner alone; or NULL */
    char *package_family;       /* deb, rpm */
    struct image_file packages; /* the image's own package state: dpkg's status, rpm's database;
                                   path NULL: read out of its first guest */
    struct strv repositories;   /* rpm: absolute paths of folders and ISO images, and URLs */
};

/* What is known of a line of an OS on one architecture (arch/images/). */
struct line_file {
    char *pattern; /* a shell's; "{version}" stands for VERSION_ID */
    enum disk_format format;
    bool confirmed;
};
struct image_line {
    char *name, *title, *title_zh;
    enum arch arch;
    char *os_id, *os_version; /* os_version: the beginning of VERSION_ID */
    VEC(struct line_file) files;
    char *where, *url; /* url NULL: none can be fetched as it is */
    char *firmware, *console;
    VEC(enum way) ways;
    char *user; /* of the documented first login; NULL: none is known */
    char *kernel_series;
    uint32_t page_size; /* 0: not known */
    char *package_family, *source;
    struct strv unconfirmed; /* "os", "file", "where", "boot", "enter", "kernel", "page" */
};
void image_line_free(struct image_line *line);

/* Whether the image's file names this way; the agent where it names none. */
bool image_has_way(const struct image *image, enum way way);

extern const struct members image_members;
void image_free(struct image *image);
DEFINE_CLEANUP(struct image *, image_free)

#endif
