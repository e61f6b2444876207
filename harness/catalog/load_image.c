/* SPDX-License-Identifier: Apache-2.0 */
/* An image's file -> struct image. */
#include <errno.h>
#include <stdlib.h>

#include "base/error.h"
#include "catalog/catalog.h"
#include "catalog/load.h"

DEFINE_CLEANUP(struct image *, image_free)

static int read_time(const struct xml_file *file, const xmlNode *node, const char *attribute,
                     int64_t *ret_value, struct error **err)
{
    _cleanup_free_ char *text = xml_attribute(node, attribute);
    char *end;

    errno = 0;
    *ret_value = strtoll(text, &end, 10);
    if (errno != 0 || *end != '\0')
        return xml_error(file, node, err, "%s '%s' is not a number of nanoseconds", attribute,
                         text);
    return 0;
}

/* The attributes of a file; none of them when the element says only what kind there is. */
static int read_file(const struct xml_file *file, const xmlNode *node, struct image_file *ret_file,
                     struct error **err)
{
    xmlChar *path = node != NULL ? xmlGetNoNsProp(node, (const xmlChar *)"path") : NULL;
    _cleanup_free_ char *digest = NULL;
    struct file_stamp *stamp = &ret_file->stamp;
    int code;

    if (path == NULL)
        return 0;
    ret_file->path = text_dup((const char *)path);
    xmlFree(path);
    digest = xml_attribute(node, "sha256");
    if (!digest_is_text(digest))
        return xml_error(file, node, err, "sha256 '%s' is not 64 lower-case hex digits", digest);
    memcpy(ret_file->sha256, digest, DIGEST_TEXT_SIZE);
    code = xml_number(file, node, "device", 0, UINT64_MAX, &stamp->device, err);
    if (code == 0)
        code = xml_number(file, node, "inode", 0, UINT64_MAX, &stamp->inode, err);
    if (code == 0)
        code = xml_number(file, node, "size", 1, INT64_MAX, &stamp->size, err);
    if (code == 0)
        code = read_time(file, node, "mtime-ns", &stamp->mtime_ns, err);
    if (code == 0)
        code = read_time(file, node, "ctime-ns", &stamp->ctime_ns, err);
    return code;
}

static int read_files(const struct xml_file *file, const xmlNode *root, struct image *image,
                      struct error **err)
{
    const xmlNode *disk = xml_child(root, "disk"), *boot = xml_child(root, "boot");
    const xmlNode *packages = xml_child(root, "packages");
    _cleanup_free_ char *format = xml_attribute(disk, "format");
    _cleanup_free_ char *kind = xml_attribute(boot, "kind");
    int code;

    if (!disk_format_parse(format, &image->format))
        return xml_error(file, disk, err, "disk format '%s' is not known", format);
    if (!boot_kind_parse(kind, &image->boot))
        return xml_error(file, boot, err, "boot kind '%s' is not known", kind);
    image->cmdline = xml_text(xml_child(boot, "cmdline"));
    image->firmware = xml_attribute(boot, "firmware");
    code = read_file(file, disk, &image->disk, err);
    if (code == 0)
        code = read_file(file, xml_child(boot, "kernel"), &image->kernel, err);
    if (code == 0)
        code = read_file(file, xml_child(boot, "initrd"), &image->initrd, err);
    if (packages != NULL)
        image->package_family = xml_attribute(packages, "family");
    for (const xmlNode *node = xml_child(packages, "repository"); node != NULL;
         node = xml_next(node, "repository"))
        strv_take(&image->repositories, xml_text(node));
    if (code == 0)
        code = read_file(file, packages, &image->packages, err);
    return code;
}

static int read_enter(const struct xml_file *file, const xmlNode *root, struct image *image,
                      struct error **err)
{
    const xmlNode *enter = xml_child(root, "enter"), *login = xml_child(enter, "login");
    _cleanup_free_ char *text = enter != NULL ? xml_attribute(enter, "ways") : NULL;
    _cleanup_strv_ struct strv ways = {0};

    if (text != NULL)
        strv_split(&ways, text, " ");
    for (size_t i = 0; i < ways.count; i++) {
        enum way way;

        if (!way_parse(ways.items[i], &way))
            return xml_error(file, enter, err, "'%s' is not a way into a guest", ways.items[i]);
        if (image->ways.count > 0 && image_has_way(image, way))
            return xml_error(file, enter, err, "the way '%s' is named twice", ways.items[i]);
        *vec_add(&image->ways) = way;
    }
    if (login != NULL) {
        image->login_user = xml_attribute(login, "user");
        image->login_file = xml_attribute(login, "file");
    }
    return 0;
}

int catalog_load_image(const char *path, struct image **ret_image, struct error **err)
{
    _cleanup_(image_free_cleanup) struct image *image = text_calloc(1, sizeof(*image));
    _cleanup_xml_file_ struct xml_file *file = NULL;
    _cleanup_free_ char *arch = NULL, *stand_in = NULL;
    const xmlNode *root, *os;
    uint64_t page_size = 0;
    int code = xml_file_open(path, "arch/images/image.rng", &file, err);

    if (code < 0)
        return code;
    root = xml_file_root(file);
    os = xml_child(root, "os");
    code = load_name(file, &image->name, err);
    if (code < 0)
        return code;
    arch = xml_attribute(root, "arch");
    if (!arch_parse(arch, &image->arch))
        return xml_error(file, root, err, "'%s' is not an architecture", arch);
    stand_in = xml_attribute(root, "stand-in");
    image->stand_in = text_equal(stand_in, "yes");
    image->title = xml_text(xml_child(root, "title"));
    image->os_id = xml_attribute(os, "id");
    image->os_version = xml_attribute(os, "version");
    image->kernel_release = xml_attribute(os, "kernel");
    code = xml_number(file, os, "page-size", 4096, 2 * 1024 * 1024, &page_size, err);
    image->page_size = (uint32_t)page_size;
    if (code == 0)
        code = read_files(file, root, image, err);
    if (code == 0)
        code = read_enter(file, root, image, err);
    if (code < 0)
        return code;
    strcpy(image->file_sha256, xml_file_sha256(file));
    *ret_image = steal_ptr(image);
    return 0;
}
