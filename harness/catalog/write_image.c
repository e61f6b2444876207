/* SPDX-License-Identifier: Apache-2.0 */
/* struct image -> an image's file, in the form that arch/images/image.rng describes. */
#include <errno.h>
#include <inttypes.h>
#include <libxml/xmlstring.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"
#include "base/text.h"
#include "catalog/catalog.h"

/* Text between quotes or tags. Bytes that XML cannot hold were refused before. */
static void add_escaped(struct buffer *out, const char *text)
{
    for (const char *at = text; *at != '\0'; at++) {
        switch (*at) {
        case '&':
            buffer_text(out, "&amp;");
            break;
        case '<':
            buffer_text(out, "&lt;");
            break;
        case '>':
            buffer_text(out, "&gt;");
            break;
        case '"':
            buffer_text(out, "&quot;");
            break;
        default:
            buffer_add(out, at, 1);
        }
    }
}

static void add_attribute(struct buffer *out, const char *name, const char *value)
{
    if (value == NULL)
        return;
    buffer_format(out, " %s=\"", name);
    add_escaped(out, value);
    buffer_text(out, "\"");
}

static void add_element(struct buffer *out, const char *indent, const char *name, const char *text)
{
    if (text == NULL)
        return;
    buffer_format(out, "%s<%s>", indent, name);
    add_escaped(out, text);
    buffer_format(out, "</%s>\n", name);
}

static void add_file(struct buffer *out, const struct image_file *file)
{
    if (file->path == NULL)
        return;
    add_attribute(out, "path", file->path);
    add_attribute(out, "sha256", file->sha256);
    buffer_format(out, " device=\"%" PRIu64 "\" inode=\"%" PRIu64 "\" size=\"%" PRIu64 "\"",
                  file->stamp.device, file->stamp.inode, file->stamp.size);
    buffer_format(out, " mtime-ns=\"%" PRId64 "\" ctime-ns=\"%" PRId64 "\"", file->stamp.mtime_ns,
                  file->stamp.ctime_ns);
}

static void add_boot(struct buffer *out, const struct image *image)
{
    if (image->boot == BOOT_DISK) {
        buffer_text(out, "  <boot kind=\"disk\"");
        add_attribute(out, "firmware", image->firmware);
        buffer_text(out, "/>\n");
        return;
    }
    buffer_text(out, "  <boot kind=\"kernel\">\n    <kernel");
    add_file(out, &image->kernel);
    buffer_text(out, "/>\n");
    if (image->initrd.path != NULL) {
        buffer_text(out, "    <initrd");
        add_file(out, &image->initrd);
        buffer_text(out, "/>\n");
    }
    add_element(out, "    ", "cmdline", image->cmdline);
    buffer_text(out, "  </boot>\n");
}

static void add_enter(struct buffer *out, const struct image *image)
{
    if (image->ways.count == 0)
        return;
    buffer_text(out, "  <enter ways=\"");
    vec_foreach (way, &image->ways)
        buffer_format(out, "%s%s", way == image->ways.items ? "" : " ", way_name(*way));
    if (image->login_user == NULL) {
        buffer_text(out, "\"/>\n");
        return;
    }
    buffer_text(out, "\">\n    <login");
    add_attribute(out, "user", image->login_user);
    add_attribute(out, "file", image->login_file);
    buffer_text(out, "/>\n  </enter>\n");
}

/* XML 1.0 (section 2.2) has no way to write these bytes, and would read tabs and line ends as
 * blanks.
 */
static int check_text(const struct image *image, const char *what, const char *text,
                      struct error **err)
{
    const char *at = text;

    while (at != NULL && (unsigned char)*at >= 0x20 && (unsigned char)*at != 0x7f)
        at++;
    if (at == NULL || (*at == '\0' && xmlCheckUTF8((const xmlChar *)text)))
        return 0;
    return error_set(err, -EINVAL,
                     "image '%s': %s has a control character or is not UTF-8: rename it",
                     image->name, what);
}

static int check_texts(const struct image *image, struct error **err)
{
    const struct {
        const char *what, *text;
    } rows[] = {
        {"the title", image->title},
        {"the os-release ID", image->os_id},
        {"the os-release VERSION_ID", image->os_version},
        {"the kernel release", image->kernel_release},
        {"the disk's path", image->disk.path},
        {"the kernel's path", image->kernel.path},
        {"the initrd's path", image->initrd.path},
        {"the kernel command line", image->cmdline},
        {"the login's user", image->login_user},
        {"the path of the login's password", image->login_file},
        {"the package state's path", image->packages.path},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int code = check_text(image, rows[i].what, rows[i].text, err);

        if (code < 0)
            return code;
    }
    for (size_t i = 0; i < image->repositories.count; i++) {
        int code = check_text(image, "a repository", image->repositories.items[i], err);

        if (code < 0)
            return code;
    }
    return 0;
}

int catalog_write_image(const struct image *image, const char *path, struct error **err)
{
    _cleanup_buffer_ struct buffer out = {0};
    int code = check_texts(image, err);

    if (code < 0)
        return code;
    buffer_text(&out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<image");
    add_attribute(&out, "name", image->name);
    add_attribute(&out, "arch", arch_name(image->arch));
    if (image->stand_in)
        add_attribute(&out, "stand-in", "yes");
    buffer_text(&out, ">\n");
    add_element(&out, "  ", "title", image->title);
    buffer_text(&out, "  <os");
    add_attribute(&out, "id", image->os_id);
    add_attribute(&out, "version", image->os_version);
    add_attribute(&out, "kernel", image->kernel_release);
    if (image->page_size != 0)
        buffer_format(&out, " page-size=\"%" PRIu32 "\"", image->page_size);
    buffer_text(&out, "/>\n  <disk");
    add_attribute(&out, "format", disk_format_name(image->format));
    add_file(&out, &image->disk);
    buffer_text(&out, "/>\n");
    add_boot(&out, image);
    add_enter(&out, image);
    if (image->package_family != NULL) {
        buffer_text(&out, "  <packages");
        add_attribute(&out, "family", image->package_family);
        add_file(&out, &image->packages);
        buffer_text(&out, image->repositories.count > 0 ? ">\n" : "/>\n");
        for (size_t i = 0; i < image->repositories.count; i++)
            add_element(&out, "    ", "repository", image->repositories.items[i]);
        if (image->repositories.count > 0)
            buffer_text(&out, "  </packages>\n");
    }
    buffer_text(&out, "</image>\n");
    return path_write_atomic(path, out.data, out.length, err);
}
