/* SPDX-License-Identifier: Apache-2.0 */
/* Registers an image, from the user's options or from the output folder of scripts/build-guest. */
#ifndef TS_CATALOG_REGISTER_H
#define TS_CATALOG_REGISTER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "model/image.h"

struct error;

/* The properties of the image to register. Strings are owned; NULL: not given. */
struct image_request {
    char *name, *title;
    bool arch_given, format_given, stand_in;
    enum arch arch;
    enum disk_format format;
    char *disk, *kernel, *initrd,
        *cmdline;                  /* without a kernel, the disk's own boot loader is used */
    char *firmware;                /* "bios" or "uefi"; NULL: the platform's default */
    struct strv entry_methods;     /* empty: the agent, or all of them for a disk with its own boot
                                      loader */
    char *login_user, *login_file; /* for the console login; login_file contains the password */
    char *os_release;              /* path of a copy of the image's os-release */
    char *os_id, *os_version;      /* instead of os_release, or overriding it */
    char *kernel_release;
    uint32_t page_size;       /* 0: not compared */
    char *packages;           /* path of dpkg's status file or of a file of rpm's database */
    struct strv repositories; /* rpm: folders, ISO images, URLs */
    char *package_family;
    /* Expected digests of the files; NULL: not given. */
    char *disk_sha256, *kernel_sha256, *initrd_sha256, *packages_sha256;
};
void image_request_done(struct image_request *request);

/* Sets the members that are still unset from FOLDER/guest.json; paths in it are relative to the
 * folder. -EBADMSG names the member at fault. */
int image_request_read_guest(struct image_request *request, const char *folder, struct error **err);

/* by_name: also sets unset members from the product line that matches the disk's file name. Rejects
 * a disk that its firmware could not start, and an unknown package family. */
int image_request_complete(struct image_request *request, bool by_name, struct error **err);

/* Checks everything, reads every file once to compute its digest, and writes the image's XML file.
 * -EEXIST: the name is in use. Nothing is written unless all checks pass. Caller frees. */
int catalog_register_image(const struct image_request *request, struct image **ret_image,
                           struct error **err);

/* Removes the registration, never a disk. dry_run: only report. *ret_path: the file that is (or
 * would be) removed; caller frees. -EINVAL for an image of the program's own data. */
int catalog_unregister_image(const char *name, bool dry_run, char **ret_path, struct error **err);

#endif
