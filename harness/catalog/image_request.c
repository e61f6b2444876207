/* SPDX-License-Identifier: Apache-2.0 */
/* Completes a request to register an image, and checks whether its disk can boot. */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/log.h"
#include "base/path.h"
#include "catalog/image_check.h"
#include "catalog/line.h"
#include "catalog/partitions.h"
#include "catalog/register.h"

/* Sets what the user did not give from the product line that matches the file name. */
static int look_up(struct image_request *request, struct error **err)
{
    _cleanup_(image_line_free_cleanup) struct image_line *line = NULL;
    _cleanup_error_ struct error *none = NULL;
    _cleanup_free_ char *version = NULL;
    int code = catalog_match_line(path_base(request->disk), &line, &version, &none);

    if (code == -ENOENT)
        return 0;
    if (code < 0)
        return error_set(err, code, "%s", error_message(none));
    log_info("the name of '%s' matches product line '%s': defaults come from there, and every "
             "guest is verified against it",
             request->disk, line->title);
    line_fill_request(line, version, request);
    if (line->user != NULL && request->login_user == NULL)
        log_info("its first login is known: give --login %s --password-file FILE, should it have "
                 "neither agent nor cloud-init",
                 line->user);
    return 0;
}

/* Detects a disk without a boot loader for its firmware, which otherwise would show only after
 * minutes of booting. */
static int check_table(const struct image_request *request, struct error **err)
{
    struct partitions table;
    _cleanup_buffer_ struct buffer text = {0};
    bool uefi = text_equal(request->firmware, "uefi") ||
                (request->firmware == NULL && request->arch == ARCH_AARCH64);
    int code;

    /* A disk that registration will reject, with a better message, is not opened here. */
    if (!path_exists(request->disk) || path_is_folder(request->disk) ||
        catalog_check_disk(request->disk, request->format, NULL) < 0)
        return 0;
    code = partitions_read(request->disk, request->format, &table, err);
    if (code < 0)
        return error_prefix(err, "image '%s'", request->name);
    for (size_t i = 0; i < table.count; i++)
        buffer_format(&text, "%s%u %s", i > 0 ? ", " : "", table.rows[i].number,
                      table.rows[i].kind);
    log_info("partitions (%s): %s", table.table, text.length > 0 ? text.data : "none");
    if (table.arch_known && request->arch_given && table.arch != request->arch)
        return error_set(err, -EINVAL,
                         "image '%s': its root partition has type %s, but the image was declared "
                         "as %s: correct --arch",
                         request->name, arch_name(table.arch), arch_name(request->arch));
    if (uefi && table.count > 0 && !table.efi)
        return error_set(err, -EINVAL,
                         "image '%s': '%s' has no EFI system partition, from which UEFI would "
                         "start it: give --firmware bios (x86), or its kernel",
                         request->name, request->disk);
    if (!uefi && strcmp(table.table, "gpt") == 0 && !table.bios)
        return error_set(err, -EINVAL, "image '%s': '%s' has no BIOS boot partition%s",
                         request->name, request->disk,
                         table.efi ? ", but an EFI system partition: give --firmware uefi"
                                   : ": it has no boot loader; give its kernel");
    return 0;
}

static int check_family(const struct image_request *request, struct error **err)
{
    const char *family = request->package_family;

    return family == NULL || text_equal(family, "deb") || text_equal(family, "rpm")
               ? 0
               : error_set(err, -EINVAL, "image '%s': unknown package family '%s': use deb or rpm",
                           request->name, family);
}

int image_request_complete(struct image_request *request, bool by_name, struct error **err)
{
    int code = by_name ? look_up(request, err) : 0;

    if (code == 0 && request->kernel == NULL)
        code = check_table(request, err);
    return code == 0 ? check_family(request, err) : code;
}
