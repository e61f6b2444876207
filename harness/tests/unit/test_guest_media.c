/* SPDX-License-Identifier: Apache-2.0 */
/* Disks in and out: payloads and results disks. */
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/cleanup.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/path.h"
#include "cunit_run.h"
#include "guest/media/media.h"
#include "guest/media/payload.h"
#include "guest/media/results_disk.h"
#include "refuse_calls.h"
#include "temp_folder.h"

static char *folder, *disk;

/* A results disk that holds `text` at an offset; a position and a length that lie on it are read as
 * they are, whatever the guest wrote. */
static void test_results(void)
{
    static const struct {
        uint64_t offset;
        size_t length;
        int code;
        const char *text; /* NULL: all zeros */
    } rows[] = {
        {8192, 7, 0, "results"},
        {8194, 3, 0, "sul"},
        {8192, 0, 0, ""},
        {0, 200000, 0, NULL},
        {MEDIA_RESULTS_SIZE - 4, 4, 0, NULL},
        {MEDIA_RESULTS_SIZE, 0, 0, ""},
        {MEDIA_RESULTS_SIZE, 1, -EBADMSG, NULL},
        {MEDIA_RESULTS_SIZE - 4, 5, -EBADMSG, NULL},
        {MEDIA_RESULTS_SIZE + 1, 0, -EBADMSG, NULL},
        {512, SIZE_MAX, -EBADMSG, NULL},
    };
    struct stat st;
    int fd;

    CHECK_INT(media_make_results(disk, NULL), 0);
    CHECK_INT(stat(disk, &st), 0);
    CHECK_INT(st.st_size, MEDIA_RESULTS_SIZE);
    CHECK_INT(st.st_blocks, 0);
    fd = open(disk, O_WRONLY | O_CLOEXEC);
    CHECK_INT(pwrite(fd, "results", 7, 8192), 7);
    close(fd);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_buffer_ struct buffer data = {0};
        _cleanup_error_ struct error *err = NULL;

        CHECK_INT(results_disk_read(disk, rows[i].offset, rows[i].length, &data, &err),
                  rows[i].code);
        if (rows[i].code < 0)
            CHECK_HAS(error_message(err), disk);
        CHECK_INT(data.length, rows[i].code == 0 ? rows[i].length : 0);
        if (rows[i].text != NULL && rows[i].code == 0)
            CHECK_TEXT(data.data != NULL ? data.data : "", rows[i].text);
    }
}

/* A disk that the host cannot read is not the guest's fault. */
static void test_results_unreadable(void)
{
    _cleanup_buffer_ struct buffer data = {0};
    _cleanup_free_ char *link = path_join(folder, "link");

    CHECK_INT(results_disk_read(folder, 0, 1, &data, NULL), -EISDIR);
    CHECK_INT(symlink(disk, link), 0);
    CHECK_INT(results_disk_read(link, 0, 1, &data, NULL), -ELOOP);
    unlink(disk);
    CHECK_INT(results_disk_read(disk, 0, 1, &data, NULL), -ENOENT);
}

/* The files of a payload disk, as libarchive reads them. */
static void read_payload(const char *path, struct buffer *all)
{
    struct archive *tar = archive_read_new();
    struct archive_entry *header;
    char data[100];

    archive_read_support_format_tar(tar);
    CHECK_INT(archive_read_open_filename(tar, path, 65536), ARCHIVE_OK);
    while (archive_read_next_header(tar, &header) == ARCHIVE_OK) {
        la_ssize_t got = archive_read_data(tar, data, sizeof(data));

        if (archive_entry_filetype(header) == AE_IFREG)
            buffer_format(all, "%s=%.*s;", archive_entry_pathname(header), (int)got, data);
    }
    archive_read_free(tar);
}

/* The same content gives the same disk, of the fixed size, and is read back. */
static void test_payload(void)
{
    _cleanup_free_ char *path = path_join(folder, "payload"), *tree = path_join(folder, "tree");
    _cleanup_free_ char *file = path_join(tree, "sub/file"), *sub = path_join(tree, "sub");
    _cleanup_free_ char *link = path_join(tree, "zlink");
    _cleanup_error_ struct error *err = NULL;
    struct payload *payload = NULL;
    struct stat st;
    char digests[2][DIGEST_TEXT_SIZE];
    _cleanup_buffer_ struct buffer all = {0};

    CHECK_INT(path_make_folders(sub, false, NULL), 0);
    CHECK_INT(path_write_atomic(file, "content", 7, NULL), 0);
    for (int i = 0; i < 2; i++) {
        CHECK_INT(payload_new(path, &payload, &err), 0);
        CHECK_INT(payload_add_memory(payload, "job.json", "{}", 2, 0600, &err), 0);
        CHECK_INT(payload_add_file(payload, "bin/file", file, 0755, &err), 0);
        CHECK_INT(payload_add_suite(payload, "suite", tree, ARCH_X86_64, &err), 0);
        CHECK_INT(payload_finish(payload, &err), 0);
        payload_free(payload);
        CHECK_INT(stat(path, &st), 0);
        CHECK_INT(st.st_size, MEDIA_PAYLOAD_SIZE);
        CU_ASSERT(st.st_blocks < 2048);
        CHECK_INT(truncate(path, 1 << 20), 0);
        CHECK_INT(digest_of_file(path, digests[i], NULL, &err), 0);
        CHECK_INT(utimensat(AT_FDCWD, file, (struct timespec[2]){{.tv_sec = 9}, {.tv_sec = 9}}, 0),
                  0);
    }
    CHECK_TEXT(digests[0], digests[1]);
    read_payload(path, &all);
    CHECK_TEXT(all.data, "job.json={};bin/file=content;suite/sub/file=content;");

    CHECK_INT(symlink("/etc/passwd", link), 0);
    CHECK_INT(payload_new(path, &payload, &err), 0);
    CHECK_INT(payload_add_suite(payload, "suite", tree, ARCH_X86_64, &err), -EINVAL);
    CHECK_HAS(error_message(err), "zlink");
    CHECK_INT(payload_add_file(payload, "x", "/no/such/file", 0644, &err), -ENOENT);
    CHECK_INT(payload_add_file(payload, "x", "/dev/zero", 0644, &err), -EINVAL);
    payload_free(payload);
    CU_ASSERT(!path_exists(path));
}

/* 8 TiB of holes are packed at once. If holes are not reported they count as data, which is too
 * large and is detected before any of it is read. */
static void test_payload_huge(void)
{
    _cleanup_free_ char *path = path_join(folder, "payload"), *huge = path_join(folder, "huge");
    _cleanup_error_ struct error *err = NULL;
    struct payload *payload = NULL;
    struct stat st = {0};
    int fd = open(huge, O_WRONLY | O_CREAT | O_CLOEXEC, 0644), status = 0;
    pid_t child;

    CHECK_INT(ftruncate(fd, (off_t)8 << 40), 0);
    CHECK_INT(pwrite(fd, "x", 1, (off_t)7 << 40), 1);
    close(fd);
    CHECK_INT(payload_new(path, &payload, &err), 0);
    CHECK_INT(payload_add_file(payload, "huge", huge, 0644, &err), 0);
    CU_ASSERT(payload_unpacked_bytes(payload) < 65536);
    CHECK_INT(payload_finish(payload, &err), 0);
    payload_free(payload);
    CHECK_INT(stat(path, &st), 0);
    CU_ASSERT(st.st_blocks < 2048);
    child = fork();
    if (child == 0) {
        if (refuse_calls(EXDEV, true) < 0 || payload_new(path, &payload, &err) < 0)
            _exit(99);
        status = payload_add_file(payload, "huge", huge, 0644, &err);
        _exit(status == -EFBIG && strstr(error_message(err), "1024 GiB") != NULL ? 0 : 1);
    }
    CHECK_INT(waitpid(child, &status, 0), child);
    CHECK_INT(WIFEXITED(status) ? WEXITSTATUS(status) : -1, 0);
}

static void test_overlay(void)
{
    _cleanup_free_ char *base = path_join(folder, "base"), *overlay = path_join(folder, "overlay");
    _cleanup_error_ struct error *err = NULL;
    _cleanup_buffer_ struct buffer data = {0};

    CHECK_INT(media_make_overlay(overlay, base, DISK_RAW, &err), -ENOENT);
    CHECK_HAS(error_message(err), base);
    CHECK_INT(path_write_atomic(base, "0123456789abcdef", 16, NULL), 0);
    CHECK_INT(truncate(base, 1 << 20), 0);
    CHECK_INT(media_make_overlay(overlay, base, DISK_RAW, &err), 0);
    CHECK_INT(path_read(overlay, 1 << 22, &data, NULL), 0);
    CU_ASSERT(data.length > 4 && memcmp(data.data, "QFI\xfb", 4) == 0);
    CHECK_INT(media_make_overlay("/nowhere/overlay", base, DISK_RAW, &err), -EIO);
    CHECK_HAS(error_message(err), "/nowhere/overlay");
}

/* A copy of one that was made before is what qemu-img makes, and is independent of it. */
static void test_copied_overlay(void)
{
    _cleanup_free_ char *base = path_join(folder, "state.qcow2"), *raw = path_join(folder, "raw");
    _cleanup_free_ char *made = path_join(folder, "made"), *other = path_join(folder, "other");
    _cleanup_error_ struct error *err = NULL;
    _cleanup_buffer_ struct buffer expected = {0};

    CHECK_INT(media_copy_overlay(made, base, folder, &err), -ENOENT);
    CHECK_HAS(error_message(err), base);
    CHECK_INT(path_write_atomic(raw, "0123456789abcdef", 16, NULL), 0);
    CHECK_INT(truncate(raw, 1 << 20), 0);
    CHECK_INT(media_make_overlay(base, raw, DISK_RAW, NULL), 0);
    CHECK_INT(media_make_overlay(made, base, DISK_QCOW2, NULL), 0);
    CHECK_INT(path_read(made, 1 << 22, &expected, NULL), 0);
    for (int i = 0; i < 2; i++) {
        _cleanup_buffer_ struct buffer copied = {0};

        CHECK_INT(media_copy_overlay(other, base, folder, NULL), 0);
        CHECK_INT(path_read(other, 1 << 22, &copied, NULL), 0);
        CHECK_INT(copied.length, expected.length);
        CU_ASSERT(copied.length == expected.length &&
                  memcmp(copied.data, expected.data, copied.length) == 0);
        /* What a guest writes to it is not in the next one. */
        CHECK_INT(path_write_atomic(other, "written", 7, NULL), 0);
    }
}

/* A host that does not allow files of this size says nothing about the suite. */
static void test_payload_limited(void)
{
    _cleanup_(payload_free_cleanup) struct payload *payload = NULL;
    struct rlimit before, small;

    signal(SIGXFSZ, SIG_IGN);
    CHECK_INT(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = (struct rlimit){.rlim_cur = 1 << 20, .rlim_max = before.rlim_max};
    CHECK_INT(payload_new(disk, &payload, NULL), 0);
    CHECK_INT(payload_add_memory(payload, "a", "x", 1, 0644, NULL), 0);
    CHECK_INT(setrlimit(RLIMIT_FSIZE, &small), 0);
    CHECK_INT(payload_finish(payload, NULL), -EIO);
    CHECK_INT(setrlimit(RLIMIT_FSIZE, &before), 0);
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"results are read", test_results},
        {"a results disk that cannot be read", test_results_unreadable},
        {"payload", test_payload},
        {"a huge file in a payload", test_payload_huge},
        {"a payload that the host does not take", test_payload_limited},
        {"overlay", test_overlay},
        {"copied overlay", test_copied_overlay},
        CU_TEST_INFO_NULL,
    };
    int code;

    folder = temp_folder_new();
    disk = path_join(folder, "results");
    code = cunit_run("guest_media", tests);
    free(disk);
    temp_folder_remove(&folder);
    return code;
}
