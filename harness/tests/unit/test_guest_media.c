/* SPDX-License-Identifier: Apache-2.0 */
/* Disks in and out: payloads, and results disks written by a malicious guest. */
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

/* The properties of one invalid entry. */
struct entry {
    const char *name;
    mode_t type;
    const char *link; /* symlink target, or hardlink when hard */
    bool hard;
    const char *data;
    bool sparse;
};

static void put(struct archive *tar, const struct entry *entry)
{
    struct archive_entry *header = archive_entry_new();
    size_t length = entry->data != NULL ? strlen(entry->data) : 0;

    archive_entry_set_pathname(header, entry->name);
    archive_entry_set_filetype(header, entry->type);
    archive_entry_set_perm(header, 04755);
    archive_entry_set_size(header, entry->sparse ? 1 << 30 : (int64_t)length);
    if (entry->sparse)
        archive_entry_sparse_add_entry(header, 0, (int64_t)length);
    if (entry->link != NULL && entry->hard)
        archive_entry_set_hardlink(header, entry->link);
    else if (entry->link != NULL)
        archive_entry_set_symlink(header, entry->link);
    CHECK_INT(archive_write_header(tar, header), ARCHIVE_OK);
    if (length > 0)
        CHECK_INT(archive_write_data(tar, entry->data, length), length);
    archive_entry_free(header);
}

/* Writes a tar of these entries at an offset of the disk; returns its length. */
static uint64_t write_tar(uint64_t offset, const struct entry *entries, size_t count)
{
    struct archive *tar = archive_write_new();
    size_t size = 4 << 20, used = 0;
    char *memory = text_calloc(1, size);
    int fd = open(disk, O_WRONLY | O_CLOEXEC);

    archive_write_set_format_pax_restricted(tar);
    archive_write_set_bytes_in_last_block(tar, 512);
    CHECK_INT(archive_write_open_memory(tar, memory, size, &used), ARCHIVE_OK);
    for (size_t i = 0; i < count; i++)
        put(tar, &entries[i]);
    archive_write_close(tar);
    archive_write_free(tar);
    CHECK_INT(pwrite(fd, memory, used, (off_t)offset), used);
    close(fd);
    free(memory);
    return used;
}

static void fresh_disk(void)
{
    CHECK_INT(media_make_results(disk, NULL), 0);
}

static int take(void *closure, const struct results_entry *entry, struct error **err)
{
    struct buffer *all = closure;

    (void)err;
    buffer_format(all, "%s=%.*s%s;", entry->name, (int)entry->length, entry->data,
                  entry->truncated ? "..." : "");
    return 0;
}

static int read_disk(uint64_t offset, uint64_t length, struct buffer *all, struct error **err)
{
    const struct results_limits limits = RESULTS_LIMITS_INIT;

    return results_disk_read(disk, offset, length, &limits, take, all, NULL, err);
}

static void test_good(void)
{
    const struct entry entries[] = {
        {.name = "n/case", .type = AE_IFDIR},
        {.name = "n/case/stdout", .type = AE_IFREG, .data = "one"},
        {.name = "n/case/empty", .type = AE_IFREG},
    };
    const struct entry later[] = {{.name = "second", .type = AE_IFREG, .data = "two"}};
    _cleanup_buffer_ struct buffer first = {0}, second = {0};
    _cleanup_error_ struct error *err = NULL;
    struct stat st;
    uint64_t length;

    fresh_disk();
    CHECK_INT(stat(disk, &st), 0);
    CHECK_INT(st.st_size, MEDIA_RESULTS_SIZE);
    CHECK_INT(st.st_blocks, 0);
    length = write_tar(0, entries, 3);
    write_tar(1 << 20, later, 1);
    CHECK_INT(read_disk(0, length, &first, &err), 0);
    CHECK_TEXT(first.data, "n/case/stdout=one;n/case/empty=;");
    CHECK_INT(read_disk(1 << 20, 0, &second, &err), 0);
    CHECK_TEXT(second.data, "second=two;");
    CHECK_TEXT(error_message(err), "no error");
}

static void test_refused(void)
{
    static const struct {
        struct entry entry;
        const char *part;
    } rows[] = {
        {{.name = "../up", .type = AE_IFREG, .data = "x"}, "'../up' is refused"},
        {{.name = "a/../../up", .type = AE_IFREG, .data = "x"}, "'..'"},
        {{.name = "./here", .type = AE_IFREG, .data = "x"}, "refused"},
        {{.name = "/etc/passwd", .type = AE_IFREG, .data = "x"}, "absolute"},
        {{.name = "a\nb", .type = AE_IFREG, .data = "x"}, "a\\x0ab"},
        {{.name = "a\x1b[2Jb", .type = AE_IFREG, .data = "x"}, "refused"},
        {{.name = "link", .type = AE_IFLNK, .link = "/etc/passwd"}, "link"},
        {{.name = "hard", .type = AE_IFREG, .link = "good", .hard = true}, "link"},
        {{.name = "device", .type = AE_IFBLK}, "not a regular file"},
        {{.name = "char", .type = AE_IFCHR}, "not a regular file"},
        {{.name = "fifo", .type = AE_IFIFO}, "not a regular file"},
        {{.name = "sparse", .type = AE_IFREG, .data = "x", .sparse = true}, "sparse"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct entry entries[] = {{.name = "good", .type = AE_IFREG, .data = "g"},
                                        rows[i].entry};
        _cleanup_buffer_ struct buffer all = {0};
        _cleanup_error_ struct error *err = NULL;

        fresh_disk();
        write_tar(0, entries, 2);
        CHECK_INT(read_disk(0, 0, &all, &err), -EBADMSG);
        CHECK_HAS(error_message(err), rows[i].part);
        CHECK_TEXT(all.data, "good=g;");
    }
}

static void poke(uint64_t offset, const void *data, size_t length)
{
    int fd = open(disk, O_WRONLY | O_CLOEXEC);

    CHECK_INT(pwrite(fd, data, length, (off_t)offset), length);
    close(fd);
}

static void test_broken(void)
{
    const struct entry entries[] = {{.name = "file", .type = AE_IFREG, .data = "data"}};
    _cleanup_buffer_ struct buffer all = {0};
    _cleanup_error_ struct error *err = NULL;
    char garbage[2048];
    uint64_t length;

    fresh_disk();
    CHECK_INT(read_disk(0, 0, &all, &err), -ENODATA);
    CHECK_INT(read_disk(MEDIA_RESULTS_SIZE, 0, &all, &err), -ENODATA);
    CHECK_INT(read_disk(MEDIA_RESULTS_SIZE + 1, 0, &all, &err), -EBADMSG);
    CHECK_INT(read_disk(512, MEDIA_RESULTS_SIZE, &all, &err), -EBADMSG);
    CHECK_INT(read_disk(512, UINT64_MAX, &all, &err), -EBADMSG);
    memset(garbage, 0xa5, sizeof(garbage));
    poke(0, garbage, sizeof(garbage));
    CHECK_INT(read_disk(0, 0, &all, &err), -EBADMSG);
    /* Formats that libarchive supports but that are not enabled: gzip, cpio, qcow2's magic
     * number. */
    poke(0, "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03", 10);
    CHECK_INT(read_disk(0, 0, &all, &err), -EBADMSG);
    poke(0, "070701", 6);
    CHECK_INT(read_disk(0, 0, &all, &err), -EBADMSG);
    poke(0, "QFI\xfb\x00\x00\x00\x03", 8);
    CHECK_INT(read_disk(0, 0, &all, &err), -EBADMSG);
    /* The window ends within a file. */
    fresh_disk();
    length = write_tar(0, entries, 1);
    CHECK_INT(read_disk(0, 512, &all, &err), -EBADMSG);
    CHECK_INT(read_disk(0, length, &all, &err), 0);
    CHECK_TEXT(all.data, "file=data;");
    /* A wrong size: 8 GiB, on a disk of 256 MiB. */
    poke(124, "77777777777", 11);
    CHECK_INT(read_disk(0, 0, &all, &err), -EBADMSG);
    unlink(disk);
    CHECK_INT(read_disk(0, 0, &all, &err), -ENOENT);
}

static void test_limits(void)
{
    const struct entry entries[] = {{.name = "a", .type = AE_IFREG, .data = "12345"},
                                    {.name = "b", .type = AE_IFREG, .data = "67"},
                                    {.name = "c", .type = AE_IFREG, .data = "89"}};
    static const struct {
        struct results_limits limits;
        int code;
        const char *text;
    } rows[] = {
        {{.entry_bytes = 3, .total_bytes = 100, .entries = 3}, 0, "a=123...;b=67;c=89;"},
        {{.entry_bytes = 100, .total_bytes = 6, .entries = 3}, -EBADMSG, "a=12345;b=6...;"},
        {{.entry_bytes = 100, .total_bytes = 100, .entries = 2}, -EBADMSG, "a=12345;b=67;"},
    };

    fresh_disk();
    write_tar(0, entries, 3);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_buffer_ struct buffer all = {0};

        CHECK_INT(results_disk_read(disk, 0, 0, &rows[i].limits, take, &all, NULL, NULL),
                  rows[i].code);
        CHECK_TEXT(all.data, rows[i].text);
    }
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
    const struct results_limits limits = RESULTS_LIMITS_INIT;

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
    CHECK_INT(results_disk_read(path, 0, 0, &limits, take, &all, NULL, &err), 0);
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

/* A disk that the host cannot read is not the guest's fault: a folder cannot be read. */
static void test_results_unreadable(void)
{
    struct results_limits limits = RESULTS_LIMITS_INIT;
    _cleanup_buffer_ struct buffer all = {0};

    CHECK_INT(results_disk_read(folder, 0, 0, &limits, take, &all, NULL, NULL), -EISDIR);
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
        {"results are read", test_good},
        {"hostile entries", test_refused},
        {"what is no tar, or none that ends", test_broken},
        {"limits", test_limits},
        {"payload", test_payload},
        {"a huge file in a payload", test_payload_huge},
        {"a results disk that cannot be read", test_results_unreadable},
        {"a payload that the host does not take", test_payload_limited},
        {"overlay", test_overlay},
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
