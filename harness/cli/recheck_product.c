/* SPDX-License-Identifier: Apache-2.0 */
/* Compares package files with the digests in a certificate. */
#include "cli/recheck_product.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/path.h"
#include "model/image.h"
#include "model/package_file.h"

/* A package file on this host. */
VEC_TYPE(
    package_files, struct package_file {
        char *path;
        char sha256[DIGEST_TEXT_SIZE];
    });

static void package_files_done(struct package_files *files)
{
    vec_foreach (file, files)
        free(file->path);
    vec_done(files);
}

static bool is_package(const char *name)
{
    return text_ends(name, ".deb") || text_ends(name, ".rpm");
}

static int list_files(const char *folder, struct package_files *to, struct error **err)
{
    _cleanup_strv_ struct strv names = {0};
    int code = path_list(folder, &names, err);

    for (size_t i = 0; code == 0 && i < names.count; i++) {
        struct package_file *file;

        if (!is_package(names.items[i]))
            continue;
        file = vec_add(to);
        file->path = path_join(folder, names.items[i]);
        code = digest_of_file(file->path, file->sha256, NULL, err);
    }
    return code;
}

static const struct package_file *find_file(const struct package_files *files, const char *sha256)
{
    vec_foreach (file, files)
        if (strcmp(file->sha256, sha256) == 0)
            return file;
    return NULL;
}

/* --- what the certificate records ----------------------------------------------------------- */

/* Two file names of one package, whatever their versions. */
static bool is_same_package(const char *a, const char *b)
{
    bool (*split)(const char *, char **, char **, char **) =
        text_ends(a, ".deb") ? package_file_deb : package_file_rpm;
    _cleanup_free_ char *name = NULL, *version = NULL, *arch = NULL, *name2 = NULL,
                        *version2 = NULL, *arch2 = NULL;

    return strcmp(a, b) == 0 ||
           (split(a, &name, &version, &arch) && split(b, &name2, &version2, &arch2) &&
            strcmp(name, name2) == 0 && strcmp(arch, arch2) == 0);
}

/* Any cell of the certificate: the folder may be for all of them. *ret_meant: a part of the same
 * package with another digest. */
static bool is_recorded(const struct judged *judged, const struct package_file *file,
                        const struct predicted_part **ret_meant)
{
    *ret_meant = NULL;
    vec_foreach (cell, &judged->cells) {
        const struct result *latest = matrix_cell_latest(cell);

        if (latest == NULL)
            continue;
        vec_foreach (part, &latest->prediction.parts) {
            if (part->sha256[0] == '\0')
                continue;
            if (strcmp(part->sha256, file->sha256) == 0)
                return true;
            if (is_same_package(path_base(file->path), part->name))
                *ret_meant = part;
        }
    }
    return false;
}

static int check_files(const struct judged *judged, const struct package_files *files,
                       struct error **err)
{
    vec_foreach (file, files) {
        const struct predicted_part *meant;

        if (is_recorded(judged, file, &meant))
            continue;
        if (meant == NULL)
            return error_set(err, -EINVAL,
                             "'%s' with SHA-256 %s is not a package that the certificate records: "
                             "remove it from the folder",
                             file->path, file->sha256);
        return error_set(err, -EINVAL,
                         "'%s' has the SHA-256 %s, and the certificate records %s for '%s': it is "
                         "not the product that was certified",
                         file->path, file->sha256, meant->sha256, meant->name);
    }
    return 0;
}

static const struct matrix_cell *find_cell(const struct judged *judged,
                                           const struct recheck_cell *chosen)
{
    vec_foreach (cell, &judged->cells)
        if (strcmp(cell->cell.image, chosen->image) == 0 &&
            strcmp(cell->cell.platform, chosen->platform) == 0)
            return cell;
    return NULL;
}

/* Packages among the suite's files are pinned by its digest. */
static int list_own(const struct judged *judged, const char *suite_folder, const char *image_name,
                    struct package_files *to, struct error **err)
{
    const struct image *image = judged_image(judged, image_name);
    _cleanup_strv_ struct strv folders = {0};
    int code = 0;

    if (image != NULL)
        suite_file_folders(image->arch, &folders);
    for (size_t i = 0; code == 0 && i < folders.count; i++) {
        _cleanup_free_ char *path = path_join(suite_folder, folders.items[i]);

        if (path_is_folder(path))
            code = list_files(path, to, err);
    }
    return code;
}

static int check_cell(const struct judged *judged, const struct recheck_cell *chosen,
                      const char *suite_folder, const char *folder,
                      const struct package_files *files, struct error **err)
{
    _cleanup_(package_files_done) struct package_files own = {0};
    const struct matrix_cell *cell = find_cell(judged, chosen);
    const struct result *latest = cell != NULL ? matrix_cell_latest(cell) : NULL;
    int code = list_own(judged, suite_folder, chosen->image, &own, err);

    if (code < 0 || latest == NULL)
        return code;
    vec_foreach (part, &latest->prediction.parts) {
        if (is_package(part->name) && part->sha256[0] == '\0' && part->checked &&
            judged_packages(cell) == 0)
            return error_set(err, -EINVAL,
                             "%s/%s: the certificate does not record the digest of '%s', so it "
                             "cannot be handed in with --product",
                             chosen->image, chosen->platform, part->name);
        if (part->sha256[0] == '\0' || find_file(files, part->sha256) != NULL ||
            find_file(&own, part->sha256) != NULL)
            continue;
        return error_set(err, -EINVAL,
                         "'%s' does not have the package '%s' with SHA-256 %s, with which %s/%s "
                         "was run: add its file",
                         folder, part->name, part->sha256, chosen->image, chosen->platform);
    }
    return 0;
}

int recheck_check_product(const struct judged *judged, const struct recheck *recheck,
                          const char *suite_folder, const char *folder, struct error **err)
{
    _cleanup_(package_files_done) struct package_files files = {0};
    int code = list_files(folder, &files, err);

    if (code == 0 && files.count == 0)
        code = error_set(err, -EINVAL, "--product '%s' has no .deb or .rpm file", folder);
    if (code == 0)
        code = check_files(judged, &files, err);
    vec_foreach (cell, &recheck->cells)
        if (code == 0 && suite_folder != NULL)
            code = check_cell(judged, cell, suite_folder, folder, &files, err);
    return code;
}
