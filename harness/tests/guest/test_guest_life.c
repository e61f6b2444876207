/* SPDX-License-Identifier: Apache-2.0 */
/* A guest's life with real boots under emulation: boot, save, restore, commands, and every end. */
#include "guest_lab.h"

#include <sys/wait.h>

#include "guest/results_disk.h"

static struct lab lab;

/* How far a step took, for the one who reads the log. */
static void say_time(const char *what, int64_t start)
{
    printf("%s: %lld ms\n", what, (long long)(clock_now_ms() - start));
    fflush(stdout);
}

static void save_state(struct bench *bench)
{
    _cleanup_error_ struct error *err = NULL;
    _cleanup_(warm_draft_free_cleanup) struct warm_draft *draft = NULL;
    struct warm_draft *second = NULL;
    struct guest *guest = NULL;
    int64_t start = clock_now_ms();
    int code = warm_begin(lab.home, bench->key, bench->image, start + 1000, &draft, &err);

    CHECK_OK(code, err);
    if (code < 0)
        return;
    bench->spec.overlay = warm_draft_disk(draft);
    code = guest_boot(bench->hypervisor, &bench->spec, &guest, &err);
    if (code == 0)
        code = guest_wait_agent(guest, clock_now_ms() + LAB_BOOT_MS, &err);
    say_time("boot to agent", start);
    start = clock_now_ms();
    if (code == 0)
        code = guest_save(guest, warm_draft_memory(draft), &err);
    say_time("save", start);
    CHECK_OK(code, err);
    CHECK_INT(guest_how_it_ended(guest, NULL), GUEST_DESTROYED);
    guest_free(guest);
    if (code < 0)
        return;
    CHECK_INT(warm_begin(lab.home, bench->key, bench->image, clock_now_ms() + 100, &second, NULL),
              -ETIMEDOUT);
    start = clock_now_ms();
    CHECK_OK(warm_complete(draft, &bench->spec, "run/prepare/1", &err), err);
    say_time("complete", start);
}

static void test_save_x86(void)
{
    CHECK_INT(lab_run(&lab, "hygon", save_state), 0);
}

static void test_save_aarch64(void)
{
    CHECK_INT(lab_run(&lab, "kunpeng", save_state), 0);
}

static void restore_and_echo(struct bench *bench)
{
    int64_t start = clock_now_ms();
    struct guest *guest = bench_restore(bench);
    char *text;

    say_time("restore to agent", start);
    if (guest == NULL)
        return;
    start = clock_now_ms();
    text = bench_shell(guest, "echo there");
    say_time("first command", start);
    CHECK_TEXT(text, "there\n");
    free(text);
    start = clock_now_ms();
    text = bench_shell(guest, "echo again");
    say_time("second command", start);
    CHECK_TEXT(text, "again\n");
    free(text);
    start = clock_now_ms();
    guest_free(guest);
    say_time("destroy", start);
}

static void test_restore_x86(void)
{
    CHECK_INT(lab_run(&lab, "hygon", restore_and_echo), 0);
}

static void test_restore_aarch64(void)
{
    CHECK_INT(lab_run(&lab, "kunpeng", restore_and_echo), 0);
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"a booted guest is saved (x86)", test_save_x86},
        {"it is restored (x86)", test_restore_x86},
        {"a booted guest is saved (aarch64)", test_save_aarch64},
        {"it is restored (aarch64)", test_restore_aarch64},
        CU_TEST_INFO_NULL,
    };
    int code;

    lab_open(&lab);
    code = cunit_run("guest_life", tests);
    lab_close(&lab);
    return code;
}
