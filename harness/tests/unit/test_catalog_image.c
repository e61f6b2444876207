/* SPDX-License-Identifier: Apache-2.0 */
/* Images: disks with a wrong format, files that change, registration, and reading back the written
 * file. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "catalog/catalog.h"
#include "catalog/find.h"
#include "catalog/get.h"
#include "catalog/image_check.h"
#include "catalog/register.h"
#include "cunit_run.h"
#include "edited_file.h"
#include "temp_folder.h"

#define _cleanup_image_ _cleanup_(image_free_cleanup)

static char *home;

static char *put(const char *name, const void *data, size_t length)
{
    char *path = path_join(home, name);

    CHECK_INT(path_write_atomic(path, data, length, NULL), 0);
    return path;
}

static char *put_text(const char *name, const char *text)
{
    return put(name, text, strlen(text));
}

/* A valid qcow2 header, version 3, in a block of 1024 bytes. */
static void sound_header(uint8_t head[1024])
{
    static const uint8_t begin[] = {'Q', 'F', 'I', 0xfb, 0, 0, 0, 3};

    memset(head, 0, 1024);
    memcpy(head, begin, sizeof(begin));
    head[23] = 16;   /* cluster bits */
    head[29] = 1;    /* size 65536 */
    head[103] = 104; /* header length */
}

/* Sets one byte of a valid header, truncates the file to a length, and checks the message. */
static void test_qcow2(void)
{
    static const struct {
        const char *what;
        size_t at;
        uint8_t value;
        size_t length;
        const char *message; /* NULL: valid */
    } rows[] = {
        {"sound", 0, 'Q', 1024, NULL},
        {"just its header", 0, 'Q', 104, NULL},
        {"version 2", 7, 2, 72, NULL},
        {"compression type", 79, 8, 1024, NULL},
        {"empty", 0, 'Q', 0, "qcow2, but begins like a raw disk"},
        {"three bytes", 0, 'Q', 3, "qcow2, but begins like a raw disk"},
        {"four bytes", 0, 'Q', 4, "ends inside its qcow2 header (4 bytes)"},
        {"version 2 cut", 7, 2, 71, "ends inside its qcow2 header (71 bytes)"},
        {"version 3 cut", 0, 'Q', 103, "ends inside its qcow2 header (103 bytes)"},
        {"another magic", 0, 'q', 1024, "begins like a raw disk: give --format raw"},
        {"version 1", 7, 1, 1024, "is qcow version 1"},
        {"version 4", 7, 4, 1024, "is qcow version 4"},
        {"version of four bytes", 4, 0xff, 1024, "is qcow version 4278190083"},
        {"backing file", 14, 2, 1024, "has a backing file"},
        {"backing file far away", 8, 0xff, 1024, "has a backing file: images"},
        {"encrypted", 35, 1, 1024, "is encrypted"},
        {"LUKS", 35, 2, 1024, "is encrypted"},
        {"cluster bits 8", 23, 8, 1024, "header (cluster bits 8"},
        {"cluster bits 22", 23, 22, 1024, "header (cluster bits 22"},
        {"no size", 29, 0, 1024, "header (cluster bits 16, size 0)"},
        {"dirty", 79, 1, 1024, "was not closed cleanly"},
        {"corrupt", 79, 2, 1024, "is marked corrupt"},
        {"data file", 79, 4, 1024, "external data file"},
        {"data file and more", 79, 0xff, 1024, "external data file"},
        {"unknown feature", 79, 0x20, 1024, "unknown qcow2 features (0x20)"},
        {"unknown feature, high", 72, 0x80, 1024, "unknown qcow2 features (0x8000000000000000)"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_error_ struct error *err = NULL;
        _cleanup_free_ char *path = NULL;
        uint8_t head[1024];
        int code;

        sound_header(head);
        head[rows[i].at] = rows[i].value;
        path = put("disk.qcow2", head, rows[i].length);
        code = catalog_check_disk(path, DISK_QCOW2, &err);
        if (code != (rows[i].message != NULL ? -EINVAL : 0))
            printf("\n%s: ", rows[i].what);
        CHECK_INT(code, rows[i].message != NULL ? -EINVAL : 0);
        CHECK_HAS(error_message(err), rows[i].message != NULL ? rows[i].message : "no error");
    }
}

static void test_backing_name(void)
{
    _cleanup_error_ struct error *err = NULL;
    _cleanup_free_ char *path = NULL;
    uint8_t head[1024];

    sound_header(head);
    head[14] = 2; /* offset 512 */
    head[19] = 12;
    memcpy(head + 512, "../secret\x1b[m", 12);
    path = put("disk.qcow2", head, sizeof(head));
    CHECK_INT(catalog_check_disk(path, DISK_QCOW2, &err), -EINVAL);
    CHECK_HAS(error_message(err), "has a backing file '../secret\\x1b[m': images that ");
}

static void test_raw(void)
{
    static const struct {
        size_t at;
        const char *bytes;
        size_t length;
        const char *message;
    } rows[] = {
        {0, "", 0, NULL},
        {510, "\x55\xaa", 2, NULL},
        {0, "QFI\xfb", 4, "begins like qcow2 or qcow: give --format qcow2"},
        {0, "KDMV", 4, "begins like vmdk: convert it"},
        {0, "# Disk DescriptorFile", 21, "begins like vmdk description"},
        {64, "\x7f\x10\xda\xbe", 4, "begins like vdi"},
        {0, "vhdxfile", 8, "begins like vhdx"},
        {0, "conectix", 8, "begins like vhd"},
        {0, "QED\0", 4, "begins like qed"},
        {0, "LUKS\xba\xbe", 6, "begins like luks"},
        {0, "\x1f\x8b", 2,
         "begins like gzip: convert it with 'qemu-img convert -O qcow2' (or unpack"},
        {0, "\x28\xb5\x2f\xfd", 4, "begins like zstd"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_error_ struct error *err = NULL;
        _cleanup_free_ char *path = NULL;
        uint8_t head[1024] = {0};

        memcpy(head + rows[i].at, rows[i].bytes, rows[i].length);
        path = put("disk.raw", head, sizeof(head));
        CHECK_INT(catalog_check_disk(path, DISK_RAW, &err), rows[i].message != NULL ? -EINVAL : 0);
        CHECK_HAS(error_message(err), rows[i].message != NULL ? rows[i].message : "no error");
    }
}

/* A valid request to register an image, with its files in the home. Free with image_request_done.
 */
static struct image_request sound_request(const char *name)
{
    uint8_t head[1024];
    char kernel[0x210] = {0};

    sound_header(head);
    memcpy(kernel + 0x202, "HdrS", 4);
    return (struct image_request){
        .name = text_dup(name),
        .format_given = true,
        .format = DISK_QCOW2,
        .disk = put("disk a&<b>.qcow2", head, sizeof(head)),
        .kernel = put("vmlinuz", kernel, sizeof(kernel)),
        .initrd = put_text("initrd.img", "an initrd"),
        .cmdline = text_dup("root=/dev/vda rw \"x\"<&>"),
        .os_release = put_text("os-release", "PRETTY_NAME=\"Debian \\\"GNU\\\" 12\"\nID=debian\n"
                                             "VERSION_ID='12'\nHOME_URL=\"x\"\n"),
        .kernel_release = text_dup("6.1.0-amd64"),
        .page_size = 4096,
        .packages = put_text("status", "Package: a\nStatus: install ok installed\n"),
        .stand_in = true,
    };
}

static void test_round_trip(void)
{
    _cleanup_(image_request_done) struct image_request request = sound_request("deb");
    _cleanup_image_ struct image *image = NULL, *again = NULL;
    _cleanup_error_ struct error *err = NULL;
    _cleanup_free_ char *path = NULL;

    CHECK_INT(catalog_register_image(&request, &image, &err), 0);
    CHECK_TEXT(error_message(err), "no error");
    CHECK_INT(catalog_get_image("deb", &again, &path, &err), 0);
    CHECK_TEXT(error_message(err), "no error");
    CU_ASSERT_PTR_NOT_NULL_FATAL(again);
    CHECK_TEXT(again->title, "Debian \"GNU\" 12, x86_64");
    CHECK_TEXT(again->os_id, "debian");
    CHECK_TEXT(again->os_version, "12");
    CHECK_TEXT(again->kernel_release, "6.1.0-amd64");
    CHECK_INT(again->arch, ARCH_X86_64);
    CHECK_INT(again->page_size, 4096);
    CHECK_INT(again->stand_in, true);
    CHECK_INT(again->boot, BOOT_KERNEL);
    CHECK_INT(again->format, DISK_QCOW2);
    CHECK_TEXT(again->cmdline, image->cmdline);
    CHECK_TEXT(again->package_family, "deb");
    CHECK_TEXT(again->disk.path, image->disk.path);
    CHECK_HAS(again->disk.path, "disk a&<b>.qcow2");
    CHECK_TEXT(again->disk.sha256, image->disk.sha256);
    CHECK_INT(memcmp(&again->disk.stamp, &image->disk.stamp, sizeof(image->disk.stamp)), 0);
    CHECK_INT(memcmp(&again->initrd.stamp, &image->initrd.stamp, sizeof(image->initrd.stamp)), 0);
    CHECK_INT(catalog_check_image_stamp(again, &err), 0);
    CHECK_INT(catalog_check_image_digest(again, &err), 0);

    CHECK_INT(catalog_register_image(&request, &image, &err), -EEXIST);
    CHECK_HAS(error_message(err), "image 'deb' is registered already");
    free(steal_ptr(path));
    CHECK_INT(catalog_unregister_image("deb", true, &path, &err), 0);
    CU_ASSERT(path_exists(path));
    free(steal_ptr(path));
    CHECK_INT(catalog_unregister_image("deb", false, &path, &err), 0);
    CU_ASSERT(!path_exists(path) && path_exists(request.disk));
}

/* A disk with its own boot loader, like a vendor's image. */
static void test_disk_boot(void)
{
    _cleanup_(image_request_done) struct image_request request = sound_request("vendor");
    _cleanup_image_ struct image *image = NULL, *again = NULL;
    _cleanup_error_ struct error *err = NULL;
    _cleanup_free_ char *path = NULL;
    char **const unset[] = {&request.kernel, &request.initrd, &request.cmdline, &request.packages};

    for (size_t i = 0; i < sizeof(unset) / sizeof(unset[0]); i++)
        free(steal_ptr(*unset[i]));
    free(request.os_release);
    request.stand_in = false;
    request.os_release = put_text("os-release", "NAME=\"TencentOS Server\"\nVERSION_ID=\"4.4\"\n"
                                                "ID=\"tencentos\"\nID_LIKE=\"tencentos\"\n");
    request.title = text_dup("TencentOS Server 4.4");
    CHECK_INT(catalog_register_image(&request, &image, &err), -EINVAL);
    CHECK_HAS(error_message(err), "give --arch x86_64 or --arch aarch64");
    request.arch_given = true;
    request.arch = ARCH_AARCH64;
    CHECK_INT(catalog_register_image(&request, &image, &err), 0);
    CHECK_INT(catalog_get_image("vendor", &again, NULL, &err), 0);
    CHECK_INT(again->boot, BOOT_DISK);
    CHECK_INT(again->arch, ARCH_AARCH64);
    CHECK_TEXT(again->package_family, "rpm");
    CHECK_TEXT(again->packages.path, NULL);
    CHECK_TEXT(again->kernel.path, NULL);
    CHECK_INT(catalog_unregister_image("vendor", false, &path, NULL), 0);
}

/* A package state does not turn every image into one with deb packages. */
static void test_family(void)
{
    static const struct {
        const char *given, *os_id, *state, *family; /* family NULL: rejected */
    } rows[] = {
        {NULL, "debian", "Package: a\n", "deb"},       {NULL, "unknown", "Package: a\n", "deb"},
        {NULL, "tencentos", "SQLite format 3", "rpm"}, {"rpm", "unknown", "SQLite format 3", "rpm"},
        {NULL, "unknown", "SQLite format 3", NULL},    {"rpm", "tencentos", "Package: a\n", NULL},
        {NULL, "debian", "SQLite format 3", NULL},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_(image_request_done) struct image_request request = sound_request("family");
        _cleanup_image_ struct image *image = NULL;
        _cleanup_error_ struct error *err = NULL;
        _cleanup_free_ char *path = NULL;

        free(put_text("status", rows[i].state));
        request.os_id = text_dup(rows[i].os_id);
        request.package_family = rows[i].given != NULL ? text_dup(rows[i].given) : NULL;
        CHECK_INT(catalog_register_image(&request, &image, &err),
                  rows[i].family != NULL ? 0 : -EINVAL);
        if (rows[i].family == NULL) {
            CHECK_HAS(error_message(err), "--package-family");
            continue;
        }
        CHECK_TEXT(image->package_family, rows[i].family);
        CHECK_INT(catalog_unregister_image("family", false, &path, NULL), 0);
    }
}

/* Requests with one fault each. */
static void test_refused(void)
{
    enum trouble {
        NO_DISK,
        FOLDER,
        EMPTY,
        DEVICE,
        WRONG_FORMAT,
        NO_OS,
        BAD_OS,
        NO_CMDLINE,
        CONSOLE,
        INITRD_ONLY,
        OTHER_ARCH,
        NOT_STATUS,
        PRODUCT_NAME,
        PRODUCT_TITLE,
        CONTROL,
        OTHER_DIGEST,
        BAD_NAME,
        COUNT
    };
    static const struct {
        int code;
        const char *message;
    } wanted[COUNT] = {
        [NO_DISK] = {-ENOENT, "nosuch.qcow2' does not exist"},
        [FOLDER] = {-EINVAL, "is a folder: give the file"},
        [EMPTY] = {-EINVAL, "is empty: was it copied completely?"},
        [DEVICE] = {-EINVAL, "is a device or a pipe"},
        [WRONG_FORMAT] = {-EINVAL, "raw, but begins like qcow2"},
        [NO_OS] = {-EINVAL, "give --os-release FILE"},
        [BAD_OS] = {-EINVAL, "has neither ID nor VERSION_ID"},
        [NO_CMDLINE] = {-EINVAL, "give --cmdline"},
        [CONSOLE] = {-EINVAL, "remove console= from --cmdline 'console=ttyS0'"},
        [INITRD_ONLY] = {-EINVAL, "--initrd requires --kernel"},
        [OTHER_ARCH] = {-EINVAL, "is for x86_64, but the image was declared as aarch64"},
        [NOT_STATUS] = {-EINVAL, "does not begin with 'Package: '"},
        [PRODUCT_NAME] = {-EINVAL, "contains 'tencentos'"},
        [PRODUCT_TITLE] = {-EINVAL, "contains 'tencentos'"},
        [CONTROL] = {-EINVAL, "title has a control character"},
        [OTHER_DIGEST] = {-EBADMSG, "guest.json says 000000000000…"},
        [BAD_NAME] = {-EINVAL, "image 'Deb': a name "},
    };

    for (int trouble = 0; trouble < COUNT; trouble++) {
        _cleanup_(image_request_done) struct image_request request =
            sound_request(trouble == PRODUCT_NAME ? "tencentos-4"
                          : trouble == BAD_NAME   ? "Deb"
                                                  : "wrong");
        _cleanup_image_ struct image *image = NULL;
        _cleanup_error_ struct error *err = NULL;
        _cleanup_strv_ struct strv left = {0};

        if (trouble == NO_DISK)
            text_replace(&request.disk, "/nowhere/nosuch.qcow2");
        if (trouble == FOLDER)
            text_replace(&request.disk, home);
        if (trouble == EMPTY)
            free(put_text("disk a&<b>.qcow2", ""));
        if (trouble == DEVICE)
            text_replace(&request.disk, "/dev/zero");
        if (trouble == WRONG_FORMAT)
            request.format = DISK_RAW;
        if (trouble == NO_OS)
            free(steal_ptr(request.os_release));
        if (trouble == BAD_OS)
            free(put_text("os-release", "hello\n"));
        if (trouble == NO_CMDLINE || trouble == INITRD_ONLY)
            free(steal_ptr(request.cmdline));
        if (trouble == CONSOLE)
            text_replace(&request.cmdline, "console=ttyS0");
        if (trouble == INITRD_ONLY)
            free(steal_ptr(request.kernel));
        if (trouble == OTHER_ARCH) {
            request.arch_given = true;
            request.arch = ARCH_AARCH64;
        }
        if (trouble == NOT_STATUS)
            free(put_text("status", "packages, all of them\n"));
        if (trouble == PRODUCT_TITLE)
            request.title = text_dup("As good as TencentOS");
        if (trouble == CONTROL)
            request.title = text_dup("a\x1b[31m");
        if (trouble == OTHER_DIGEST)
            request.disk_sha256 =
                text_dup("0000000000000000000000000000000000000000000000000000000000000000");
        CHECK_INT(catalog_register_image(&request, &image, &err), wanted[trouble].code);
        CHECK_HAS(error_message(err), wanted[trouble].message);
        CHECK_INT(catalog_list_images(&left, NULL), 0);
        CHECK_INT(left.count, 0);
    }
}

static void test_changes(void)
{
    _cleanup_(image_request_done) struct image_request request = sound_request("deb");
    _cleanup_image_ struct image *image = NULL;
    _cleanup_error_ struct error *err = NULL;
    _cleanup_free_ char *copy = path_join(home, "copy"), *path = NULL;
    _cleanup_close_ int fd = -1;
    struct stat st;
    bool changed;

    CHECK_INT(catalog_register_image(&request, &image, &err), 0);
    CU_ASSERT_PTR_NOT_NULL_FATAL(image);

    /* The same content in another inode. */
    CHECK_INT(path_copy_file(request.disk, copy, NULL), 0);
    CHECK_INT(rename(copy, request.disk), 0);
    CHECK_INT(catalog_check_image_stamp(image, &err), -EBADMSG);
    CHECK_HAS(error_message(err), "is not the file that was registered");
    CHECK_INT(catalog_check_image_digest(image, &err), -EBADMSG);
    CHECK_INT(catalog_refresh_image(image, &changed, &err), 0);
    CHECK_INT(changed, true);
    CHECK_INT(catalog_check_image_stamp(image, &err), 0);
    CHECK_INT(catalog_refresh_image(image, &changed, &err), 0);
    CHECK_INT(changed, false);

    /* Another mode, with the modification time restored: the content decides. */
    CHECK_INT(chmod(request.disk, 0444), 0);
    CHECK_INT(catalog_check_image_stamp(image, &err), 0);
    CHECK_INT(stat(request.initrd, &st), 0);
    fd = open(request.initrd, O_WRONLY | O_CLOEXEC);
    CHECK_INT(pwrite(fd, "I", 1, 3), 1);
    CHECK_INT(utimensat(AT_FDCWD, request.initrd, (struct timespec[]){st.st_atim, st.st_mtim}, 0),
              0);
    CHECK_INT(catalog_check_image_stamp(image, &err), -EBADMSG);
    CHECK_HAS(error_message(err), "has changed since it was registered (sha256");

    /* Other content, same size. */
    free(put_text("initrd.img", "an initrD"));
    CHECK_INT(catalog_check_image_stamp(image, &err), -EBADMSG);
    CHECK_INT(catalog_refresh_image(image, &changed, &err), -EBADMSG);
    CHECK_HAS(error_message(err), "image 'deb': initrd '");
    CHECK_HAS(error_message(err), "has changed since it was registered (sha256");

    /* Another size; missing. */
    free(put_text("initrd.img", "an initrd of now"));
    CHECK_INT(catalog_check_image_stamp(image, &err), -EBADMSG);
    CHECK_HAS(error_message(err), "(9 bytes then, 16 now)");
    CHECK_INT(unlink(request.kernel), 0);
    CHECK_INT(catalog_check_image_stamp(image, &err), -ENOENT);
    CHECK_HAS(error_message(err), "image 'deb': kernel '");
    CHECK_HAS(error_message(err), "does not exist: put it back, or");
    CHECK_INT(catalog_unregister_image("deb", false, &path, NULL), 0);
}

/* Root can read everything: a child that runs as nobody tries. */
static void test_unreadable(void)
{
    _cleanup_free_ char *path = put_text("secret", "x");
    pid_t child;
    int status;

    CHECK_INT(chmod(home, 0755), 0);
    CHECK_INT(chmod(path, 0), 0);
    child = fork();
    if (child == 0) {
        struct error *err = NULL;
        struct image_file file = {0};

        if (geteuid() == 0 && setresuid(65534, 65534, 65534) < 0)
            _exit(2);
        _exit(catalog_take_file(path, "disk", &file, &err) != -EACCES ||
              strstr(error_message(err), "cannot be read by this user") == NULL);
    }
    CHECK_INT(waitpid(child, &status, 0), child);
    CHECK_INT(WIFEXITED(status) ? WEXITSTATUS(status) : -1, 0);
}

int main(void)
{
    CU_TestInfo tests[] = {{"qcow2 headers", test_qcow2},
                           {"a backing file's name", test_backing_name},
                           {"raw disks", test_raw},
                           {"written and read again", test_round_trip},
                           {"a disk that boots itself", test_disk_boot},
                           {"the package family", test_family},
                           {"each refusal", test_refused},
                           {"files that change", test_changes},
                           {"an unreadable disk", test_unreadable},
                           CU_TEST_INFO_NULL};
    int code;

    home = temp_folder_new();
    setenv("TOUCHSTONE_HOME", home, 1);
    setenv("TOUCHSTONE_DATA", TS_SOURCE_DIR, 1);
    code = cunit_run("catalog_image", tests);
    temp_folder_remove(&home);
    return code;
}
