/* SPDX-License-Identifier: Apache-2.0 */
/* Choice of an accelerator, with programs instead of QEMU that behave like QEMU on hosts whose KVM
 * works, hangs, or exits at once; and with device files that are missing or are not KVM. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/path.h"
#include "cunit_run.h"
#include "guest/host/emulator.h"
#include "guest/host/kvm_proof.h"
#include "temp_folder.h"

static char *folder;
static char kernel[] = "/dev/null", name[] = "stand-in";

static struct image image_for(enum arch arch)
{
    return (struct image){.name = name, .arch = arch, .kernel = {.path = kernel}};
}

static enum arch other_arch(void)
{
    return emulator_host_arch() == ARCH_X86_64 ? ARCH_AARCH64 : ARCH_X86_64;
}

static void check_choice(const struct kvm_options *options, enum accel_policy policy,
                         enum arch arch, int code, enum accel accel, const char *part)
{
    struct image image = image_for(arch);
    _cleanup_error_ struct error *err = NULL;
    _cleanup_free_ char *reason = NULL;
    enum accel got = ACCEL_TCG;

    CHECK_INT(kvm_choose(options, policy, &image, &got, &reason, &err), code);
    CHECK_TEXT(accel_name(got), accel_name(accel));
    CHECK_HAS(code < 0 ? error_message(err) : reason, part);
}

static void test_no_device(void)
{
    _cleanup_free_ char *absent = path_join(folder, "kvm"), *file = path_join(folder, "file");
    struct kvm_options options = {.home = folder, .device = absent};
    _cleanup_free_ char *reason = NULL;
    enum arch host = emulator_host_arch();
    bool works = true;

    check_choice(&options, ACCEL_POLICY_AUTO, host, 0, ACCEL_TCG, "there is no");
    check_choice(&options, ACCEL_POLICY_KVM, host, -ENOTSUP, ACCEL_TCG, "there is no");
    check_choice(&options, ACCEL_POLICY_TCG, host, 0, ACCEL_TCG, "requested");
    check_choice(&options, ACCEL_POLICY_AUTO, other_arch(), 0, ACCEL_TCG, "only emulate");
    check_choice(&options, ACCEL_POLICY_KVM, other_arch(), -ENOTSUP, ACCEL_TCG, "only emulate");
    CHECK_INT(kvm_known(&options, &works, &reason, NULL), 0);
    CHECK_INT(works, false);
    CHECK_HAS(reason, absent);

    CHECK_INT(path_write_atomic(file, "", 0, NULL), 0);
    options.device = file;
    check_choice(&options, ACCEL_POLICY_AUTO, host, 0, ACCEL_TCG, "does not respond like KVM");
}

/* A user without permission to open it; root may open everything. */
static void test_no_permission(void)
{
    _cleanup_free_ char *file = path_join(folder, "closed");
    struct kvm_options options = {.home = folder, .device = file};

    if (geteuid() == 0)
        return;
    CHECK_INT(path_write_atomic(file, "", 0, NULL), 0);
    CHECK_INT(chmod(file, 0), 0);
    check_choice(&options, ACCEL_POLICY_AUTO, emulator_host_arch(), 0, ACCEL_TCG, "group");
}

/* A program that answers --version, counts its runs, and then executes `body`. */
static char *write_emulator(const char *program, const char *body)
{
    char *path = path_join(folder, program);
    _cleanup_free_ char *text =
        text_format("#!/bin/sh\n"
                    "[ \"$1\" = --version ] && echo 'QEMU emulator version %s' && exit\n"
                    "echo run >> %s.runs\n%s\n",
                    program, path, body);

    CHECK_INT(path_write_atomic(path, text, strlen(text), NULL), 0);
    CHECK_INT(chmod(path, 0755), 0);
    return path;
}

static int count_runs(const char *emulator)
{
    _cleanup_free_ char *path = text_format("%s.runs", emulator);
    _cleanup_buffer_ struct buffer text = {0};
    int count = 0;

    if (path_read(path, 65536, &text, NULL) < 0)
        return 0;
    for (size_t i = 0; i < text.length; i++)
        count += text.data[i] == '\n';
    return count;
}

/* These tests need a /dev/kvm that can be opened, working or not: only what runs on it is
 * simulated. */
static bool device_there(void)
{
    _cleanup_close_ int fd = open("/dev/kvm", O_RDWR | O_CLOEXEC);

    return fd >= 0;
}

static void check_proof(const char *program, const char *body, enum accel accel, const char *part)
{
    _cleanup_free_ char *emulator = write_emulator(program, body);
    struct kvm_options options = {.home = folder, .emulator = emulator, .limit_ms = 1500};
    _cleanup_free_ char *reason = NULL;
    enum arch host = emulator_host_arch();
    int64_t start = clock_now_ms();
    bool works = accel != ACCEL_KVM;

    CHECK_INT(kvm_known(&options, &works, &reason, NULL), -ENODATA);
    check_choice(&options, ACCEL_POLICY_AUTO, host, 0, accel, part);
    CU_ASSERT(clock_now_ms() - start < 10000);
    /* The second time, the cached result is used. */
    check_choice(&options, ACCEL_POLICY_AUTO, host, 0, accel, part);
    CHECK_INT(count_runs(emulator), 1);
    CHECK_INT(kvm_known(&options, &works, &reason, NULL), 0);
    CHECK_INT(works, accel == ACCEL_KVM);
    check_choice(&options, ACCEL_POLICY_KVM, host, works ? 0 : -ENOTSUP, accel, part);
}

static void test_proofs(void)
{
    if (!device_there()) {
        printf("no /dev/kvm that opens: proofs are not played ");
        return;
    }
    check_proof("works", "echo 'Linux version 6.1.0'; echo 'Run /init as init process'; sleep 60",
                ACCEL_KVM, "KVM booted");
    check_proof("silent", "echo SeaBIOS; exec sleep 60", ACCEL_TCG, "never spoke");
    check_proof("stuck", "echo 'Linux version 6.1.0'; exec sleep 60", ACCEL_TCG,
                "did not reach its first program");
    check_proof("ends", "exit 1", ACCEL_TCG, "ended");
}

/* Another QEMU, or a damaged cache, causes another test of KVM. */
static void test_kept_answer(void)
{
    _cleanup_free_ char *emulator = write_emulator("kept", "exit 1");
    _cleanup_free_ char *answer = path_join(folder, "host/kvm.json");
    struct kvm_options options = {.home = folder, .emulator = emulator, .limit_ms = 1500};
    enum arch host = emulator_host_arch();

    if (!device_there())
        return;
    check_choice(&options, ACCEL_POLICY_AUTO, host, 0, ACCEL_TCG, "ended");
    CHECK_INT(path_write_atomic(answer, "{\"key\":7}", 9, NULL), 0);
    check_choice(&options, ACCEL_POLICY_AUTO, host, 0, ACCEL_TCG, "ended");
    CHECK_INT(count_runs(emulator), 2);
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"no device, or none that is KVM", test_no_device},
        {"a device that may not be opened", test_no_permission},
        {"proofs", test_proofs},
        {"what is kept", test_kept_answer},
        CU_TEST_INFO_NULL,
    };
    int code;

    folder = temp_folder_new();
    code = cunit_run("kvm_proof", tests);
    temp_folder_remove(&folder);
    return code;
}
