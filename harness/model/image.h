/* SPDX-License-Identifier: Apache-2.0 */
/* An image: a bootable operating system disk with a known identity. The disk is never written to;
 * each cell runs on its own overlay. */
#ifndef TS_MODEL_IMAGE_H
#define TS_MODEL_IMAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/digest.h"
#include "base/text.h"
#include "base/vec.h"
#include "model/words.h"

/* Detects cheaply whether a file has changed since its digest was computed. */
struct file_stamp {
    uint64_t device, inode, size;
    int64_t mtime_ns, ctime_ns;
};

struct image_file {
    char *path; /* absolute; NULL: there is no such file */
    char sha256[DIGEST_TEXT_SIZE];
    struct file_stamp stamp;
};

struct image {
    char *name;
    char file_sha256[DIGEST_TEXT_SIZE]; /* digest of the XML file that the image was read from */
    char *title;
    enum arch arch;
    bool stand_in;    /* a stand-in, built here from a distribution's packages; never shown under a
                         vendor product's name */
    char *os_id;      /* ID of os-release */
    char *os_version; /* VERSION_ID of os-release */
    char *kernel_release; /* as `uname -r` prints it; NULL: not compared */
    uint32_t page_size;   /* bytes; 0: not compared */
    enum disk_format format;
    struct image_file disk;
    enum boot_kind boot;
    struct image_file kernel, initrd; /* BOOT_KERNEL only */
    char *cmdline;  /* BOOT_KERNEL only; without console=, which the platform adds */
    char *firmware; /* BOOT_DISK only: "bios" or "uefi"; NULL: the platform's default */
    VEC(enum entry_method) entry_methods; /* tried in this order; empty: the agent */
    char *login_user; /* ENTRY_CONSOLE only; NULL: a user that the seed creates */
    char *login_file; /* absolute path of the file with the password, readable by its owner only;
                         NULL: none */
    char *package_family;       /* "deb" or "rpm" */
    struct image_file packages; /* the image's package state: dpkg's status file or rpm's database;
                                   path NULL: it is read from the first guest that boots */
    struct strv repositories;   /* rpm only: absolute paths of folders and ISO images, and URLs */
};

/* What is known about a product line of an operating system on one architecture (arch/images/). */
struct line_file {
    char *pattern; /* shell pattern; "{version}" stands for VERSION_ID */
    enum disk_format format;
    bool confirmed;
};
struct image_line {
    char *name, *title, *title_zh;
    enum arch arch;
    char *os_id, *os_version; /* os_version: prefix of VERSION_ID */
    VEC(struct line_file) files;
    char *where, *url; /* url: NULL when no file can be downloaded directly */
    char *firmware, *console;
    VEC(enum entry_method) entry_methods;
    char *user; /* user of the documented first login; NULL: unknown */
    char *kernel_series;
    uint32_t page_size; /* bytes; 0: unknown */
    char *package_family, *source;
    struct strv unconfirmed; /* members that nobody has verified: "os", "file", "where", "boot",
                                "enter", "kernel", "page" */
};
void image_line_free(struct image_line *line);

/* True if the image lists this entry method. An image that lists none uses the agent. */
bool image_has_entry_method(const struct image *image, enum entry_method entry_method);

extern const struct members image_members;
void image_free(struct image *image);
DEFINE_CLEANUP(struct image *, image_free)

#endif
