/* SPDX-License-Identifier: Apache-2.0 */
/* Registers an image from a request. */
#include "catalog/register.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"
#include "base/text.h"
#include "catalog/catalog.h"
#include "catalog/find.h"
#include "catalog/image_check.h"
#include "catalog/os_release.h"
#include "home/home.h"

void image_request_done(struct image_request *request)
{
    char *const owned[] = {request->name,           request->title,         request->disk,
                           request->kernel,         request->initrd,        request->cmdline,
                           request->os_release,     request->os_id,         request->os_version,
                           request->kernel_release, request->packages,      request->package_family,
                           request->firmware,       request->login_user,    request->login_file,
                           request->disk_sha256,    request->kernel_sha256, request->initrd_sha256,
                           request->packages_sha256};

    for (size_t i = 0; i < sizeof(owned) / sizeof(owned[0]); i++)
        free(owned[i]);
    strv_done(&request->entry_methods);
    strv_done(&request->repositories);
}

/* Reads the architecture from a kernel's header; returns false if it is not recognised. Linux
 * Documentation/arch/x86/boot.rst (HdrS) and arch/arm64/booting.rst ("ARM\x64"). */
static bool arch_of_kernel(const char *path, enum arch *ret_arch)
{
    _cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    char x86[4], arm[4];

    if (fd < 0)
        return false;
    if (pread(fd, x86, sizeof(x86), 0x202) == sizeof(x86) && memcmp(x86, "HdrS", 4) == 0) {
        *ret_arch = ARCH_X86_64;
        return true;
    }
    if (pread(fd, arm, sizeof(arm), 56) == sizeof(arm) && memcmp(arm, "ARM\x64", 4) == 0) {
        *ret_arch = ARCH_AARCH64;
        return true;
    }
    return false;
}

static int resolve_arch(const struct image_request *request, struct image *image,
                        struct error **err)
{
    enum arch found = ARCH_X86_64;
    bool known = request->kernel != NULL && arch_of_kernel(request->kernel, &found);

    if (!request->arch_given && !known)
        return error_set(err, -EINVAL,
                         "image '%s': cannot determine its architecture from its files: give "
                         "--arch x86_64 or --arch aarch64",
                         request->name);
    if (request->arch_given && known && found != request->arch)
        return error_set(err, -EINVAL,
                         "image '%s': kernel '%s' is for %s, but the image was declared as %s: "
                         "give the kernel of the disk, or correct --arch",
                         request->name, request->kernel, arch_name(found),
                         arch_name(request->arch));
    image->arch = request->arch_given ? request->arch : found;
    return 0;
}

/* deb or rpm, from ID and ID_LIKE; NULL if neither is known. */
static const char *family_of(const char *id, const char *id_like)
{
    static const struct {
        const char *id, *family;
    } rows[] = {{"debian", "deb"}, {"ubuntu", "deb"}, {"tencentos", "rpm"}, {"opencloudos", "rpm"},
                {"rhel", "rpm"},   {"centos", "rpm"}, {"fedora", "rpm"},    {"openeuler", "rpm"},
                {"anolis", "rpm"}, {"suse", "rpm"},   {"almalinux", "rpm"}, {"rocky", "rpm"}};
    _cleanup_strv_ struct strv ids = {0};

    strv_add(&ids, id);
    if (id_like != NULL)
        strv_split(&ids, id_like, " ");
    for (size_t i = 0; i < ids.count; i++)
        for (size_t row = 0; row < sizeof(rows) / sizeof(rows[0]); row++)
            if (strcasecmp(ids.items[i], rows[row].id) == 0)
                return rows[row].family;
    return NULL;
}

/* dpkg's status file begins with the name of a package. */
static bool is_dpkg_status(const char *path)
{
    static const char mark[] = "Package: ";
    _cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    char head[sizeof(mark) - 1];

    return fd >= 0 && read(fd, head, sizeof(head)) == sizeof(head) &&
           memcmp(head, mark, sizeof(head)) == 0;
}

/* As given, else as derived from the package state or os-release; NULL if unknown. */
static const char *choose_family(const struct image_request *request, const char *id,
                                 const char *id_like)
{
    if (request->package_family != NULL)
        return request->package_family;
    if (request->packages != NULL && is_dpkg_status(request->packages))
        return "deb";
    return family_of(id, id_like);
}

static int resolve_os(const struct image_request *request, struct image *image, struct error **err)
{
    struct os_release release = {0};
    int code = 0;

    if (request->os_release != NULL)
        code = os_release_load(request->os_release, &release, err);
    if (code < 0) {
        error_prefix(err, "image '%s'", request->name);
        return code;
    }
    image->os_id = text_dup(request->os_id != NULL ? request->os_id : release.id);
    image->os_version =
        text_dup(request->os_version != NULL ? request->os_version : release.version_id);
    if (image->os_id == NULL || image->os_version == NULL) {
        os_release_done(&release);
        return error_set(err, -EINVAL,
                         "image '%s': guests are verified against its os-release: give "
                         "--os-release FILE (a copy of the image's), or --os-id and --os-version",
                         request->name);
    }
    if (request->title != NULL)
        image->title = text_dup(request->title);
    else if (release.pretty_name != NULL && *release.pretty_name != '\0')
        image->title = text_format("%s, %s", release.pretty_name, arch_name(image->arch));
    else
        image->title =
            text_format("%s %s, %s", image->os_id, image->os_version, arch_name(image->arch));
    image->package_family = text_dup(choose_family(request, image->os_id, release.id_like));
    os_release_done(&release);
    return 0;
}

/* A stand-in image must not carry the name of the vendor's product. */
static int check_honest(const struct image *image, struct error **err)
{
    static const char *const products[] = {"tencentos", "opencloudos"};

    for (size_t i = 0; i < sizeof(products) / sizeof(products[0]); i++)
        if ((strcasestr(image->name, products[i]) != NULL ||
             strcasestr(image->title, products[i]) != NULL) &&
            (image->stand_in || strcasecmp(image->os_id, products[i]) != 0))
            return error_set(err, -EINVAL,
                             "image '%s': its name or title contains '%s', but it is %s '%s': a "
                             "stand-in must not carry a product's name; choose another",
                             image->name, products[i],
                             image->stand_in ? "a stand-in, os-release" : "by its os-release",
                             image->os_id);
    return 0;
}

static int check_boot(const struct image_request *request, struct error **err)
{
    if (request->firmware != NULL && request->kernel != NULL)
        return error_set(err, -EINVAL,
                         "image '%s': firmware '%s' starts the disk's own boot loader and --kernel "
                         "bypasses it: give only one of them",
                         request->name, request->firmware);
    if (request->kernel == NULL && (request->initrd != NULL || request->cmdline != NULL))
        return error_set(err, -EINVAL,
                         "image '%s': %s requires --kernel: give that too, or neither for a disk "
                         "with its own boot loader",
                         request->name, request->initrd != NULL ? "--initrd" : "--cmdline");
    if (request->kernel != NULL && request->cmdline == NULL)
        return error_set(err, -EINVAL,
                         "image '%s': the kernel needs a root device: give --cmdline, for example "
                         "'root=/dev/vda1 rw panic=-1'",
                         request->name);
    if (request->cmdline != NULL && strstr(request->cmdline, "console=") != NULL)
        return error_set(err, -EINVAL,
                         "image '%s': remove console= from --cmdline '%s': the platform adds the "
                         "console that the harness reads",
                         request->name, request->cmdline);
    return 0;
}

static int check_packages(const struct image_request *request, const struct image *image,
                          struct error **err)
{
    bool deb = is_dpkg_status(request->packages);

    if (image->package_family == NULL)
        return error_set(err, -EINVAL,
                         "cannot determine the kind of package state '%s': give --package-family "
                         "deb or --package-family rpm",
                         request->packages);
    if (!deb && text_equal(image->package_family, "deb"))
        return error_set(err, -EINVAL,
                         "package state '%s' does not begin with 'Package: ': give "
                         "/var/lib/dpkg/status of the image, or correct --package-family",
                         request->packages);
    if (deb && text_equal(image->package_family, "rpm"))
        return error_set(err, -EINVAL,
                         "package state '%s' is a dpkg status file, but the image uses rpm "
                         "packages: give its rpm database, or correct --package-family",
                         request->packages);
    return 0;
}

/* Local ones become absolute paths, because a registration is used from any folder. */
static int take_repositories(const struct image_request *request, struct image *image,
                             struct error **err)
{
    const struct strv *texts = &request->repositories;

    if (texts->count > 0 && !text_equal(image->package_family, "rpm"))
        return error_set(err, -EINVAL,
                         "repository '%s' serves rpm packages, but the image uses %s packages: "
                         "omit --repo, or correct --package-family",
                         texts->items[0],
                         image->package_family != NULL ? image->package_family
                                                       : "no known kind of");
    for (size_t i = 0; i < texts->count; i++) {
        _cleanup_free_ char *path = NULL;

        if (strstr(texts->items[i], "://") != NULL) {
            strv_add(&image->repositories, texts->items[i]);
            continue;
        }
        path = realpath(texts->items[i], NULL);
        if (path == NULL)
            return error_set_errno(err, -errno,
                                   "cannot find the repository '%s' (a folder, an ISO image or a "
                                   "URL)",
                                   texts->items[i]);
        strv_take(&image->repositories, steal_ptr(path));
    }
    return 0;
}

static int take(const char *path, const char *what, const char *expected,
                struct image_file *ret_file, struct error **err)
{
    int code;

    if (path == NULL)
        return 0;
    code = catalog_take_file(path, what, ret_file, err);
    if (code == 0 && expected != NULL && strcmp(expected, ret_file->sha256) != 0)
        code = error_set(err, -EBADMSG,
                         "%s '%s' has sha256 %.12s…, guest.json says %.12s…: it was changed after "
                         "it was built (booted without an overlay?); build it again",
                         what, path, ret_file->sha256, expected);
    return code;
}

static int take_files(const struct image_request *request, struct image *image, struct error **err)
{
    int code = take_repositories(request, image, err);

    if (code == 0)
        code = take(request->kernel, "kernel", request->kernel_sha256, &image->kernel, err);
    if (code == 0)
        code = take(request->initrd, "initrd", request->initrd_sha256, &image->initrd, err);
    if (code == 0)
        code = take(request->packages, "package state", request->packages_sha256, &image->packages,
                    err);
    if (code == 0 && image->packages.path != NULL)
        code = check_packages(request, image, err);
    if (code == 0)
        code = take(request->disk, "disk", request->disk_sha256, &image->disk, err);
    if (code == 0)
        code = catalog_check_disk(request->disk, image->format, err);
    if (code == 0 && image->format == DISK_RAW)
        code = catalog_check_raw_content(request->disk, image->boot, err);
    if (code < 0)
        error_prefix(err, "image '%s'", request->name);
    return code;
}

/* Sets the entry methods: as given, or all of them for a disk with its own boot loader. */
static int resolve_entry_methods(const struct image_request *request, struct image *image,
                                 struct error **err)
{
    _cleanup_free_ char *file = NULL;

    for (size_t i = 0; i < request->entry_methods.count; i++) {
        enum entry_method entry_method;

        if (!entry_method_parse(request->entry_methods.items[i], &entry_method))
            return error_set(err, -EINVAL,
                             "image '%s': unknown entry method '%s': use agent, seed or console",
                             request->name, request->entry_methods.items[i]);
        if (image->entry_methods.count > 0 && image_has_entry_method(image, entry_method))
            return error_set(err, -EINVAL, "image '%s': duplicate entry method '%s'", request->name,
                             request->entry_methods.items[i]);
        *vec_add(&image->entry_methods) = entry_method;
    }
    for (enum entry_method entry_method = 0;
         entry_method < ENTRY_METHOD_COUNT && request->entry_methods.count == 0 &&
         image->boot == BOOT_DISK;
         entry_method++)
        *vec_add(&image->entry_methods) = entry_method;
    if (request->login_user != NULL && !image_has_entry_method(image, ENTRY_CONSOLE))
        return error_set(err, -EINVAL,
                         "image '%s': user '%s' logs in on the console, but 'console' is not among "
                         "its entry methods: add it",
                         request->name, request->login_user);
    if (request->login_file != NULL && request->login_user == NULL)
        return error_set(err, -EINVAL,
                         "image '%s': a password file requires a user: give one with --login",
                         request->name);
    if (request->login_file != NULL) {
        file = realpath(request->login_file, NULL);
        if (file == NULL)
            return error_set_errno(err, -errno, "image '%s': password file '%s'", request->name,
                                   request->login_file);
    }
    image->login_user = text_dup(request->login_user);
    image->login_file = steal_ptr(file);
    return 0;
}

/* The name must be unused in both places. */
static int check_free(const char *name, char **ret_path, struct error **err)
{
    _cleanup_free_ char *taken = NULL, *path = NULL;
    int code = catalog_image_path(name, &path, err);

    if (code < 0)
        return code;
    if (catalog_find_image(name, &taken, NULL) == 0)
        return error_set(err, -EEXIST,
                         "image '%s' is registered already, in '%s': choose another name, or "
                         "'touchstone image remove %s' first",
                         name, taken, name);
    *ret_path = steal_ptr(path);
    return 0;
}

/* Writes the file and verifies that it can be read again; otherwise it is removed. */
static int write_checked(const struct image *image, const char *path, struct error **err)
{
    _cleanup_(image_free_cleanup) struct image *again = NULL;
    int code = catalog_write_image(image, path, err);

    if (code < 0)
        return code;
    code = catalog_load_image(path, &again, err);
    if (code < 0)
        unlink(path);
    return code;
}

int catalog_register_image(const struct image_request *request, struct image **ret_image,
                           struct error **err)
{
    _cleanup_(image_free_cleanup) struct image *image = text_calloc(1, sizeof(*image));
    _cleanup_free_ char *path = NULL;
    int code = check_free(request->name, &path, err);

    if (code == 0)
        code = check_boot(request, err);
    if (code == 0)
        code = resolve_arch(request, image, err);
    if (code < 0)
        return code;
    image->name = text_dup(request->name);
    image->stand_in = request->stand_in;
    image->kernel_release = text_dup(request->kernel_release);
    image->page_size = request->page_size;
    image->format = request->format;
    image->boot = request->kernel != NULL ? BOOT_KERNEL : BOOT_DISK;
    image->cmdline = text_dup(request->cmdline);
    image->firmware = text_dup(request->firmware);
    code = resolve_entry_methods(request, image, err);
    if (code == 0)
        code = resolve_os(request, image, err);
    if (code == 0)
        code = check_honest(image, err);
    if (code == 0)
        code = take_files(request, image, err);
    if (code == 0)
        code = write_checked(image, path, err);
    if (code < 0)
        return code;
    *ret_image = steal_ptr(image);
    return 0;
}

int catalog_unregister_image(const char *name, bool dry_run, char **ret_path, struct error **err)
{
    _cleanup_free_ char *path = NULL;
    const char *home;
    int code = catalog_find_image(name, &path, err);

    if (code == 0)
        code = home_folder(&home, err);
    if (code < 0)
        return code;
    if (!text_starts(path, home) || path[strlen(home)] != '/')
        return error_set(
            err, -EINVAL,
            "image '%s' is part of the installed data ('%s'): delete the file itself to remove it",
            name, path);
    if (!dry_run && unlink(path) < 0)
        return error_set_errno(err, -errno, "cannot remove '%s'", path);
    *ret_path = steal_ptr(path);
    return 0;
}
