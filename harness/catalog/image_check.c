/* SPDX-License-Identifier: Apache-2.0 */
/* Checks an image's files, cheaply by their stamps and once a run by their digests. */
#include "catalog/image_check.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"

#define FILES 4

static const char give_path[] = "give the path of the file";
static const char put_back[] = "put it back, or register the image again from its new location "
                               "with 'image remove' and 'image add'";

/* A file of an image, with its name in messages. */
struct named_file {
    const char *what;
    struct image_file *file;
};

static void list_files(struct image *image, struct named_file rows[FILES])
{
    rows[0] = (struct named_file){"disk", &image->disk};
    rows[1] = (struct named_file){"kernel", &image->kernel};
    rows[2] = (struct named_file){"initrd", &image->initrd};
    rows[3] = (struct named_file){"package state", &image->packages};
}

/* Checks for a readable, non-empty regular file. absent: what to do if it does not exist. */
static int stamp_file(const char *path, const char *what, const char *absent,
                      struct file_stamp *ret_stamp, struct error **err)
{
    struct stat st;

    if (stat(path, &st) < 0 && errno == ENOENT)
        return error_set(err, -ENOENT, "%s '%s' does not exist: %s", what, path, absent);
    if (stat(path, &st) < 0)
        return error_set_errno(err, -errno, "cannot stat %s '%s'", what, path);
    if (S_ISDIR(st.st_mode))
        return error_set(err, -EINVAL, "%s '%s' is a folder: give the file", what, path);
    if (!S_ISREG(st.st_mode))
        return error_set(
            err, -EINVAL,
            "%s '%s' is a device or a pipe: give a regular file, whose content can be verified",
            what, path);
    if (st.st_size == 0)
        return error_set(err, -EINVAL, "%s '%s' is empty: was it copied completely?", what, path);
    if (access(path, R_OK) < 0)
        return error_set(err, -errno,
                         "%s '%s' cannot be read by this user: chmod +r it, or run as "
                         "its owner",
                         what, path);
    *ret_stamp = (struct file_stamp){
        .device = st.st_dev,
        .inode = st.st_ino,
        .size = (uint64_t)st.st_size,
        .mtime_ns = st.st_mtim.tv_sec * INT64_C(1000000000) + st.st_mtim.tv_nsec,
        .ctime_ns = st.st_ctim.tv_sec * INT64_C(1000000000) + st.st_ctim.tv_nsec,
    };
    return 0;
}

/* True if the content is unchanged judging by its modification time; owner or mode may have
 * changed. */
static bool same_content_stamp(const struct file_stamp *a, const struct file_stamp *b)
{
    return a->device == b->device && a->inode == b->inode && a->size == b->size &&
           a->mtime_ns == b->mtime_ns;
}

static bool same_stamp(const struct file_stamp *a, const struct file_stamp *b)
{
    return same_content_stamp(a, b) && a->ctime_ns == b->ctime_ns;
}

int catalog_take_file(const char *path, const char *what, struct image_file *ret_file,
                      struct error **err)
{
    struct image_file file = {0};
    struct file_stamp after;
    char *absolute;
    int code = stamp_file(path, what, give_path, &file.stamp, err);

    if (code < 0)
        return code;
    code = digest_of_file(path, file.sha256, NULL, err);
    if (code == 0)
        code = stamp_file(path, what, give_path, &after, err);
    if (code < 0)
        return code;
    if (!same_stamp(&file.stamp, &after))
        return error_set(
            err, -EINVAL,
            "%s '%s' changed while it was read: is a guest or a download still writing "
            "to it?",
            what, path);
    absolute = realpath(path, NULL);
    if (absolute == NULL)
        return error_set_errno(err, -errno, "cannot resolve %s '%s'", what, path);
    file.path = absolute;
    *ret_file = file;
    return 0;
}

static int check_digest(const struct named_file *row, struct error **err)
{
    char digest[DIGEST_TEXT_SIZE];
    struct file_stamp now;
    int code = stamp_file(row->file->path, row->what, put_back, &now, err);

    if (code == 0)
        code = digest_of_file(row->file->path, digest, NULL, err);
    if (code < 0)
        return code;
    if (strcmp(digest, row->file->sha256) != 0)
        return error_set(err, -EBADMSG,
                         "%s '%s' has changed since it was registered (sha256 %.12s… then, %.12s… "
                         "now): put the old one back, or 'image remove' and 'image add' it",
                         row->what, row->file->path, row->file->sha256, digest);
    return 0;
}

static int check_stamp(const struct named_file *row, struct error **err)
{
    struct file_stamp now;
    int code = stamp_file(row->file->path, row->what, put_back, &now, err);

    if (code < 0)
        return code;
    if (now.size != row->file->stamp.size)
        return error_set(err, -EBADMSG,
                         "%s '%s' has changed since it was registered (%llu bytes then, %llu now): "
                         "put the old one back, or 'image remove' and 'image add' it",
                         row->what, row->file->path, (unsigned long long)row->file->stamp.size,
                         (unsigned long long)now.size);
    /* libvirt's daemon changes the owner of an image's file to QEMU's user: then compare the
     * content. */
    if (same_content_stamp(&now, &row->file->stamp))
        return same_stamp(&now, &row->file->stamp) ? 0 : check_digest(row, err);
    return error_set(
        err, -EBADMSG,
        "%s '%s' is not the file that was registered (other inode or time, same size): 'touchstone "
        "image check' compares the contents and records the file again if they are equal",
        row->what, row->file->path);
}

static int refresh(const struct named_file *row, struct error **err)
{
    int code = check_digest(row, err);

    return code < 0 ? code
                    : stamp_file(row->file->path, row->what, put_back, &row->file->stamp, err);
}

static int for_each_file(struct image *image,
                         int (*check)(const struct named_file *, struct error **),
                         struct error **err)
{
    struct named_file rows[FILES];

    list_files(image, rows);
    for (size_t i = 0; i < FILES; i++) {
        int code = rows[i].file->path != NULL ? check(&rows[i], err) : 0;

        if (code < 0) {
            error_prefix(err, "image '%s'", image->name);
            return code;
        }
    }
    return 0;
}

static int check_disk(const struct image *image, struct error **err)
{
    int code = catalog_check_disk(image->disk.path, image->format, err);

    if (code < 0)
        error_prefix(err, "image '%s'", image->name);
    return code;
}

int catalog_check_image_stamp(const struct image *image, struct error **err)
{
    /* check_stamp does not modify it. */
    return for_each_file((struct image *)image, check_stamp, err);
}

int catalog_check_image_digest(const struct image *image, struct error **err)
{
    int code = catalog_check_image_stamp(image, err);

    if (code == 0)
        code = for_each_file((struct image *)image, check_digest, err);
    return code == 0 ? check_disk(image, err) : code;
}

int catalog_refresh_image(struct image *image, bool *ret_changed, struct error **err)
{
    bool changed = catalog_check_image_stamp(image, NULL) < 0;
    int code = for_each_file(image, refresh, err);

    if (code == 0)
        code = check_disk(image, err);
    if (code == 0)
        *ret_changed = changed;
    return code;
}
