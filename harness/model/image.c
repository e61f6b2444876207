/* SPDX-License-Identifier: Apache-2.0 */
/* The members of an image, in the order of its file (arch/images/image.rng) and of its JSON. To add
 * an attribute, add a member to the struct, a row here and a line to that schema. */
#include "model/image.h"

#include <stdlib.h>

#include "model/member.h"

#define STAMP(field, place, ...)                                                                   \
    MEMBER(struct image_file, field, NUMBER, NULL, .xml = (place), __VA_ARGS__)

/* -1: any 64-bit number. */
static const struct member file_rows[] = {
    MEMBER(struct image_file, path, TEXT, "path", .xml = "@path", .flags = MEMBER_EXACT),
    MEMBER(struct image_file, sha256, DIGEST, "sha256", .xml = "@sha256"),
    STAMP(stamp.device, "@device", .max = -1),
    STAMP(stamp.inode, "@inode", .max = -1),
    MEMBER(struct image_file, stamp.size, NUMBER, "size", .xml = "@size", .min = 1,
           .max = INT64_MAX),
    STAMP(stamp.mtime_ns, "@mtime-ns", .min = INT64_MIN, .max = INT64_MAX),
    STAMP(stamp.ctime_ns, "@ctime-ns", .min = INT64_MIN, .max = INT64_MAX),
};
static const struct members file_members = MEMBERS(struct image_file, file_rows);

#define IMAGE(field, kind, key, place, ...)                                                        \
    MEMBER(struct image, field, kind, key, .xml = (place), __VA_ARGS__)
#define IMAGE_TEXT(field, key, place) IMAGE(field, TEXT, key, place, .flags = MEMBER_NULL)
#define IMAGE_FILE(field, key, place)                                                              \
    IMAGE(field, OBJECT, key, place, .flags = MEMBER_NULL, .table = &file_members)

static const struct member image_rows[] = {
    IMAGE(name, TEXT, "name", "@name"),
    IMAGE_TEXT(title, "title", "title"),
    IMAGE(arch, WORD, "arch", "@arch", .words = &arch_words),
    IMAGE(stand_in, BOOL, "stand_in", "@stand-in"),
    IMAGE_TEXT(os_id, "os_id", "os/@id"),
    IMAGE_TEXT(os_version, "os_version", "os/@version"),
    IMAGE_TEXT(kernel_release, "kernel_release", "os/@kernel"),
    IMAGE(page_size, NUMBER, "page_size", "os/@page-size", .flags = MEMBER_NULL, .min = 4096,
          .max = 2 * 1024 * 1024),
    IMAGE(disk, OBJECT, "disk", "disk", .table = &file_members),
    IMAGE(format, WORD, "disk/format", "disk/@format", .words = &disk_format_words),
    IMAGE(boot, WORD, "boot", "boot/@kind", .words = &boot_kind_words),
    IMAGE_TEXT(firmware, NULL, "boot/@firmware"),
    IMAGE_FILE(kernel, "kernel", "boot/kernel"),
    IMAGE_FILE(initrd, "initrd", "boot/initrd"),
    IMAGE_TEXT(cmdline, "cmdline", "boot/cmdline"),
    IMAGE(entry_methods, WORDS, NULL, "enter/@ways", .words = &entry_method_words),
    IMAGE_TEXT(login_user, NULL, "enter/login/@user"),
    IMAGE(login_file, TEXT, NULL, "enter/login/@file", .flags = MEMBER_NULL | MEMBER_EXACT),
    IMAGE_TEXT(package_family, "package_family", "packages/@family"),
    IMAGE_FILE(packages, "packages", "packages"),
    IMAGE(repositories, TEXTS, "repositories", "packages/repository"),
};
const struct members image_members = MEMBERS(struct image, image_rows);

void image_free(struct image *image)
{
    if (image == NULL)
        return;
    members_done(&image_members, image);
    free(image);
}

bool image_has_entry_method(const struct image *image, enum entry_method entry_method)
{
    if (image->entry_methods.count == 0)
        return entry_method == ENTRY_AGENT;
    vec_foreach (each, &image->entry_methods)
        if (*each == entry_method)
            return true;
    return false;
}
