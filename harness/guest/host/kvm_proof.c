/* SPDX-License-Identifier: Apache-2.0 */
/* Tests /dev/kvm with plain QEMU, and caches the result. */
#include "guest/host/kvm_proof.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/json.h"
#include "base/path.h"
#include "base/process.h"
#include "base/text.h"
#include "base/translate.h"
#include "guest/host/emulator.h"
#include "guest/host/host.h"
#include "guest/watch/scan.h"

#define PROOF_LIMIT_MS 15000
#define ANSWER_LIMIT 65536
#define KVM_API 12 /* the only one since Linux 2.6.22 */

struct kvm_answer {
    bool works;
    char *reason;
};

static void answer_done(struct kvm_answer *answer)
{
    free(answer->reason);
}

static const char *device_of(const struct kvm_options *options)
{
    return options->device != NULL ? options->device : "/dev/kvm";
}

/* Checks without booting; returns true if the device looks usable. */
static bool device_opens(const struct kvm_options *options, char **ret_reason)
{
    const char *device = device_of(options);
    _cleanup_close_ int fd = open(device, O_RDWR | O_CLOEXEC);

    if (fd < 0 && errno == ENOENT)
        *ret_reason = text_format("there is no %s on this host", device);
    else if (fd < 0 && errno == EACCES)
        *ret_reason = text_format("%s may not be opened by this user: add the user to its group "
                                  "(kvm)",
                                  device);
    else if (fd < 0)
        *ret_reason = text_format("%s cannot be opened: %s", device, english_error(errno));
    else if (ioctl(fd, KVM_GET_API_VERSION, 0) != KVM_API)
        *ret_reason = text_format("%s does not respond like KVM", device);
    else
        return true;
    return false;
}

/* Reads QEMU's console until a program of the guest runs, QEMU exits or the deadline passes. */
static void read_console(int fd, int64_t deadline_ms, struct console_scan *scan)
{
    char chunk[4096];

    while (!scan->marks.init && clock_remaining_ms(deadline_ms) > 0) {
        struct pollfd ready = {.fd = fd, .events = POLLIN};
        ssize_t got;

        if (poll(&ready, 1, (int)clock_remaining_ms(deadline_ms)) <= 0)
            continue;
        got = read(fd, chunk, sizeof(chunk));
        if (got == 0 || (got < 0 && errno != EINTR))
            return;
        if (got > 0)
            console_scan_feed(scan, chunk, (size_t)got);
    }
}

static void judge(const struct console_scan *scan, int64_t took_ms, bool ended,
                  struct kvm_answer *answer)
{
    answer->works = scan->marks.init;
    if (scan->marks.init)
        answer->reason = text_format("KVM booted the image's kernel to its first program in %lld "
                                     "ms",
                                     (long long)took_ms);
    else if (ended)
        answer->reason = text_format("QEMU with KVM ended after %lld ms without a running kernel",
                                     (long long)took_ms);
    else
        answer->reason =
            text_format("/dev/kvm opens, but the image's kernel %s within %lld s: it does not work "
                        "here",
                        scan->marks.kernel ? "did not reach its first program" : "never spoke",
                        (long long)(took_ms + 999) / 1000);
}

static int run_proof(const struct kvm_options *options, const char *emulator,
                     const struct image *image, struct kvm_answer *answer, struct error **err)
{
    bool x86 = image->arch == ARCH_X86_64;
    const char *argv[] = {emulator, "-nodefaults", "-no-user-config", "-display", "none",
                          "-no-reboot", "-machine", x86 ? "q35" : "virt,gic-version=host", "-accel",
                          "kvm", "-cpu", "host", "-m", "512", "-serial", "stdio", "-append",
                          x86 ? "console=ttyS0 panic=-1" : "console=ttyAMA0 panic=-1", "-kernel",
                          image->kernel.path,
                          /* Last, so that it can be left out. */
                          image->initrd.path != NULL ? "-initrd" : NULL, image->initrd.path, NULL};
    struct process_spec spec = PROCESS_SPEC_INIT;
    struct process_exit end = {0};
    struct console_scan scan = {0};
    int64_t start = clock_now_ms();
    int64_t limit = options->limit_ms > 0 ? options->limit_ms : PROOF_LIMIT_MS;
    _cleanup_close_ int reader = -1;
    int pipes[2], code;
    pid_t pid;

    if (pipe2(pipes, O_CLOEXEC) < 0)
        return error_set_errno(err, -errno, "cannot test KVM: pipe");
    reader = pipes[0];
    spec.argv = argv;
    spec.stdout_fd = pipes[1];
    spec.own_group = true;
    spec.die_with_parent = true;
    code = process_start(&spec, &pid, err);
    close(pipes[1]);
    if (code < 0)
        return code;
    read_console(reader, start + limit, &scan);
    judge(&scan, clock_now_ms() - start, clock_remaining_ms(start + limit) > 0, answer);
    kill(pid, SIGKILL);
    return process_wait(pid, true, clock_now_ms() + PROOF_LIMIT_MS, &end, err);
}

/* Returns HOME/host, creating it if necessary. */
static int host_folder(const struct kvm_options *options, char **ret_folder, struct error **err)
{
    _cleanup_free_ char *folder = path_join(options->home, "host");
    int code = path_make_folders(folder, false, err);

    if (code == 0)
        *ret_folder = steal_ptr(folder);
    return code;
}

/* The key of the cached result: everything it depends on. */
static int answer_key(const struct kvm_options *options, const char *emulator, char **ret_key,
                      struct error **err)
{
    _cleanup_free_ char *version = NULL, *host = host_identity();
    int code = emulator_version_cached(emulator, options->home, &version, err);

    if (code == 0)
        *ret_key =
            text_format("device %s; qemu %s %s; %s", device_of(options), emulator, version, host);
    return code;
}

/* Reads the cached result if it has this key; an unreadable one is ignored. */
static bool recall(const char *path, const char *key, struct kvm_answer *answer)
{
    _cleanup_json_ json_t *json = NULL;
    const char *kept, *reason;
    bool works;

    if (json_read_file(path, ANSWER_LIMIT, &json, NULL) < 0 ||
        json_get_string(json, path, "key", &kept, NULL) < 0 || !text_equal(kept, key) ||
        json_get_bool(json, path, "works", &works, NULL) < 0 ||
        json_get_string(json, path, "reason", &reason, NULL) < 0)
        return false;
    *answer = (struct kvm_answer){.works = works, .reason = text_dup(reason)};
    return true;
}

static int remember(const char *path, const char *key, const struct kvm_answer *answer,
                    struct error **err)
{
    _cleanup_json_ json_t *json =
        json_pack("{s:o, s:b, s:o}", "key", json_from_text(key), "works", answer->works, "reason",
                  json_from_text(answer->reason));

    return json_write_file(json, path, err);
}

/* Returns the cached result, or tests; one process at a time. */
static int prove(const struct kvm_options *options, const struct image *image,
                 struct kvm_answer *answer, struct error **err)
{
    _cleanup_free_ char *folder = NULL, *path = NULL, *lock_path = NULL, *key = NULL;
    _cleanup_free_ char *emulator = text_dup(options->emulator);
    _cleanup_close_ int lock = -1;
    int code = emulator != NULL ? 0 : emulator_find(image->arch, &emulator, err);

    if (code == 0)
        code = host_folder(options, &folder, err);
    if (code == 0)
        code = answer_key(options, emulator, &key, err);
    if (code < 0)
        return code;
    path = path_join(folder, "kvm.json");
    lock_path = path_join(folder, "kvm.lock");
    /* Its holder is limited by the time limit of the test. */
    lock = open(lock_path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (lock < 0 || flock(lock, LOCK_EX) < 0)
        return error_set_errno(err, -errno, "cannot lock '%s'", lock_path);
    if (recall(path, key, answer))
        return 0;
    if (image->kernel.path == NULL) {
        answer->reason = text_format("image '%s' has no kernel to test KVM with", image->name);
        return 0;
    }
    code = run_proof(options, emulator, image, answer, err);
    return code < 0 ? code : remember(path, key, answer, err);
}

int kvm_choose(const struct kvm_options *options, enum accel_policy policy,
               const struct image *image, enum accel *ret_accel, char **ret_reason,
               struct error **err)
{
    _cleanup_(answer_done) struct kvm_answer answer = {0};
    int code = 0;

    if (policy == ACCEL_POLICY_TCG)
        answer.reason = text_dup("emulation was requested");
    else if (image->arch != emulator_host_arch())
        answer.reason = text_format("image '%s' is for %s, which this host can only emulate",
                                    image->name, arch_name(image->arch));
    else if (device_opens(options, &answer.reason))
        code = prove(options, image, &answer, err);
    if (code < 0)
        return code;
    if (policy == ACCEL_POLICY_KVM && !answer.works)
        return error_set(err, -ENOTSUP,
                         "KVM was requested but cannot be used: %s; choose --accel auto or tcg",
                         answer.reason);
    *ret_accel = answer.works ? ACCEL_KVM : ACCEL_TCG;
    *ret_reason = steal_ptr(answer.reason);
    return 0;
}

int kvm_known(const struct kvm_options *options, bool *ret_works, char **ret_reason,
              struct error **err)
{
    _cleanup_(answer_done) struct kvm_answer answer = {0};
    _cleanup_free_ char *emulator = text_dup(options->emulator), *key = NULL;
    _cleanup_free_ char *path = path_join(options->home, "host/kvm.json");
    int code = 0;

    if (device_opens(options, &answer.reason)) {
        if (emulator == NULL)
            code = emulator_find(emulator_host_arch(), &emulator, err);
        if (code == 0)
            code = answer_key(options, emulator, &key, err);
        if (code < 0)
            return code;
        if (!recall(path, key, &answer))
            return error_set(
                err, -ENODATA,
                "%s opens, but has not been tested yet: the first run that may use it does that",
                device_of(options));
    }
    *ret_works = answer.works;
    *ret_reason = steal_ptr(answer.reason);
    return 0;
}
