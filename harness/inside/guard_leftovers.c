/* SPDX-License-Identifier: Apache-2.0 */
/* Effects of a case on the processes that run it: the agent is this program's parent. They are
 * repaired if possible, so that the next case is not affected. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "inside/guard.h"

static struct rlimit own[RLIM_NLIMITS], agent[RLIM_NLIMITS];
static bool was_writable;

static const char *const names[RLIM_NLIMITS] = {
    [RLIMIT_AS] = "AS",
    [RLIMIT_CORE] = "CORE",
    [RLIMIT_CPU] = "CPU",
    [RLIMIT_DATA] = "DATA",
    [RLIMIT_FSIZE] = "FSIZE",
    [RLIMIT_LOCKS] = "LOCKS",
    [RLIMIT_MEMLOCK] = "MEMLOCK",
    [RLIMIT_MSGQUEUE] = "MSGQUEUE",
    [RLIMIT_NICE] = "NICE",
    [RLIMIT_NOFILE] = "NOFILE",
    [RLIMIT_NPROC] = "NPROC",
    [RLIMIT_RSS] = "RSS",
    [RLIMIT_RTPRIO] = "RTPRIO",
    [RLIMIT_RTTIME] = "RTTIME",
    [RLIMIT_SIGPENDING] = "SIGPENDING",
    [RLIMIT_STACK] = "STACK",
};

static void note_limits(pid_t pid, struct rlimit *limits)
{
    for (int i = 0; i < RLIM_NLIMITS; i++)
        prlimit(pid, (enum __rlimit_resource)i, NULL, &limits[i]);
}

static bool is_writable(void)
{
    struct statvfs root;

    return statvfs("/", &root) == 0 && (root.f_flag & ST_RDONLY) == 0;
}

void guard_leftovers_note(void)
{
    note_limits(0, own);
    note_limits(getppid(), agent);
    was_writable = is_writable();
}

static void report_limits(struct case_run *run, pid_t pid, const char *whose,
                          const struct rlimit *before)
{
    for (int i = 0; i < RLIM_NLIMITS; i++) {
        struct rlimit now;

        if (prlimit(pid, (enum __rlimit_resource)i, NULL, &now) < 0 ||
            (now.rlim_cur == before[i].rlim_cur && now.rlim_max == before[i].rlim_max))
            continue;
        fact(run, "interfered", "limits", whose, names[i] != NULL ? names[i] : "?", NULL);
        prlimit(pid, (enum __rlimit_resource)i, &before[i], NULL);
    }
}

/* T: stopped by a signal (proc(5)). */
static bool is_stopped(pid_t pid)
{
    char path[64], line[512];
    const char *state;

    snprintf(path, sizeof(path), "/proc/%ld/stat", (long)pid);
    state = read_line(path, line, sizeof(line)) ? strrchr(line, ')') : NULL;
    return state != NULL && (state[2] == 'T' || state[2] == 't');
}

static void report_tracer(struct case_run *run, pid_t pid, const char *whose)
{
    char path[64], line[256];
    bool traced = false;
    FILE *file;

    snprintf(path, sizeof(path), "/proc/%ld/status", (long)pid);
    file = fopen(path, "re");
    while (file != NULL && fgets(line, sizeof(line), file) != NULL)
        traced |= strncmp(line, "TracerPid:", 10) == 0 && atol(line + 10) != 0;
    if (file != NULL)
        fclose(file);
    if (traced)
        fact(run, "tampered", "traced", whose, NULL);
}

/* The witness reports those that start and end while the case runs. */
void guard_tracers_report(struct case_run *run)
{
    report_tracer(run, getpid(), "the case runner");
    report_tracer(run, run->agent, "the guest's agent");
}

void guard_leftovers_report(struct case_run *run)
{
    if (getppid() != run->agent) {
        fact(run, "tampered", "agent", "it was ended", NULL);
    } else {
        report_limits(run, run->agent, "agent", agent);
        if (is_stopped(run->agent)) {
            fact(run, "interfered", "stopped", "agent", NULL);
            kill(run->agent, SIGCONT);
        }
    }
    report_limits(run, 0, "runner", own);
    if (was_writable && !is_writable())
        fact(run, "tampered", "read-only", "/", NULL);
}
