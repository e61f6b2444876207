/* SPDX-License-Identifier: Apache-2.0 */
/* The version of QEMU is that of the program that is there now, also when it was asked before. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"
#include "base/text.h"
#include "cunit_run.h"
#include "guest/host/emulator.h"
#include "temp_folder.h"

static void put_program(const char *path, const char *version)
{
    _cleanup_free_ char *script =
        text_format("#!/bin/sh\necho \"QEMU emulator version %s\"\n", version);

    CHECK_INT(path_write_atomic(path, script, strlen(script), NULL), 0);
    CU_ASSERT(chmod(path, 0755) == 0);
}

static void check_version(const char *program, const char *home, const char *expected)
{
    for (int i = 0; i < 2; i++) {
        _cleanup_free_ char *version = NULL;

        CHECK_INT(emulator_version_cached(program, home, &version, NULL), 0);
        CHECK_TEXT(version, expected);
    }
}

static void test_cached(void)
{
    _cleanup_folder_ char *home = temp_folder_new();
    _cleanup_free_ char *program = path_join(home, "qemu"), *version = NULL;
    _cleanup_error_ struct error *err = NULL;

    CHECK_INT(emulator_version_cached(program, home, &version, &err), -ENOENT);
    CHECK_HAS(error_message(err), program);
    put_program(program, "7.2.22 (Debian 1:7.2)");
    check_version(program, home, "7.2.22 (Debian 1:7.2)");
    put_program(program, "8.0.0");
    check_version(program, home, "8.0.0");
}

/* Where nothing can be written, QEMU is asked each time. */
static void test_no_cache(void)
{
    _cleanup_folder_ char *folder = temp_folder_new();
    _cleanup_free_ char *program = path_join(folder, "qemu"), *home = path_join(folder, "file");

    put_program(program, "7.2.22");
    CHECK_INT(path_write_atomic(home, "", 0, NULL), 0);
    check_version(program, home, "7.2.22");
}

int main(void)
{
    CU_TestInfo tests[] = {{"cached", test_cached}, {"no cache", test_no_cache}, CU_TEST_INFO_NULL};

    return cunit_run("guest_emulator", tests);
}
