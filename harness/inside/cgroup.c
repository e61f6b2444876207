/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A cgroup (version 2) for each case, outside the agent's unit: when the kernel's OOM killer kills
 * a process of the case, systemd ends the unit that it was in (systemd.service(5), OOMPolicy=), and
 * with it the agent. Besides, a cgroup can be thawed and killed as a whole, whatever sessions the
 * case creates. On a system with version 1, the case is not moved.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/sched.h>

#include "inside/guard.h"

#define CGROUPS "/sys/fs/cgroup"
#define OURS CGROUPS "/touchstone"
#define KILL_ROUNDS 20
#define DEPTH_MAX 16

static bool put(const char *folder, const char *file, const char *text)
{
    char path[4096];
    int fd;
    bool good;

    snprintf(path, sizeof(path), "%s/%s", folder, file);
    fd = open(path, O_WRONLY | O_CLOEXEC);
    good = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
    if (fd >= 0)
        close(fd);
    return good;
}

/* The cgroup of a process, relative to CGROUPS; returns false unless only version 2 is used. */
static bool own_cgroup(const char *process, char *path, size_t size)
{
    char file[64], line[4096];

    snprintf(file, sizeof(file), "/proc/%s/cgroup", process);
    if (!read_line(file, line, sizeof(line)) || strncmp(line, "0::", 3) != 0)
        return false;
    return snprintf(path, size, "%s%s", CGROUPS, line + 3) < (int)size;
}

/* Creates the cgroup; returns false if processes stay where they are. */
static bool make(const char *name, char folder[4096])
{
    if (!own_cgroup("self", folder, 4096) ||
        (strstr(folder, ".service") == NULL && strstr(folder, "/touchstone") == NULL))
        return false;
    snprintf(folder, 4096, OURS "/%s", name);
    mkdir(OURS, 0755);
    mkdir(folder, 0755);
    return true;
}

void cgroup_leave_unit(const char *name)
{
    char folder[4096];

    if (make(name, folder) && !put(folder, "cgroup.procs", "0"))
        complain(0, "cannot move '%s' out of the agent's cgroup: %s", name, strerror(errno));
}

pid_t cgroup_fork(const char *name)
{
    struct clone_args args = {.flags = CLONE_INTO_CGROUP, .exit_signal = SIGCHLD};
    char folder[4096];
    int fd = make(name, folder) ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    pid_t pid = -1;

    if (fd >= 0) {
        args.cgroup = (uint64_t)fd;
        pid = (pid_t)syscall(SYS_clone3, &args, sizeof(args));
        close(fd);
    }
    if (pid >= 0)
        return pid;
    /* A kernel before 5.7. */
    pid = fork();
    if (pid == 0)
        cgroup_leave_unit(name);
    return pid;
}

static bool is_frozen(const char *folder)
{
    char path[4096], text[8];

    snprintf(path, sizeof(path), "%s/cgroup.freeze", folder);
    return read_line(path, text, sizeof(text)) && strcmp(text, "1") == 0;
}

/* Sends SIGKILL to every process directly in the cgroup; returns their number. */
static size_t kill_members(const char *folder)
{
    char path[4096], line[32];
    FILE *file;
    size_t count = 0;

    snprintf(path, sizeof(path), "%s/cgroup.procs", folder);
    file = fopen(path, "re");
    while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
        kill((pid_t)atol(line), SIGKILL);
        count++;
    }
    if (file != NULL)
        fclose(file);
    return count;
}

/* Calls `act` for the folder's cgroup and all descendants, deepest first; returns the sum of its
 * results. */
static size_t walk(const char *folder, unsigned depth,
                   size_t (*act)(const char *folder, void *closure), void *closure)
{
    DIR *list = depth < DEPTH_MAX ? opendir(folder) : NULL;
    const struct dirent *entry;
    size_t sum = 0;

    while (list != NULL && (entry = readdir(list)) != NULL) {
        char path[4096];

        if (entry->d_type == DT_DIR && entry->d_name[0] != '.' &&
            snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name) < (int)sizeof(path))
            sum += walk(path, depth + 1, act, closure);
    }
    if (list != NULL)
        closedir(list);
    return sum + act(folder, closure);
}

static size_t thaw_and_kill(const char *folder, void *closure)
{
    (void)closure;
    if (is_frozen(folder))
        put(folder, "cgroup.freeze", "0");
    return kill_members(folder);
}

bool cgroup_kill(const char *name)
{
    char folder[4096];
    bool any = false;

    snprintf(folder, sizeof(folder), OURS "/%s", name);
    put(folder, "cgroup.freeze", "0");
    put(folder, "cgroup.kill", "1"); /* since kernel 5.14 */
    for (int round = 0; round < KILL_ROUNDS && walk(folder, 0, thaw_and_kill, NULL) > 0; round++) {
        any = true;
        usleep(20000);
    }
    return any;
}

static size_t tell(const char *folder, void *closure)
{
    struct case_run *run = closure;
    char agent[4096], parent[32];
    size_t length = strlen(folder);
    bool ours = strncmp(folder, OURS, strlen(OURS)) == 0, of_agent = false;

    if (!is_frozen(folder))
        return 0;
    snprintf(parent, sizeof(parent), "%ld", (long)run->agent);
    if (own_cgroup(parent, agent, sizeof(agent)))
        of_agent =
            strncmp(agent, folder, length) == 0 && (agent[length] == '\0' || agent[length] == '/');
    if (of_agent || ours)
        put(folder, "cgroup.freeze", "0");
    fact(run, of_agent ? "interfered" : "left-frozen", of_agent ? "frozen" : folder, folder, NULL);
    return 1;
}

void cgroup_report_frozen(struct case_run *run)
{
    char own[4096];

    if (own_cgroup("self", own, sizeof(own)))
        walk(CGROUPS, 0, tell, run);
}

static size_t remove_empty(const char *folder, void *closure)
{
    (void)closure;
    /* Fails while it contains processes. */
    return rmdir(folder) == 0;
}

void cgroup_clear(void)
{
    walk(OURS, 0, remove_empty, NULL);
}
