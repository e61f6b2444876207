/* SPDX-License-Identifier: Apache-2.0 */
/* Starts worker processes, reads their events and ends them. */
#include "run/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/process.h"
#include "home/home.h"
#include "job/event.h"

enum { EVENT_LINE_LIMIT = 4096, CHECK_LIMIT_MS = 60000 };

int worker_check(struct error **err)
{
    const char *argv[] = {NULL, "--version", NULL};
    int code = home_worker(&argv[0], err);

    return code == 0 ? process_check(argv, CHECK_LIMIT_MS, NULL, err) : code;
}

int worker_start(const char *job_file, const char *log_file, int64_t deadline_ms,
                 struct worker *ret_worker, struct error **err)
{
    _cleanup_close_ int read_end = -1, write_end = -1, log = -1;
    struct process_spec spec = PROCESS_SPEC_INIT;
    struct worker worker = {.deadline_ms = deadline_ms};
    const char *program = NULL;
    const char *argv[4] = {NULL, "job", job_file, NULL};
    int ends[2], code;

    code = home_worker(&program, err);
    if (code < 0)
        return code;
    argv[0] = program;
    log = open(log_file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (log < 0)
        return error_set_errno(err, -errno, "cannot write '%s'", log_file);
    if (pipe2(ends, O_CLOEXEC) < 0)
        return error_set_errno(err, -errno, "cannot make a pipe for a worker");
    read_end = ends[0];
    write_end = ends[1];
    if (fcntl(read_end, F_SETFL, O_NONBLOCK) < 0 || fcntl(write_end, F_SETFL, O_NONBLOCK) < 0)
        return error_set_errno(err, -errno, "cannot set up a worker's pipe");
    spec.argv = argv;
    spec.stderr_fd = log;
    spec.pass_fd = write_end;
    spec.own_group = true;
    spec.die_with_parent = true;
    code = process_start(&spec, &worker.pid, err);
    if (code < 0)
        return code;
    worker.events_fd = steal_fd(read_end);
    *ret_worker = worker;
    return 0;
}

/* Passes on each complete line; the rest is buffered. */
static void take_lines(struct worker *worker, void (*on_event)(void *, const struct event *),
                       void *context)
{
    size_t start = 0;

    for (size_t i = 0; i < worker->line.length; i++) {
        struct event event;

        if (worker->line.data[i] != '\n')
            continue;
        if (event_parse(worker->line.data + start, i - start, &event))
            on_event(context, &event);
        start = i + 1;
    }
    if (worker->line.length - start > EVENT_LINE_LIMIT)
        start = worker->line.length;
    memmove(worker->line.data, worker->line.data + start, worker->line.length - start);
    worker->line.length -= start;
}

void worker_read_events(struct worker *worker,
                        void (*on_event)(void *context, const struct event *event), void *context)
{
    char chunk[EVENT_LINE_LIMIT];
    ssize_t got;

    while ((got = read(worker->events_fd, chunk, sizeof(chunk))) > 0) {
        buffer_add(&worker->line, chunk, (size_t)got);
        take_lines(worker, on_event, context);
    }
    if (got == 0 || (errno != EAGAIN && errno != EINTR))
        close(steal_fd(worker->events_fd));
}

void worker_kill(struct worker *worker)
{
    if (worker->pid > 0)
        kill(-worker->pid, SIGKILL);
}

void worker_end_group(pid_t pid)
{
    kill(-pid, SIGKILL);
    while (waitpid(-pid, NULL, 0) > 0 || errno == EINTR)
        ;
}

void worker_done(struct worker *worker)
{
    if (worker->events_fd >= 0)
        close(worker->events_fd);
    buffer_done(&worker->line);
    *worker = (struct worker){.events_fd = -1};
}
