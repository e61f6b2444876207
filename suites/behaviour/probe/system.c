/* SPDX-License-Identifier: Apache-2.0 */
/* The environment of a program: clocks, cgroups, locale, time zone, and what else it can
 * execute. */
#include <elf.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include "probe.h"

#define CGROUP2_MAGIC 0x63677270 /* linux/magic.h */

static int64_t nanoseconds(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void check_clocks(void)
{
    static const char folder[] = "/sys/devices/system/clocksource/clocksource0";
    struct timespec resolution = {0};
    char path[128], line[256];
    int64_t last = nanoseconds(CLOCK_MONOTONIC);
    bool forward = true;

    snprintf(path, sizeof(path), "%s/current_clocksource", folder);
    read_line(path, line, sizeof(line));
    observe("time.clocksource", "", "%s", line);
    tap_ok(line[0] != '\0', "the kernel names its clock source: '%s'", line);
    snprintf(path, sizeof(path), "%s/available_clocksource", folder);
    if (read_line(path, line, sizeof(line)))
        observe("time.clocksources", "", "%s", line);
    clock_getres(CLOCK_MONOTONIC, &resolution);
    observe("time.monotonic_resolution", "ns", "%lld",
            (long long)resolution.tv_sec * 1000000000 + resolution.tv_nsec);
    for (int i = 0; i < 10000 && forward; i++) {
        int64_t now = nanoseconds(CLOCK_MONOTONIC);

        forward = now >= last;
        last = now;
    }
    tap_ok(forward, "CLOCK_MONOTONIC never goes back");
    tap_ok(resolution.tv_sec == 0 && resolution.tv_nsec <= 10000000,
           "CLOCK_MONOTONIC counts in 10 ms or finer: %ld ns", (long)resolution.tv_nsec);
}

static void show_cgroup(void)
{
    struct statfs status;
    const char *version = "none";

    if (statfs("/sys/fs/cgroup", &status) == 0) {
        if (status.f_type == CGROUP2_MAGIC)
            version = "2";
        else if (access("/sys/fs/cgroup/unified/cgroup.procs", F_OK) == 0)
            version = "1+2";
        else if (access("/sys/fs/cgroup/cpu", F_OK) == 0 ||
                 access("/sys/fs/cgroup/memory", F_OK) == 0)
            version = "1";
    }
    observe("cgroup.version", "", "%s", version);
}

/* The value of NAME=value in a file with such lines; "" if absent. */
static void find_setting(const char *path, const char *name, char *text, size_t size)
{
    FILE *file = fopen(path, "re");
    char line[512];
    size_t length = strlen(name);

    while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
        const char *value = line + length + 1;

        if (strncmp(line, name, length) != 0 || line[length] != '=')
            continue;
        value += *value == '"';
        snprintf(text, size, "%.*s", (int)strcspn(value, "\"\n"), value);
    }
    if (file != NULL)
        fclose(file);
}

static void show_locale_and_zone(void)
{
    char locale[256] = "", link[PATH_MAX] = "", line[256];
    const char *zone;
    time_t now = time(NULL);
    struct tm local = {0};

    find_setting("/etc/default/locale", "LANG", locale, sizeof(locale));
    find_setting("/etc/locale.conf", "LANG", locale, sizeof(locale));
    observe("locale.lang", "", "%s", locale[0] != '\0' ? locale : "unset");
    observe("locale.c_utf8", "", "%s",
            access("/usr/lib/locale/C.utf8", F_OK) == 0 ||
                    access("/usr/lib/locale/C.UTF-8", F_OK) == 0
                ? "present"
                : "absent");
    if (readlink("/etc/localtime", link, sizeof(link) - 1) < 0 &&
        read_line("/etc/timezone", line, sizeof(line)))
        snprintf(link, sizeof(link), "%s", line);
    zone = strstr(link, "zoneinfo/");
    observe("time.zone", "", "%s",
            zone != NULL      ? zone + strlen("zoneinfo/")
            : link[0] != '\0' ? link
                              : "unset");
    localtime_r(&now, &local);
    observe("time.zone_offset", "s", "%ld", local.tm_gmtoff);
    tap_ok(local.tm_year >= 2025 - 1900, "the calendar is past 2024: %d", local.tm_year + 1900);
}

#ifdef __x86_64__
static int call_vsyscall(const void *address)
{
    time_t (*function)(time_t *) = (time_t(*)(time_t *))(uintptr_t)address;

    return function(NULL) > 0 ? 0 : 1;
}

static void show_vsyscall(void)
{
    /* time() at its fixed address, Linux arch/x86/include/uapi/asm/vsyscall.h */
    int answer = in_child(call_vsyscall, (const void *)0xffffffffff600400);

    observe("kernel.vsyscall", "", "%s", answer == 0 ? "callable" : "faults");
}

static const unsigned char code32[] = {0xb8, 1,   0, 0, 0, /* mov eax,1: exit */
                                       0xbb, 42,  0, 0, 0, /* mov ebx,42 */
                                       0xcd, 0x80};        /* int 0x80 */
#define MACHINE32 EM_386
#define FLAGS32 0
#else
static void show_vsyscall(void)
{
    observe("kernel.vsyscall", "", "not on this architecture");
}

static const unsigned char code32[] = {0x01, 0x70, 0xa0, 0xe3,  /* mov r7,#1: exit */
                                       0x2a, 0x00, 0xa0, 0xe3,  /* mov r0,#42 */
                                       0x00, 0x00, 0x00, 0xef}; /* svc 0 */
#define MACHINE32 EM_ARM
#define FLAGS32 EF_ARM_EABI_VER5
#endif

enum { EXEC_RUNS = 42, EXEC_REFUSED = 1, EXEC_FAILED = 2 };

/* The smallest 32-bit program: a header, one segment, exit(42). */
static int exec32(const void *unused)
{
    struct {
        Elf32_Ehdr header;
        Elf32_Phdr segment;
        unsigned char code[sizeof(code32)];
    } file = {
        .header = {.e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS32, ELFDATA2LSB,
                               EV_CURRENT},
                   .e_type = ET_EXEC,
                   .e_machine = MACHINE32,
                   .e_version = EV_CURRENT,
                   .e_entry = 0x10000 + sizeof(Elf32_Ehdr) + sizeof(Elf32_Phdr),
                   .e_phoff = sizeof(Elf32_Ehdr),
                   .e_flags = FLAGS32,
                   .e_ehsize = sizeof(Elf32_Ehdr),
                   .e_phentsize = sizeof(Elf32_Phdr),
                   .e_phnum = 1},
        .segment = {.p_type = PT_LOAD,
                    .p_vaddr = 0x10000,
                    .p_filesz = sizeof(file),
                    .p_memsz = sizeof(file),
                    .p_flags = PF_R | PF_X,
                    .p_align = 0x10000},
    };
    char *argv[] = {(char *)"exec32", NULL}, *env[] = {NULL};
    int fd = memfd_create("exec32", MFD_CLOEXEC);

    (void)unused;
    memcpy(file.code, code32, sizeof(code32));
    if (fd < 0 || write(fd, &file, sizeof(file)) != sizeof(file))
        return EXEC_FAILED;
    fexecve(fd, argv, env);
    return errno == ENOEXEC ? EXEC_REFUSED : EXEC_FAILED;
}

static void show_exec32(void)
{
    int answer = in_child(exec32, NULL);

    observe("kernel.exec32", "", "%s",
            answer == EXEC_RUNS      ? "runs"
            : answer == EXEC_REFUSED ? "refused"
                                     : "unknown");
}

int probe_system(void)
{
    check_clocks();
    show_cgroup();
    show_locale_and_zone();
    show_vsyscall();
    show_exec32();
    return tap_done();
}
