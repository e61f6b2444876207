/* SPDX-License-Identifier: Apache-2.0 */
/* Ways in which guests end, distinguished within limited time: panic, reset, power off, a lost
 * agent, a hang, a killed QEMU, a killed worker. Under emulation, with real boots, on both
 * architectures. */
#include <sys/wait.h>

#include "guest/host/sweep.h"
#include "guest_lab.h"

static struct lab lab;

static void save_state(struct bench *bench)
{
    bench_save(bench);
}

static void test_save_x86(void)
{
    CHECK_INT(lab_run(&lab, "hygon", save_state), 0);
}

static void test_save_aarch64(void)
{
    CHECK_INT(lab_run(&lab, "phytium", save_state), 0);
}

/* Runs a script that ends the guest: guest_exec must return, and the end must be `wanted`. */
static void end_by_script(struct bench *bench, const char *script, enum guest_end wanted,
                          const char *detail_part)
{
    const char *argv[] = {"/bin/sh", "-c", script, NULL};
    struct guest_command command = {.argv = argv};
    _cleanup_(guest_output_done) struct guest_output output = {0};
    _cleanup_error_ struct error *err = NULL;
    _cleanup_(guest_free_cleanup) struct guest *guest = bench_restore(bench);
    _cleanup_free_ char *detail = NULL;
    int64_t start = clock_now_ms();

    if (guest == NULL)
        return;
    CHECK_INT(guest_exec(guest, &command, start + LAB_COMMAND_MS, &output, &err), -EPIPE);
    CHECK_TEXT(guest_end_name(guest_how_it_ended(guest, &detail)), guest_end_name(wanted));
    CHECK_HAS(detail, detail_part);
    CHECK_HAS(error_message(err), detail_part);
    printf("%s after %lld ms: %s\n", guest_end_name(wanted), (long long)(clock_now_ms() - start),
           detail);
    CU_ASSERT(clock_now_ms() - start < 30000);
}

/* A kernel that panics while another process holds the console's lock, as one that opens a terminal
 * does, tells the panic device before it prints: it panics when the boot is over. */
#define PANIC                                                                                      \
    "timeout 20 systemctl is-system-running --wait > /dev/null; echo c > /proc/sysrq-trigger; "    \
    "sleep 100"

static void panic(struct bench *bench)
{
    _cleanup_buffer_ struct buffer console = {0};
    int64_t start = clock_now_ms();

    end_by_script(bench, PANIC, GUEST_PANICKED, "panic");
    CU_ASSERT(clock_now_ms() - start < 30000);
    CHECK_INT(path_read(bench->console, 1 << 20, &console, NULL), 0);
    CHECK_HAS(console.data, "Kernel panic - not syncing");
}

static void test_panic_x86(void)
{
    CHECK_INT(lab_run(&lab, "hygon", panic), 0);
}

static void test_panic_aarch64(void)
{
    CHECK_INT(lab_run(&lab, "phytium", panic), 0);
}

static void reboot_now(struct bench *bench)
{
    end_by_script(bench, "systemctl reboot -ff; sleep 100", GUEST_REBOOTED, "rebooted");
}

static void test_reboot_x86(void)
{
    CHECK_INT(lab_run(&lab, "hygon", reboot_now), 0);
}

static void test_reboot_aarch64(void)
{
    CHECK_INT(lab_run(&lab, "phytium", reboot_now), 0);
}

static void power_off(struct bench *bench)
{
    end_by_script(bench, "systemctl poweroff -ff; sleep 100", GUEST_POWERED_OFF, "powered itself");
}

static void test_power_off(void)
{
    CHECK_INT(lab_run(&lab, "hygon", power_off), 0);
}

static void lose_agent(struct bench *bench)
{
    end_by_script(bench, "systemctl stop qemu-guest-agent; sleep 100", GUEST_AGENT_LOST, "agent");
}

static void test_agent_lost(void)
{
    CHECK_INT(lab_run(&lab, "hygon", lose_agent), 0);
}

/* The agent is connected but does not respond: what a hung guest looks like from outside. */
static void hang(struct bench *bench)
{
    const char *argv[] = {"/bin/true", NULL};
    struct guest_command command = {.argv = argv};
    _cleanup_(guest_output_done) struct guest_output output = {0};
    _cleanup_error_ struct error *err = NULL;
    _cleanup_(guest_free_cleanup) struct guest *guest = bench_restore(bench);
    int64_t start;

    if (guest == NULL)
        return;
    free(bench_shell(guest, "(sleep 2; kill -STOP $(pidof qemu-ga)) > /dev/null 2>&1 &"));
    CHECK_INT(guest_wait_end(guest, clock_now_ms() + 4000, &err), -ETIMEDOUT);
    guest_set_answer_limit(guest, 5000);
    start = clock_now_ms();
    CHECK_INT(guest_exec(guest, &command, start + LAB_COMMAND_MS, &output, &err), -EPIPE);
    CHECK_INT(guest_how_it_ended(guest, NULL), GUEST_HUNG);
    CU_ASSERT(clock_now_ms() - start < 15000);
}

static void test_hang(void)
{
    CHECK_INT(lab_run(&lab, "hygon", hang), 0);
}

static void kill_qemu(struct bench *bench)
{
    const char *argv[] = {"/bin/sleep", "100", NULL};
    struct guest_command command = {.argv = argv};
    _cleanup_(guest_output_done) struct guest_output output = {0};
    _cleanup_error_ struct error *err = NULL;
    _cleanup_(guest_free_cleanup) struct guest *guest = bench_restore(bench);
    int64_t start = clock_now_ms();
    pid_t qemu = 0;

    if (guest == NULL)
        return;
    CHECK_INT(lab_count_processes(&lab, &qemu), 1);
    if (qemu > 0)
        kill(qemu, SIGKILL);
    CHECK_INT(guest_exec(guest, &command, start + LAB_COMMAND_MS, &output, &err), -EPIPE);
    CHECK_INT(guest_how_it_ended(guest, NULL), GUEST_QEMU_DIED);
    CU_ASSERT(clock_now_ms() - start < 10000);
}

static void test_qemu_killed(void)
{
    CHECK_INT(lab_run(&lab, "hygon", kill_qemu), 0);
}

/* Boots with other arguments on the kernel's command line, and waits for an agent that never
 * connects. */
static int boot_with(struct bench *bench, const char *words, int64_t limit_ms,
                     struct guest **ret_guest, struct error **err)
{
    char *cmdline = text_format("%s %s", bench->image->cmdline, words);
    int code;

    free(bench->image->cmdline);
    bench->image->cmdline = cmdline;
    code = media_make_overlay(bench->overlay, bench->image->disk.path, bench->image->format, err);
    if (code == 0)
        code = guest_boot(bench->hypervisor, &bench->spec, ret_guest, err);
    CHECK_OK(code, *err);
    return code < 0 ? code : guest_wait_agent(*ret_guest, clock_now_ms() + limit_ms, err);
}

static void boot_without_agent(struct bench *bench)
{
    _cleanup_(guest_free_cleanup) struct guest *guest = NULL;
    _cleanup_error_ struct error *err = NULL;
    int64_t start = clock_now_ms();

    CHECK_INT(boot_with(bench, "init=/bin/cat", 40000, &guest, &err), -ETIMEDOUT);
    CHECK_HAS(error_message(err), "qemu-guest-agent");
    CU_ASSERT(clock_now_ms() - start < 60000);
    CHECK_INT(guest_how_it_ended(guest, NULL), GUEST_RUNNING);
}

static void test_no_agent(void)
{
    CHECK_INT(lab_run(&lab, "hygon", boot_without_agent), 0);
}

static void boot_and_reset(struct bench *bench)
{
    _cleanup_(guest_free_cleanup) struct guest *guest = NULL;
    _cleanup_error_ struct error *err = NULL;

    CHECK_INT(boot_with(bench, "systemd.unit=reboot.target", LAB_BOOT_MS, &guest, &err), -EPIPE);
    CHECK_INT(guest_how_it_ended(guest, NULL), GUEST_BOOT_LOOP);
}

static void test_boot_loop(void)
{
    CHECK_INT(lab_run(&lab, "phytium", boot_and_reset), 0);
}

static void boot_and_panic(struct bench *bench)
{
    _cleanup_(guest_free_cleanup) struct guest *guest = NULL;
    _cleanup_error_ struct error *err = NULL;
    _cleanup_free_ char *detail = NULL;

    CHECK_INT(boot_with(bench, "init=/bin/false", LAB_BOOT_MS, &guest, &err), -EPIPE);
    CHECK_INT(guest_how_it_ended(guest, &detail), GUEST_PANICKED);
    CHECK_HAS(detail, "Attempted to kill init");
}

static void test_boot_panic(void)
{
    CHECK_INT(lab_run(&lab, "phytium", boot_and_panic), 0);
}

/* The worker dies in the middle: its reaper cleans up. */
static void die(struct bench *bench)
{
    if (bench_restore(bench) != NULL)
        kill(getpid(), SIGKILL);
}

static void test_worker_killed(void)
{
    CHECK_INT(lab_run(&lab, "hygon", die), 128 + SIGKILL);
}

/* Worker and reaper die together: the next sweep cleans up, without affecting live guests. */
static void test_both_killed(void)
{
    struct lab_case test = {.lab = &lab, .platform = "hygon", .body = die};
    _cleanup_error_ struct error *err = NULL;
    unsigned count = 0;
    pid_t child;
    int status;

    fflush(NULL);
    child = fork();
    if (child == 0)
        _exit(lab_child(&test));
    CHECK_INT(waitpid(child, &status, 0), child);
    CHECK_INT(lab_count_roots(&lab), 1);
    CHECK_INT(lab_count_processes(&lab, NULL), 1);
    CHECK_OK(sweep_dead(&count, &err), err);
    CHECK_INT(count, 1);
    CHECK_INT(lab_count_roots(&lab), 0);
    CHECK_INT(lab_count_processes(&lab, NULL), 0);
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"save (x86)", test_save_x86},
        {"save (aarch64)", test_save_aarch64},
        {"panic (x86)", test_panic_x86},
        {"panic (aarch64)", test_panic_aarch64},
        {"reboot (x86)", test_reboot_x86},
        {"reboot (aarch64)", test_reboot_aarch64},
        {"power off", test_power_off},
        {"QEMU killed", test_qemu_killed},
        {"hang", test_hang},
        {"agent lost", test_agent_lost},
        {"agent never comes", test_no_agent},
        {"boot loop", test_boot_loop},
        {"panic while booting", test_boot_panic},
        {"worker killed", test_worker_killed},
        {"worker and its reaper killed", test_both_killed},
        CU_TEST_INFO_NULL,
    };
    int code;

    lab_open(&lab);
    code = cunit_run("guest_end", tests);
    lab_close(&lab);
    return code;
}
