/* SPDX-License-Identifier: Apache-2.0 */
/* Loads the product lines and finds the one for a file name. */
#include "catalog/line.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/log.h"
#include "catalog/find.h"
#include "catalog/load.h"

/* Returns the element, and records it if it is marked as unconfirmed. */
static const xmlNode *fact(const xmlNode *root, const char *name, struct image_line *line)
{
    const xmlNode *node = xml_child(root, name);
    _cleanup_free_ char *confirmed = node != NULL ? xml_attribute(node, "confirmed") : NULL;

    if (text_equal(confirmed, "no"))
        strv_add(&line->unconfirmed, name);
    return node;
}

static void read_files(const xmlNode *root, struct image_line *line)
{
    bool all = true;

    for (const xmlNode *node = xml_child(root, "file"); node != NULL;
         node = xml_next(node, "file")) {
        _cleanup_free_ char *format = xml_attribute(node, "format");
        _cleanup_free_ char *confirmed = xml_attribute(node, "confirmed");
        struct line_file *file = vec_add(&line->files);

        file->pattern = xml_attribute(node, "pattern");
        file->confirmed = text_equal(confirmed, "yes");
        all = all && file->confirmed;
        /* The schema allows no other value. */
        if (!disk_format_parse(format, &file->format))
            file->format = DISK_QCOW2;
    }
    if (!all)
        strv_add(&line->unconfirmed, "file");
}

static int read_facts(const struct xml_file *file, const xmlNode *root, struct image_line *line,
                      struct error **err)
{
    const xmlNode *os = fact(root, "os", line), *where = fact(root, "where", line);
    const xmlNode *boot = fact(root, "boot", line), *enter = fact(root, "enter", line);
    const xmlNode *kernel = fact(root, "kernel", line), *page = fact(root, "page", line);
    _cleanup_free_ char *text = xml_attribute(enter, "ways");
    _cleanup_strv_ struct strv entry_methods = {0};
    uint64_t page_size = 0;
    int code = 0;

    line->os_id = xml_attribute(os, "id");
    line->os_version = xml_attribute(os, "version");
    line->where = xml_text(where);
    line->url = xml_attribute(where, "url");
    line->firmware = xml_attribute(boot, "firmware");
    line->console = xml_attribute(boot, "console");
    line->user = xml_attribute(enter, "user");
    line->kernel_series = xml_attribute(kernel, "series");
    line->package_family = xml_attribute(xml_child(root, "packages"), "family");
    line->source = xml_text(xml_child(root, "source"));
    strv_split(&entry_methods, text, " ");
    for (size_t i = 0; i < entry_methods.count; i++) {
        enum entry_method entry_method;

        if (entry_method_parse(entry_methods.items[i], &entry_method))
            *vec_add(&line->entry_methods) = entry_method;
    }
    if (page != NULL)
        code = xml_number(file, page, "size", 4096, 2 * 1024 * 1024, &page_size, err);
    line->page_size = (uint32_t)page_size;
    return code;
}

int catalog_load_line(const char *path, struct image_line **ret_line, struct error **err)
{
    _cleanup_(image_line_free_cleanup) struct image_line *line = text_calloc(1, sizeof(*line));
    _cleanup_xml_file_ struct xml_file *file = NULL;
    _cleanup_free_ char *arch = NULL;
    const xmlNode *root;
    int code = xml_file_open(path, "arch/images/line.rng", &file, err);

    if (code == 0)
        code = load_name(file, &line->name, err);
    if (code < 0)
        return code;
    root = xml_file_root(file);
    arch = xml_attribute(root, "arch");
    if (!arch_parse(arch, &line->arch))
        return xml_error(file, root, err, "'%s' is not an architecture", arch);
    load_titles(root, &line->title, &line->title_zh);
    read_files(root, line);
    code = read_facts(file, root, line, err);
    if (code == 0)
        *ret_line = steal_ptr(line);
    return code;
}

int catalog_get_line(const char *name, struct image_line **ret_line, struct error **err)
{
    _cleanup_free_ char *path = NULL;
    int code = catalog_find_line(name, &path, err);

    return code < 0 ? code : catalog_load_line(path, ret_line, err);
}

/* Each run of digits and dots may be the version: the pattern decides. */
static bool fits_with_version(const struct image_line *line, const char *pattern,
                              const char *file_name, char **ret_version)
{
    for (const char *at = file_name; *at != '\0'; at++) {
        size_t length = strspn(at, "0123456789.");
        _cleanup_free_ char *version = NULL, *name = NULL;

        if (*at < '0' || *at > '9')
            continue;
        while (at[length - 1] == '.')
            length--;
        version = text_ndup(at, length);
        name = text_format("%.*s{version}%s", (int)(at - file_name), file_name, at + length);
        if (text_starts(version, line->os_version) && fnmatch(pattern, name, 0) == 0) {
            *ret_version = steal_ptr(version);
            return true;
        }
        at += length - 1;
    }
    return false;
}

bool line_fits(const struct image_line *line, const char *file_name, char **ret_version)
{
    vec_foreach (file, &line->files) {
        if (strstr(file->pattern, "{version}") != NULL) {
            if (fits_with_version(line, file->pattern, file_name, ret_version))
                return true;
        } else if (fnmatch(file->pattern, file_name, 0) == 0) {
            *ret_version = NULL;
            return true;
        }
    }
    return false;
}

int catalog_match_line(const char *file_name, struct image_line **ret_line, char **ret_version,
                       struct error **err)
{
    _cleanup_strv_ struct strv names = {0};
    int code = catalog_list_lines(&names, err);

    for (size_t i = 0; code == 0 && i < names.count; i++) {
        _cleanup_(image_line_free_cleanup) struct image_line *line = NULL;
        _cleanup_error_ struct error *broken = NULL;

        if (catalog_get_line(names.items[i], &line, &broken) < 0) {
            log_warning("%s", error_said(broken));
            continue;
        }
        if (line_fits(line, file_name, ret_version)) {
            *ret_line = steal_ptr(line);
            return 0;
        }
    }
    return code < 0
               ? code
               : error_set(err, -ENOENT, "no product line of the catalogue has a file named '%s'",
                           file_name);
}

void line_fill_request(const struct image_line *line, const char *version,
                       struct image_request *request)
{
    if (!request->arch_given)
        request->arch = line->arch;
    request->arch_given = true;
    if (request->os_id == NULL && request->os_release == NULL)
        request->os_id = text_dup(line->os_id);
    if (request->os_version == NULL && request->os_release == NULL)
        request->os_version = text_dup(version);
    if (request->firmware == NULL && request->kernel == NULL)
        request->firmware = text_dup(line->firmware);
    if (request->package_family == NULL)
        request->package_family = text_dup(line->package_family);
    if (request->entry_methods.count == 0 && request->kernel == NULL)
        vec_foreach (entry_method, &line->entry_methods)
            strv_add(&request->entry_methods, entry_method_name(*entry_method));
}
