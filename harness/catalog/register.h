/* SPDX-License-Identifier: Apache-2.0 */
/* Registering an image: from what a user says, or from the folder that scripts/build-guest leaves.
 */
#ifndef TS_CATALOG_REGISTER_H
#define TS_CATALOG_REGISTER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "model/image.h"

struct error;

/* What is known of the image to be. Strings are owned; NULL: not said. */
struct image_order {
    char *name, *title;
    bool arch_given, format_given, stand_in;
    enum arch arch;
    enum disk_format format;
    char *disk, *kernel, *initrd, *cmdline; /* without a kernel, the disk boots itself */
    char *firmware;                         /* bios, uefi; NULL: the platform's */
    struct strv ways;                       /* in; empty: agent, for a disk that boots itself all */
    char *login_user, *login_file;          /* of the console; the file holds the password */
    char *os_release;                       /* a copy of the image's os-release */
    char *os_id, *os_version;               /* in its place, or over it */
    char *kernel_release;
    uint32_t page_size;       /* 0: not compared */
    char *packages;           /* dpkg's status file, or a file of rpm's database */
    struct strv repositories; /* of rpm: folders, ISO images, URLs */
    char *package_family;
    /* Digests that the files must have; NULL: not said. */
    char *disk_sha256, *kernel_sha256, *initrd_sha256, *packages_sha256;
};
void image_order_done(struct image_order *order);

/* Fills what the order does not say yet from FOLDER/guest.json; paths in it are below the folder.
 * -EBADMSG names the member. */
int image_order_read_guest(struct image_order *order, const char *folder, struct error **err);

/* by_name: fills what the order does not say from the catalogued OS line whose files have a name like
 * the disk's. Refuses a disk that its firmware could not start, and an unknown package family. */
int image_order_complete(struct image_order *order, bool by_name, struct error **err);

/* Checks everything, reads every file once for its digest and writes the image's file. -EEXIST when
 * the name is taken; nothing is written unless all is well. Caller frees. */
int catalog_register_image(const struct image_order *order, struct image **ret_image,
                           struct error **err);

/* Removes the registration, never a disk. dry_run only tells. *ret_path: the file (to be) removed;
 * caller frees. -EINVAL for an image of the program's own data. */
int catalog_unregister_image(const char *name, bool dry_run, char **ret_path, struct error **err);

#endif
