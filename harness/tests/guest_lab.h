/* SPDX-License-Identifier: Apache-2.0 */
/* Helpers for guest tests: the stand-in guests made by scripts/build-guest, the platforms of arch/,
 * and a private home and runtime folder that must be empty at the end. */
#ifndef TS_TESTS_GUEST_LAB_H
#define TS_TESTS_GUEST_LAB_H

#include <dirent.h>
#include <signal.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "base/path.h"
#include "catalog/catalog.h"
#include "catalog/find.h"
#include "catalog/register.h"
#include "cunit_run.h"
#include "guest/domain/hypervisor.h"
#include "guest/guest.h"
#include "guest/media/media.h"
#include "guest/media/payload.h"
#include "guest/reaper.h"
#include "guest/state/draft.h"
#include "home/home.h"

#define LAB_BOOT_MS 240000
#define LAB_COMMAND_MS 60000

struct lab {
    char *folder; /* folder of this test program, containing home and runtime folder */
    char *home;
    char *guests;
};

static inline struct feature_table *lab_feature_table(void)
{
    _cleanup_error_ struct error *err = NULL;
    _cleanup_free_ char *path = NULL;
    struct feature_table *table = NULL;

    if (catalog_find_features(&path, &err) < 0 || catalog_load_features(path, &table, &err) < 0)
        printf("\n%s\n", error_message(err));
    return table;
}

static inline struct platform *lab_platform(const char *name, const struct feature_table *table)
{
    _cleanup_error_ struct error *err = NULL;
    _cleanup_free_ char *path = NULL;
    struct platform *platform = NULL;

    if (catalog_find_platform(name, &path, &err) < 0 ||
        catalog_load_platform(path, table, &platform, &err) < 0)
        printf("\n%s\n", error_message(err));
    return platform;
}

static inline void lab_take_file(struct image_file *file, const char *path, const char *sha256)
{
    file->path = text_dup(path);
    memcpy(file->sha256, sha256, sizeof(file->sha256));
}

/* The stand-in for an architecture, from build-guest's description; NULL if it has not been
 * built. */
static inline struct image *lab_image(const char *guests, enum arch arch)
{
    _cleanup_free_ char *name = text_format("debian-bookworm-%s", arch_debian_name(arch));
    _cleanup_free_ char *folder = path_join(guests, name);
    _cleanup_(image_request_done) struct image_request request = {0};
    struct image *image;

    if (image_request_read_guest(&request, folder, NULL) < 0)
        return NULL;
    image = text_calloc(1, sizeof(*image));
    image->name = text_dup(name);
    image->arch = arch;
    image->format = DISK_QCOW2;
    image->boot = BOOT_KERNEL;
    image->cmdline = text_dup(request.cmdline);
    lab_take_file(&image->disk, request.disk, request.disk_sha256);
    lab_take_file(&image->kernel, request.kernel, request.kernel_sha256);
    lab_take_file(&image->initrd, request.initrd, request.initrd_sha256);
    return image;
}

/* Creates a private home and runtime folder; exits with 77 if no guests have been built. */
static inline void lab_open(struct lab *lab)
{
    const char *given = getenv("TOUCHSTONE_TEST_GUESTS"), *home;
    char folder[] = "/tmp/ts-guest-XXXXXX";
    struct image *image;

    if (given != NULL)
        lab->guests = text_dup(given);
    else if (home_folder(&home, NULL) == 0)
        lab->guests = path_join(home, "guests");
    for (enum arch arch = 0; arch < ARCH_COUNT; arch++) {
        image = lab->guests != NULL ? lab_image(lab->guests, arch) : NULL;
        if (image == NULL) {
            printf("skipped: no built guest for %s in '%s': run scripts/build-guest, or set "
                   "TOUCHSTONE_TEST_GUESTS\n",
                   arch_name(arch), lab->guests != NULL ? lab->guests : "(no home)");
            exit(77);
        }
        image_free(image);
    }
    if (mkdtemp(folder) == NULL)
        exit(99);
    lab->folder = text_dup(folder);
    lab->home = path_join(folder, "home");
    setenv("XDG_RUNTIME_DIR", folder, 1);
}

static inline void lab_close(struct lab *lab)
{
    path_remove_tree(lab->folder, NULL);
    free(lab->folder);
    free(lab->home);
    free(lab->guests);
}

/* Number of existing hypervisors' roots. */
static inline int lab_count_roots(const struct lab *lab)
{
    _cleanup_free_ char *runtime = path_join(lab->folder, "touchstone");
    DIR *dir = opendir(runtime);
    struct dirent *entry;
    int count = 0;

    while (dir != NULL && (entry = readdir(dir)) != NULL)
        count += strncmp(entry->d_name, "vm-", 3) == 0;
    if (dir != NULL)
        closedir(dir);
    return count;
}

/* Number of processes whose command line contains the lab's folder: QEMU processes that are left
 * over. */
static inline int lab_count_processes(const struct lab *lab, pid_t *ret_pid)
{
    DIR *dir = opendir("/proc");
    struct dirent *entry;
    int count = 0;

    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        _cleanup_free_ char *path = text_format("/proc/%s/cmdline", entry->d_name);
        _cleanup_buffer_ struct buffer line = {0};

        if (entry->d_name[0] < '0' || entry->d_name[0] > '9' ||
            path_read(path, 1 << 20, &line, NULL) < 0 || line.length == 0 ||
            memmem(line.data, line.length, lab->folder, strlen(lab->folder)) == NULL)
            continue;
        if (ret_pid != NULL)
            *ret_pid = (pid_t)atoi(entry->d_name);
        count++;
    }
    if (dir != NULL)
        closedir(dir);
    return count;
}

/* A guest to test, in a process of its own. */
struct bench {
    const struct lab *lab;
    struct feature_table *features;
    struct platform *platform;
    struct image *image;
    struct hypervisor *hypervisor;
    char *folder, *overlay, *payload, *results, *console;
    struct guest_spec spec;
    char key[DIGEST_TEXT_SIZE];
};

/* Prints the error and fails the test if code < 0. */
#define CHECK_OK(code_, err_)                                                                      \
    do {                                                                                           \
        int done_ = (code_);                                                                       \
        if (done_ < 0)                                                                             \
            printf("\n%s:%d: %s\n", __FILE__, __LINE__, error_message(err_));                      \
        CU_ASSERT(done_ >= 0);                                                                     \
    } while (0)

static inline bool bench_open(struct bench *bench, const struct lab *lab, const char *platform)
{
    _cleanup_error_ struct error *err = NULL;
    struct hypervisor_options options = {.home = lab->home, .job = "test"};
    char folder[] = "/tmp/ts-bench-XXXXXX";
    struct payload *payload = NULL;
    int code;

    memset(bench, 0, sizeof(*bench));
    bench->lab = lab;
    bench->features = lab_feature_table();
    bench->platform = lab_platform(platform, bench->features);
    bench->image = lab_image(lab->guests, bench->platform->arch);
    bench->folder = text_dup(mkdtemp(folder));
    bench->overlay = path_join(bench->folder, "overlay.qcow2");
    bench->payload = path_join(bench->folder, "payload.raw");
    bench->results = path_join(bench->folder, "results.raw");
    bench->console = path_join(bench->folder, "console.log");
    code = payload_new(bench->payload, &payload, &err);
    if (code == 0)
        code = payload_add_memory(payload, "dir/hello", "hello from the host\n", 20, 0644, &err);
    if (code == 0)
        code = payload_finish(payload, &err);
    payload_free(payload);
    if (code == 0)
        code = media_make_results(bench->results, &err);
    if (code == 0)
        code = hypervisor_open(&options, &bench->hypervisor, &err);
    bench->spec = (struct guest_spec){.platform = bench->platform,
                                      .features = bench->features,
                                      .image = bench->image,
                                      .accel = ACCEL_TCG,
                                      .overlay = bench->overlay,
                                      .payload = bench->payload,
                                      .results = bench->results,
                                      .console = bench->console};
    if (code == 0)
        code = saved_state_key(bench->hypervisor, &bench->spec, bench->key, &err);
    CHECK_OK(code, err);
    return code == 0;
}

static inline void bench_close(struct bench *bench)
{
    hypervisor_close(bench->hypervisor);
    path_remove_tree(bench->folder, NULL);
    image_free(bench->image);
    platform_free(bench->platform);
    feature_table_free(bench->features);
    free(bench->folder);
    free(bench->overlay);
    free(bench->payload);
    free(bench->results);
    free(bench->console);
}

/* Boots from a new overlay and waits for the agent. */
static inline struct guest *bench_boot(struct bench *bench)
{
    _cleanup_error_ struct error *err = NULL;
    struct guest *guest = NULL;
    int code =
        media_make_overlay(bench->overlay, bench->image->disk.path, bench->image->format, &err);

    if (code == 0)
        code = guest_boot(bench->hypervisor, &bench->spec, &guest, &err);
    if (code == 0)
        code = guest_wait_agent(guest, clock_now_ms() + LAB_BOOT_MS, &err);
    CHECK_OK(code, err);
    if (code == 0)
        return guest;
    guest_free(guest);
    return NULL;
}

/* Boots, saves, and completes the state for the bench's key. */
static inline void bench_save(struct bench *bench)
{
    _cleanup_error_ struct error *err = NULL;
    _cleanup_(state_draft_free_cleanup) struct state_draft *draft = NULL;
    struct state_draft *second = NULL;
    struct guest *guest = NULL;
    int64_t start = clock_now_ms();
    int code =
        state_draft_begin(bench->lab->home, bench->key, bench->image, start + 1000, &draft, &err);

    CHECK_OK(code, err);
    if (code < 0)
        return;
    bench->spec.overlay = state_draft_disk(draft);
    code = guest_boot(bench->hypervisor, &bench->spec, &guest, &err);
    if (code == 0)
        code = guest_wait_agent(guest, clock_now_ms() + LAB_BOOT_MS, &err);
    printf("boot to agent: %lld ms\n", (long long)(clock_now_ms() - start));
    start = clock_now_ms();
    if (code == 0)
        code = guest_save(guest, state_draft_memory(draft), &err);
    printf("save: %lld ms\n", (long long)(clock_now_ms() - start));
    CHECK_OK(code, err);
    if (code == 0) {
        CHECK_INT(guest_how_it_ended(guest, NULL), GUEST_DESTROYED);
        CHECK_INT(state_draft_begin(bench->lab->home, bench->key, bench->image,
                                    clock_now_ms() + 100, &second, NULL),
                  -ETIMEDOUT);
    }
    guest_free(guest);
    if (code == 0)
        CHECK_OK(state_draft_complete(draft, &bench->spec, ENTRY_AGENT, "run/prepare/1", &err),
                 err);
}

/* Restores the saved state and waits for the agent. */
static inline struct guest *bench_restore(struct bench *bench)
{
    _cleanup_error_ struct error *err = NULL;
    struct saved_state state = {0};
    struct guest *guest = NULL;
    int64_t start = clock_now_ms();
    int code = saved_state_find(bench->lab->home, bench->key, &state, &err);

    if (code == 0)
        code = media_make_overlay(bench->overlay, state.disk, DISK_QCOW2, &err);
    if (code == 0)
        code = guest_restore(bench->hypervisor, &bench->spec, state.memory, &guest, &err);
    if (code == 0)
        code = guest_wait_agent(guest, clock_now_ms() + LAB_COMMAND_MS, &err);
    saved_state_done(&state);
    printf("restore to agent: %lld ms\n", (long long)(clock_now_ms() - start));
    CHECK_OK(code, err);
    if (code == 0)
        return guest;
    guest_free(guest);
    return NULL;
}

/* Runs a shell command in the guest; returns its stdout (caller frees), or NULL on failure. */
static inline char *bench_shell(struct guest *guest, const char *script)
{
    _cleanup_error_ struct error *err = NULL;
    const char *argv[] = {"/bin/sh", "-c", script, NULL};
    struct guest_command command = {.argv = argv};
    struct guest_output output = {0};
    char *text = NULL;
    int code = guest_exec(guest, &command, clock_now_ms() + LAB_COMMAND_MS, &output, &err);

    CHECK_OK(code, err);
    if (code == 0)
        text = buffer_steal(&output.out);
    guest_output_done(&output);
    return text;
}

/* Runs a test case in a process of its own, under a reaper, and checks that nothing is left
 * over. */
struct lab_case {
    const struct lab *lab;
    const char *platform;
    void (*body)(struct bench *bench);
};

static inline int lab_child(void *closure)
{
    const struct lab_case *test = closure;
    unsigned before = CU_get_number_of_failure_records();
    struct bench bench;

    if (bench_open(&bench, test->lab, test->platform))
        test->body(&bench);
    bench_close(&bench);
    return CU_get_number_of_failure_records() > before;
}

static inline int lab_run(const struct lab *lab, const char *platform,
                          void (*body)(struct bench *bench))
{
    struct lab_case test = {.lab = lab, .platform = platform, .body = body};
    _cleanup_error_ struct error *err = NULL;
    struct reaper_end end = {.code = -1};

    CHECK_OK(reaper_run(lab_child, &test, &end, &err), err);
    CHECK_INT(lab_count_roots(lab), 0);
    CHECK_INT(lab_count_processes(lab, NULL), 0);
    return end.code;
}

#endif
