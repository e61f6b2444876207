/* SPDX-License-Identifier: Apache-2.0 */
/* The life of a guest under emulation, with real boots: save, restore, commands, disks in and
 * out. */
#include <pthread.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "guest/media/results_disk.h"
#include "guest_lab.h"

static struct lab lab;

static void save_state(struct bench *bench)
{
    bench_save(bench);
}

static void test_save(void)
{
    CHECK_INT(lab_run(&lab, "hygon", save_state), 0);
}

static void restore_and_echo(struct bench *bench)
{
    struct guest *guest = bench_restore(bench);
    int64_t start = clock_now_ms();
    char *text;

    if (guest == NULL)
        return;
    text = bench_shell(guest, "echo there");
    printf("first command: %lld ms\n", (long long)(clock_now_ms() - start));
    CHECK_TEXT(text, "there\n");
    free(text);
    CHECK_HAS(guest_domain_xml(guest), "Dhyana");
    CHECK_INT(guest_how_it_ended(guest, NULL), GUEST_RUNNING);
    guest_free(guest);
}

static void test_restore(void)
{
    CHECK_INT(lab_run(&lab, "hygon", restore_and_echo), 0);
}

/* Runs argv; returns the code of guest_exec, with its output. */
static int run(struct guest *guest, const struct guest_command *command, int64_t limit_ms,
               struct guest_output *output, struct error **err)
{
    return guest_exec(guest, command, clock_now_ms() + limit_ms, output, err);
}

static void check_streams(struct guest *guest)
{
    const char *argv[] = {"/bin/sh", "-c", "read a; echo out $a $WHO; echo err >&2; exit 7", NULL};
    const char *env[] = {"WHO=me", "PATH=/bin", NULL};
    struct guest_command command = {.argv = argv, .env = env, .input = "in\n", .input_length = 3};
    _cleanup_(guest_output_done) struct guest_output output = {0};
    _cleanup_error_ struct error *err = NULL;

    CHECK_OK(run(guest, &command, LAB_COMMAND_MS, &output, &err), err);
    CHECK_TEXT(output.out.data, "out in me\n");
    CHECK_TEXT(output.err.data, "err\n");
    CHECK_INT(output.exited, true);
    CHECK_INT(output.code, 7);
    CHECK_INT(output.truncated, false);
}

static void check_signal(struct guest *guest)
{
    const char *argv[] = {"/bin/sh", "-c", "kill -9 $$", NULL};
    struct guest_command command = {.argv = argv};
    _cleanup_(guest_output_done) struct guest_output output = {0};
    _cleanup_error_ struct error *err = NULL;

    CHECK_OK(run(guest, &command, LAB_COMMAND_MS, &output, &err), err);
    CHECK_INT(output.exited, false);
    CHECK_INT(output.code, 9);
}

static void check_limit(struct guest *guest)
{
    const char *argv[] = {"/bin/sh", "-c", "head -c 300000 /dev/zero; printf 123456 >&2", NULL};
    struct guest_command command = {.argv = argv, .output_limit = 5};
    _cleanup_(guest_output_done) struct guest_output output = {0};
    _cleanup_error_ struct error *err = NULL;

    CHECK_OK(run(guest, &command, LAB_COMMAND_MS, &output, &err), err);
    CHECK_INT(output.out.length, 5);
    CHECK_TEXT(output.err.data, "12345");
    CHECK_INT(output.truncated, true);
}

static void check_absent(struct guest *guest)
{
    const char *argv[] = {"/no/such/program", NULL};
    struct guest_command command = {.argv = argv};
    _cleanup_(guest_output_done) struct guest_output output = {0};
    _cleanup_error_ struct error *err = NULL;

    CHECK_INT(run(guest, &command, LAB_COMMAND_MS, &output, &err), -EREMOTEIO);
    CHECK_HAS(error_message(err), "/no/such/program");
}

static void check_deadline(struct guest *guest)
{
    const char *argv[] = {"/bin/sleep", "1000", NULL};
    struct guest_command command = {.argv = argv};
    _cleanup_(guest_output_done) struct guest_output output = {0};
    _cleanup_error_ struct error *err = NULL;
    int64_t start = clock_now_ms();
    char *text;

    CHECK_INT(run(guest, &command, 2000, &output, &err), -ETIMEDOUT);
    CU_ASSERT(clock_now_ms() - start < 10000);
    CHECK_HAS(error_message(err), "/bin/sleep");
    text = bench_shell(guest, "for d in /proc/[0-9]*; do cat $d/comm; done | grep -c sleep");
    CHECK_TEXT(text, "0\n");
    free(text);
}

static void check_disks(struct guest *guest, const struct bench *bench)
{
    _cleanup_buffer_ struct buffer data = {0};
    _cleanup_error_ struct error *err = NULL;
    char *text = bench_shell(guest, "cd /tmp && tar xf /dev/disk/by-id/virtio-ts-payload && "
                                    "cat dir/hello && "
                                    "printf result > /dev/disk/by-id/virtio-ts-results && sync");

    CHECK_TEXT(text, "hello from the host\n");
    free(text);
    CHECK_OK(results_disk_read(bench->results, 0, 6, &data, &err), err);
    CHECK_TEXT(data.data, "result");
}

static void commands(struct bench *bench)
{
    struct guest *guest = bench_restore(bench);

    if (guest == NULL)
        return;
    check_streams(guest);
    check_signal(guest);
    check_limit(guest);
    check_absent(guest);
    check_deadline(guest);
    check_disks(guest, bench);
    guest_free(guest);
}

static void test_commands(void)
{
    CHECK_INT(lab_run(&lab, "hygon", commands), 0);
}

/* Two workers from one state: same name, same UUID, each in its own root. */
static void test_side_by_side(void)
{
    pid_t children[2];

    for (int i = 0; i < 2; i++) {
        struct lab_case test = {.lab = &lab, .platform = "hygon", .body = restore_and_echo};
        struct reaper_end end = {.code = -1};

        fflush(NULL);
        children[i] = fork();
        if (children[i] == 0) {
            reaper_run(lab_child, &test, &end, NULL);
            _exit(end.code);
        }
    }
    for (int i = 0; i < 2; i++) {
        int status = -1;

        waitpid(children[i], &status, 0);
        CHECK_INT(status, 0);
    }
    CHECK_INT(lab_count_roots(&lab), 0);
    CHECK_INT(lab_count_processes(&lab, NULL), 0);
}

static void open_again(struct bench *bench)
{
    struct hypervisor_options options = {.home = bench->lab->home, .job = "second"};
    _cleanup_error_ struct error *err = NULL;
    struct hypervisor *second = NULL;

    CHECK_INT(hypervisor_open(&options, &second, &err), -EBUSY);
    options.uri = "qemu+ssh://elsewhere/system";
    CHECK_INT(hypervisor_open(&options, &second, &err), -ENOTSUP);
    CHECK_HAS(error_message(err), "qemu+ssh://elsewhere/system");
    CHECK_TEXT(hypervisor_libvirt_version(bench->hypervisor), "9.0.0");
}

static void test_refusals(void)
{
    CHECK_INT(lab_run(&lab, "hygon", open_again), 0);
}

static void find_states(struct bench *bench)
{
    _cleanup_error_ struct error *err = NULL;
    struct saved_states states = {0};
    struct saved_state state = {0};
    struct state_draft *draft = NULL;
    _cleanup_free_ char *memory = NULL;

    CHECK_OK(saved_state_list(lab.home, &states, &err), err);
    CHECK_INT(states.rows.count, 1);
    if (states.rows.count == 1) {
        CHECK_TEXT(states.rows.items[0].key, bench->key);
        CHECK_TEXT(states.rows.items[0].platform, "hygon");
        CHECK_TEXT(states.rows.items[0].prepared_by, "run/prepare/1");
        CU_ASSERT(states.rows.items[0].bytes > 50 << 20);
        memory = text_dup(states.rows.items[0].memory);
    }
    saved_states_done(&states);
    CHECK_INT(state_draft_begin(lab.home, bench->key, bench->image, 0, &draft, &err), -EEXIST);

    /* Another memory size is another state. */
    bench->spec.memory_mib = 768;
    CHECK_OK(saved_state_key(bench->hypervisor, &bench->spec, bench->key, &err), err);
    CHECK_INT(saved_state_find(lab.home, bench->key, &state, &err), -ENOENT);
    bench->spec.memory_mib = 0;
    CHECK_OK(saved_state_key(bench->hypervisor, &bench->spec, bench->key, &err), err);

    /* A state that was written to is rejected and replaced. */
    if (memory != NULL) {
        CHECK_INT(chmod(memory, 0600), 0); /* otherwise only root could write to it */
        CHECK_INT(truncate(memory, 4096), 0);
    }
    CHECK_INT(saved_state_find(lab.home, bench->key, &state, &err), -EBADMSG);
    CHECK_HAS(error_message(err), "memory");
    CHECK_OK(state_draft_begin(lab.home, bench->key, bench->image, 0, &draft, &err), err);
    state_draft_free(draft);
    CHECK_INT(saved_state_find(lab.home, bench->key, &state, &err), -ENOENT);
}

static void test_states(void)
{
    CHECK_INT(lab_run(&lab, "hygon", find_states), 0);
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"a booted guest is saved", test_save},
        {"it is restored and answers", test_restore},
        {"commands, their streams, limits and deadlines; disks in and out", test_commands},
        {"two restores side by side", test_side_by_side},
        {"what a hypervisor refuses", test_refusals},
        {"states are found, and damaged ones are not trusted", test_states},
        CU_TEST_INFO_NULL,
    };
    int code;

    lab_open(&lab);
    code = cunit_run("guest_life", tests);
    lab_close(&lab);
    return code;
}
