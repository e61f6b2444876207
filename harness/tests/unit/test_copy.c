/* SPDX-License-Identifier: Apache-2.0 */
/* base/copy: content and holes are preserved whatever the two file systems and the kernel support.
 * A seccomp filter in a child simulates those that support less: the calls are real. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/cleanup.h"
#include "base/copy.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/path.h"
#include "cunit_run.h"
#include "refuse_calls.h"
#include "temp_folder.h"

static char *folder;

/* 64 MiB and a few bytes: data, a hole, data, a hole at the end. */
static void make_sparse(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

    CHECK_INT(pwrite(fd, "begin", 5, 0), 5);
    CHECK_INT(pwrite(fd, "middle", 6, 32 << 20), 6);
    CHECK_INT(ftruncate(fd, (64 << 20) + 3), 0);
    close(fd);
}

static void check_same(const char *from, const char *to, bool sparse)
{
    char one[DIGEST_TEXT_SIZE] = "", two[DIGEST_TEXT_SIZE] = "";
    struct stat st = {0};

    CHECK_INT(digest_of_file(from, one, NULL, NULL), 0);
    CHECK_INT(digest_of_file(to, two, NULL, NULL), 0);
    CHECK_TEXT(one, two);
    CHECK_INT(stat(to, &st), 0);
    CHECK_INT(st.st_size, (64 << 20) + 3);
    if (sparse)
        CU_ASSERT(st.st_blocks < 2048 * 2);
}

static int copy_refused(const char *from, const char *to, unsigned error, bool no_holes)
{
    int status = 0;
    pid_t child = fork();

    if (child == 0) {
        _cleanup_error_ struct error *err = NULL;

        if (refuse_calls(error, no_holes) < 0)
            _exit(77);
        if (path_copy_file(from, to, &err) == 0)
            _exit(0);
        fprintf(stderr, "%s\n", error_message(err));
        _exit(1);
    }
    CHECK_INT(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void test_fallbacks(void)
{
    static const unsigned errors[] = {EXDEV, EINVAL, ENOSYS, EOPNOTSUPP, EPERM};
    _cleanup_free_ char *from = path_join(folder, "from"), *to = path_join(folder, "to");

    make_sparse(from);
    for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
        unlink(to);
        CHECK_INT(copy_refused(from, to, errors[i], false), 0);
        check_same(from, to, true);
    }
    unlink(to);
    CHECK_INT(copy_refused(from, to, EXDEV, true), 0);
    check_same(from, to, false);
    /* Errors other than "not supported" are failures, and nothing is left behind. */
    unlink(to);
    CHECK_INT(copy_refused(from, to, ENOSPC, false), 1);
    CU_ASSERT(!path_exists(to));
}

static void test_other_file_system(void)
{
    char other[] = "/dev/shm/ts-copy-XXXXXX";
    _cleanup_free_ char *from = path_join(folder, "from"), *there = NULL;
    struct stat here_st, other_st;

    if (mkdtemp(other) == NULL || stat(folder, &here_st) < 0 || stat(other, &other_st) < 0 ||
        here_st.st_dev == other_st.st_dev) {
        printf("  /dev/shm is not another file system: not looked at\n");
        return;
    }
    there = path_join(other, "to");
    make_sparse(from);
    CHECK_INT(path_copy_file(from, there, NULL), 0);
    check_same(from, there, true);
    unlink(from);
    CHECK_INT(path_move_file(there, from, NULL), 0);
    CU_ASSERT(!path_exists(there));
    CHECK_INT(path_copy_file(from, there, NULL), 0);
    check_same(from, there, true);
    path_remove_tree(other, NULL);
}

static void test_extents(void)
{
    _cleanup_free_ char *path = path_join(folder, "huge");
    _cleanup_close_ int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    struct copy_extent extent;
    uint64_t bytes = 1;

    CHECK_INT(ftruncate(fd, (off_t)8 << 40), 0);
    CHECK_INT(copy_data_bytes(fd, UINT64_C(8) << 40, &bytes), 0);
    CHECK_INT(bytes, 0);
    CHECK_INT(pwrite(fd, "x", 1, (off_t)4 << 40), 1);
    CHECK_INT(copy_next_extent(fd, 0, UINT64_C(8) << 40, &extent), 1);
    CHECK_INT(extent.start, UINT64_C(4) << 40);
    CHECK_INT(copy_next_extent(fd, extent.end, UINT64_C(8) << 40, &extent), 0);
}

int main(void)
{
    CU_TestInfo tests[] = {{"what a kernel or a file system cannot do", test_fallbacks},
                           {"to another file system and back", test_other_file_system},
                           {"holes of a huge file", test_extents},
                           CU_TEST_INFO_NULL};
    int failed;

    folder = temp_folder_new();
    failed = cunit_run("copy", tests);
    temp_folder_remove(&folder);
    return failed;
}
