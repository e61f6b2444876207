/* SPDX-License-Identifier: Apache-2.0 */
/* Combines the guards, and passes their state from one case to the next through the host. */
#include "inside/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <linux/magic.h>

#ifdef __aarch64__
#define LOADER "/lib/ld-linux-aarch64.so.1"
#else
#define LOADER "/lib64/ld-linux-x86-64.so.2"
#endif

enum part { PRELOAD, SHELL, PACKAGES, SYSTEM, MOUNTS, FILES, PROGRAMS, PARTS };

static const char *const part_names[] = {
    [PRELOAD] = "preload", [SHELL] = "shell", [PACKAGES] = "packages", [SYSTEM] = "system",
    [MOUNTS] = "mounts",   [FILES] = "files", [PROGRAMS] = "programs"};

static uint64_t before[PARTS];

uint64_t hash_bytes(uint64_t hash, const void *data, size_t length)
{
    const unsigned char *bytes = data;

    for (size_t i = 0; i < length; i++)
        hash = (hash ^ bytes[i]) * UINT64_C(0x100000001b3);
    return hash;
}

uint64_t hash_text(uint64_t hash, const char *text)
{
    return hash_bytes(hash, text, strlen(text) + 1);
}

/* Hashes a file's identity and modification time; a missing one has its own value. Changes of label
 * or mode by a package's script do not count. */
static uint64_t hash_file(uint64_t hash, const char *path)
{
    struct stat status;
    uint64_t parts[4] = {0};

    /* Not its device number, which may change at a restart. */
    if (stat(path, &status) == 0) {
        parts[0] = status.st_ino;
        parts[1] = (uint64_t)status.st_size;
        parts[2] = (uint64_t)status.st_mtim.tv_sec;
        parts[3] = (uint64_t)status.st_mtim.tv_nsec;
    }
    return hash_bytes(hash, parts, sizeof(parts));
}

uint64_t hash_content(uint64_t hash, const char *path)
{
    static uint64_t words[8192];
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    ssize_t got;

    for (int rounds = 0; fd >= 0 && rounds < 128; rounds++) {
        got = read(fd, words, sizeof(words));
        if (got <= 0)
            break;
        memset((char *)words + got, 0, sizeof(words) - (size_t)got);
        for (size_t i = 0; i < ((size_t)got + 7) / 8; i++)
            hash = (hash ^ words[i]) * UINT64_C(0x100000001b3);
    }
    if (fd >= 0)
        close(fd);
    return hash;
}

static uint64_t hash_shell(struct case_run *run)
{
    char libc[4096];
    char *slash;
    uint64_t hash = HASH_START;

    if (realpath("/bin/sh", run->shell) == NULL)
        run->shell[0] = '\0';
    if (realpath(LOADER, run->loader) == NULL)
        run->loader[0] = '\0';
    snprintf(libc, sizeof(libc), "%s", run->loader);
    slash = strrchr(libc, '/');
    snprintf(slash != NULL ? slash : libc, 16, "/libc.so.6");
    hash = hash_text(hash, run->shell);
    hash = hash_content(hash_file(hash, run->shell), run->shell);
    hash = hash_file(hash_text(hash, run->loader), run->loader);
    return hash_file(hash, libc);
}

static uint64_t hash_files(const char *const *paths)
{
    uint64_t hash = HASH_START;

    for (; *paths != NULL; paths++)
        hash = hash_file(hash, *paths);
    return hash;
}

static void look(struct case_run *run, uint64_t state[PARTS])
{
    static const char *const databases[] = {"/var/lib/dpkg/status",
                                            "/var/lib/rpm/Packages",
                                            "/var/lib/rpm/rpmdb.sqlite",
                                            "/var/lib/rpm/Packages.db",
                                            "/usr/lib/sysimage/rpm/rpmdb.sqlite",
                                            "/usr/lib/sysimage/rpm/Packages.db",
                                            NULL};
    static const char *const systems[] = {"/etc/os-release", "/usr/lib/os-release", NULL};

    state[SHELL] = hash_shell(run);
    state[PRELOAD] =
        hash_content(hash_file(HASH_START, "/etc/ld.so.preload"), "/etc/ld.so.preload");
    state[PACKAGES] = hash_files(databases);
    state[SYSTEM] = hash_files(systems);
    state[MOUNTS] = guard_mounts_state(run);
    state[FILES] = guard_files_state();
}

/* Reads the state that the host passed from the previous part: "name=hash,…"; a missing item is not
 * compared. */
static bool known_state(const struct case_run *run, enum part part, uint64_t *ret_hash)
{
    size_t length = strlen(part_names[part]);

    for (const char *at = run->state; at != NULL && *at != '\0';) {
        if (strncmp(at, part_names[part], length) == 0 && at[length] == '=')
            return sscanf(at + length + 1, "%16" SCNx64, ret_hash) == 1;
        at = strchr(at, ',');
        at = at != NULL ? at + 1 : NULL;
    }
    return false;
}

/* A product may replace the shell, a program or a library through its packages: the host knows
 * those. */
static const char *kind_of_change(const uint64_t then[PARTS], const uint64_t now[PARTS])
{
    return then[PACKAGES] != now[PACKAGES] ? "updated" : "tampered";
}

static void compare(struct case_run *run, const uint64_t then[PARTS], const uint64_t now[PARTS])
{
    if (then[PRELOAD] != now[PRELOAD])
        fact(run, "tampered", "preload", "/etc/ld.so.preload", NULL);
    if (then[SHELL] != now[SHELL])
        fact(run, kind_of_change(then, now), "shell", run->shell, NULL);
    if (then[SYSTEM] != now[SYSTEM])
        fact(run, "updated", "system", "/etc/os-release", NULL);
}

/* True if udev's link for a disk leads to it: otherwise those who use the link are misled. */
static bool name_leads(const char *serial)
{
    char path[256];
    dev_t disk = disk_number(serial);
    struct stat named;

    snprintf(path, sizeof(path), "/dev/disk/by-id/virtio-%s", serial);
    return disk != 0 && stat(path, &named) == 0 && S_ISBLK(named.st_mode) && named.st_rdev == disk;
}

static bool results_named, payload_named;

static void note_devices(const struct case_run *run)
{
    results_named = strncmp(run->results, "serial:", 7) == 0 && name_leads(run->results + 7);
    payload_named = name_leads(run->payload);
}

static void report_devices(struct case_run *run)
{
    if (results_named && !name_leads(run->results + 7))
        fact(run, "tampered", "device", run->results + 7, NULL);
    if (payload_named && !name_leads(run->payload))
        fact(run, "tampered", "device", run->payload, NULL);
}

/* Checks that /proc and /sys are genuine, because everything else is read from them. */
static void check_kernel_files(struct case_run *run)
{
    struct statfs proc, sys;

    if (statfs("/proc", &proc) < 0 || proc.f_type != PROC_SUPER_MAGIC)
        fact(run, "tampered", "mount", "/proc", NULL);
    if (statfs("/sys", &sys) < 0 || sys.f_type != SYSFS_MAGIC)
        fact(run, "tampered", "mount", "/sys", NULL);
}

static size_t count_tampered(const struct case_run *run)
{
    size_t count = 0;

    for (size_t at = 0; at + 9 <= run->facts.kept; at++)
        count += (at == 0 || run->facts.data[at - 1] == '\n') &&
                 memcmp(run->facts.data + at, "tampered\t", 9) == 0;
    return count;
}

void guard_rehearse(void)
{
    static struct case_run run = {
        .base = DEFAULT_BASE, .suite = DEFAULT_BASE "/suite", .work = DEFAULT_BASE "/work"};
    uint64_t state[PARTS];

    look(&run, state);
    guard_programs_note(run.base, INT64_MAX, NULL, false);
}

bool guard_before(struct case_run *run)
{
    uint64_t then[PARTS], files = 0, programs = 0;
    bool known = known_state(run, FILES, &files);
    bool listed = known_state(run, PROGRAMS, &programs);

    run->agent = getppid();
    cgroup_leave_unit("runner");
    check_kernel_files(run);
    if (!guard_files_before(run, false))
        return false;
    look(run, before);
    before[PROGRAMS] =
        guard_programs_note(run->base, run->witness_since_ms, listed ? &programs : NULL,
                            run->state != NULL && strcmp(run->state, GUARD_PREPARED) == 0);
    /* The stamps also cover large files that were not read. */
    if (known && files != before[FILES]) {
        guard_files_after(run);
        before[FILES] = guard_files_state();
    }
    memcpy(then, before, sizeof(then));
    for (enum part part = 0; part < PARTS; part++)
        known_state(run, part, &then[part]);
    compare(run, then, before);
    if (then[PROGRAMS] != before[PROGRAMS])
        fact(run, "tampered", "program", "a program of the image, between two cases", NULL);
    if (then[MOUNTS] != before[MOUNTS])
        fact(run, "tampered", "mount", "something was mounted over what a case runs", NULL);
    guard_formats_report(run);
    guard_tracers_report(run);
    guard_mounts_note();
    guard_leftovers_note();
    note_devices(run);
    if (count_tampered(run) > 0)
        fact(run, "not-run", NULL);
    return count_tampered(run) == 0;
}

void guard_after(struct case_run *run)
{
    uint64_t now[PARTS];

    check_kernel_files(run);
    guard_mounts_report(run);
    report_devices(run);
    guard_tracers_report(run);
    guard_leftovers_report(run);
    cgroup_report_frozen(run);
    guard_files_after(run);
    look(run, now);
    guard_formats_report(run);
    compare(run, before, now);
    now[PROGRAMS] = guard_programs_report(run, run->witness_since_ms, kind_of_change(before, now));
    for (enum part part = 0; part < PARTS; part++) {
        char hash[20];

        snprintf(hash, sizeof(hash), "%016" PRIx64, now[part]);
        fact(run, "state", part_names[part], hash, NULL);
    }
    cgroup_clear();
}
