/* SPDX-License-Identifier: Apache-2.0 */
/* libvirt probes QEMU once for a data folder, whichever core its driver is started on: processes
 * started on each core in turn find what the first one cached. */
#include <libvirt/libvirt.h>
#include <sched.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/path.h"
#include "base/text.h"
#include "cunit_run.h"
#include "guest/domain/connection.h"
#include "guest/domain/hypervisor.h"
#include "temp_folder.h"

enum { STARTS = 6 };

static char *folder;

/* Moves to core `cpu`, with permission to run on all allowed cores afterwards. */
static void move_to(int cpu)
{
    cpu_set_t all, one;

    sched_getaffinity(0, sizeof(all), &all);
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    if (sched_setaffinity(0, sizeof(one), &one) == 0)
        sched_setaffinity(0, sizeof(all), &all);
}

/* Returns the exit code: 0; 1: it cannot be opened; 2: threads are still pinned. */
static int ask_capabilities(int cpu)
{
    struct hypervisor_options options = {.job = "test", .home = folder};
    struct hypervisor *hypervisor = NULL;
    cpu_set_t before, after;
    char *capabilities;

    sched_getaffinity(0, sizeof(before), &before);
    move_to(cpu);
    if (hypervisor_open(&options, &hypervisor, NULL) < 0)
        return 1;
    capabilities = virConnectGetDomainCapabilities(hypervisor_connection(hypervisor), NULL, NULL,
                                                   NULL, NULL, 0);
    free(capabilities);
    hypervisor_close(hypervisor);
    sched_getaffinity(0, sizeof(after), &after);
    if (capabilities == NULL)
        return 1;
    return CPU_EQUAL(&before, &after) ? 0 : 2;
}

/* One process for each driver: libvirt does not release the embedded one before its process
 * ends. */
static void start_driver(int cpu)
{
    int status = -1;
    pid_t child = fork();

    if (child == 0)
        _exit(ask_capabilities(cpu));
    CU_ASSERT(waitpid(child, &status, 0) == child);
    CHECK_INT(status, 0);
}

/* Name and modification time of every cached file: a cache considered outdated is rewritten. */
static char *cached(void)
{
    _cleanup_free_ char *path = path_join(folder, "host/libvirt-cache/capabilities");
    _cleanup_strv_ struct strv names = {0};
    _cleanup_buffer_ struct buffer text = {0};

    path_list(path, &names, NULL);
    for (size_t i = 0; i < names.count; i++) {
        _cleanup_free_ char *file = path_join(path, names.items[i]);
        struct stat st = {0};

        stat(file, &st);
        buffer_format(&text, "%s %lld.%09ld ", names.items[i], (long long)st.st_mtim.tv_sec,
                      st.st_mtim.tv_nsec);
    }
    return buffer_steal(&text);
}

static void test_probed_once(void)
{
    long cpus = sysconf(_SC_NPROCESSORS_ONLN);
    _cleanup_free_ char *first = NULL;

    start_driver(0);
    first = cached();
    CU_ASSERT(text_ends(first, " "));
    for (int i = 1; i < STARTS; i++) {
        _cleanup_free_ char *now = NULL;

        start_driver((int)(i % cpus));
        now = cached();
        CHECK_TEXT(now, first);
    }
}

int main(void)
{
    CU_TestInfo tests[] = {{"probed once", test_probed_once}, CU_TEST_INFO_NULL};
    int code;

    folder = temp_folder_new();
    code = cunit_run("capability_cache", tests);
    temp_folder_remove(&folder);
    return code;
}
