/* SPDX-License-Identifier: Apache-2.0 */
/* store on a full disk: a message, no partial merge, and it works again once there is space. The
 * disk is a small tmpfs in a mount namespace of the test. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>

#include "sample_store.h"
#include "store/sql.h"

static char *home;

static int64_t count(struct store *store, const char *sql)
{
    int64_t value = -1;

    CHECK_INT(sql_integer(store, &value, NULL, sql, ""), 0);
    return value;
}

/* Evidence that would use up the reserve is rejected before anything is written. */
static void test_reserve(void)
{
    _cleanup_(store_close_cleanup) struct store *store = NULL;
    _cleanup_folder_ char *work = temp_folder_new();
    _cleanup_result_ struct result *result = sample_result(SAMPLE_RUN, "a", "kunpeng");
    _cleanup_error_ struct error *err = NULL;

    CU_ASSERT_FATAL(store_open(home, &store, NULL) == 0);
    CHECK_INT(sample_add_run(store, SAMPLE_RUN, NULL), 0);
    CHECK_INT(sample_merge(store, work, result, &err), -ENOSPC);
    CHECK_HAS(error_message(err), "free some space and go on");
    CHECK_INT(count(store, "SELECT count(*) FROM attempt"), 0);
    CHECK_INT(count(store, "SELECT count(*) FROM evidence"), 0);
}

static void test_database(void)
{
    static char zeros[65536];
    _cleanup_(store_close_cleanup) struct store *store = NULL;
    _cleanup_error_ struct error *err = NULL;
    _cleanup_free_ char *ballast = path_join(home, "ballast");
    int fd = open(ballast, O_WRONLY | O_CREAT | O_CLOEXEC, 0600), code = 0;
    int64_t runs, i;

    CU_ASSERT_FATAL(fd >= 0 && store_open(home, &store, NULL) == 0);
    while (write(fd, zeros, sizeof(zeros)) > 0)
        ;
    for (i = 0; code == 0 && i < 10000; i++) {
        _cleanup_free_ char *id = text_format("full-%lld", (long long)i);

        runs = count(store, "SELECT count(*) FROM run");
        code = sample_add_run(store, id, &err);
    }
    CHECK_INT(code, -ENOSPC);
    CHECK_HAS(error_message(err), "no space left");
    CHECK_INT(count(store, "SELECT count(*) FROM run"), runs);
    CHECK_INT(store_check(store, NULL), 0);
    CU_ASSERT(ftruncate(fd, 0) == 0);
    close(fd);
    CHECK_INT(sample_add_run(store, "after", NULL), 0);
    CHECK_INT(store_check(store, NULL), 0);
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"reserve", test_reserve}, {"database", test_database}, CU_TEST_INFO_NULL};
    int code;

    home = temp_folder_new();
    if (unshare(CLONE_NEWNS) < 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
        mount("tmpfs", home, "tmpfs", 0, "size=4m") < 0) {
        printf("cannot mount a small tmpfs here: %s\n", strerror(errno));
        temp_folder_remove(&home);
        return 77;
    }
    code = cunit_run("store_full", tests);
    umount2(home, MNT_DETACH);
    temp_folder_remove(&home);
    return code;
}
