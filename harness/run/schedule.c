/* SPDX-License-Identifier: Apache-2.0 */
/* The controller's loop over workers, signals and deadlines. */
#include "run/schedule.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/path.h"
#include "run/progress.h"
#include "run/queue.h"
#include "run/worker.h"

struct slot {
    struct worker worker;
    size_t job;
    bool used;
};

struct loop {
    struct schedule *schedule;
    struct queue *queue;
    struct progress *progress;
    schedule_end_handler *on_end;
    void *context;
    struct slot *slots; /* array of schedule->parallel slots */
    int signals;        /* signalfd */
    bool stop;
};

/* The context for a worker's events. */
struct teller {
    struct progress *progress;
    size_t job;
};

void schedule_done(struct schedule *schedule)
{
    vec_foreach (job, &schedule->jobs) {
        job_done(&job->request);
        free(job->name);
        free(job->folder);
        free(job->not_run);
    }
    vec_done(&schedule->jobs);
}

static void tell(void *context, const struct event *event)
{
    const struct teller *teller = context;

    progress_event(teller->progress, teller->job, event);
}

static int start(struct loop *loop, size_t place, struct slot *slot, struct error **err)
{
    struct schedule_job *job = &loop->schedule->jobs.items[place];
    _cleanup_free_ char *request = path_join(job->folder, "job.json");
    _cleanup_free_ char *log = path_join(job->folder, "worker.log");
    int code =
        loop->schedule->on_start != NULL ? loop->schedule->on_start(loop->context, job, err) : 0;

    if (code == 0)
        code = path_make_folders(job->folder, false, err);
    if (code == 0)
        code = job_write(&job->request, request, err);
    if (code == 0)
        code = worker_start(request, log, clock_now_ms() + job->budget_ms, &slot->worker, err);
    if (code < 0)
        return code;
    job->started = true;
    slot->used = true;
    slot->job = place;
    progress_start(loop->progress, place, job->name);
    return 0;
}

static unsigned guests_of(const struct schedule_job *job)
{
    return job->guests > 0 ? job->guests : 1;
}

bool schedule_has_room(const struct schedule *schedule, unsigned busy,
                       const struct schedule_job *job)
{
    return busy == 0 || busy + guests_of(job) <= schedule->parallel;
}

/* True if the next job fits beside those that run. It is not overtaken by smaller ones, which could
 * otherwise keep it waiting to the end. */
static bool has_room(const struct loop *loop)
{
    const struct schedule_job *jobs = loop->schedule->jobs.items;
    unsigned busy = 0;
    size_t next;

    for (unsigned s = 0; s < loop->schedule->parallel; s++)
        busy += loop->slots[s].used ? guests_of(&jobs[loop->slots[s].job]) : 0;
    return queue_peek(loop->queue, &next) && schedule_has_room(loop->schedule, busy, &jobs[next]);
}

static int start_ready(struct loop *loop, struct error **err)
{
    size_t job;

    for (unsigned s = 0; s < loop->schedule->parallel; s++) {
        int code;

        if (loop->slots[s].used)
            continue;
        if (!has_room(loop) || !queue_next(loop->queue, &job))
            return 0;
        code = start(loop, job, &loop->slots[s], err);
        if (code < 0)
            return code;
    }
    return 0;
}

/* Jobs that waited for it are now ready, or have been decided by its end. */
static void end_job(struct loop *loop, size_t place, const char *outcome)
{
    loop->schedule->jobs.items[place].ended = true;
    progress_end(loop->progress, place, outcome);
    for (size_t next = queue_first_waiting(loop->queue, place); next != QUEUE_NONE;
         next = queue_next_waiting(loop->queue, next)) {
        struct schedule_job *job = &loop->schedule->jobs.items[next];

        if (job->not_run == NULL) {
            queue_add(loop->queue, next);
            continue;
        }
        job->started = true;
        progress_start(loop->progress, next, job->name);
        end_job(loop, next, job->not_run);
    }
}

static int end_slot(struct loop *loop, struct slot *slot, int status, struct error **err)
{
    struct schedule_job *job = &loop->schedule->jobs.items[slot->job];
    struct worker_end end = {.exited = WIFEXITED(status),
                             .late = slot->worker.late,
                             .code = WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status)};
    struct teller teller = {loop->progress, slot->job};
    _cleanup_free_ char *outcome = NULL;
    int code;

    slot->worker.pid = 0;
    worker_read_events(&slot->worker, tell, &teller);
    worker_done(&slot->worker);
    slot->used = false;
    code = loop->on_end(loop->context, job, &end, &outcome, err);
    if (code < 0)
        return code;
    end_job(loop, slot->job, outcome);
    return 0;
}

/* Reaps all ended children: workers, and orphans that this process inherited. */
static int reap(struct loop *loop, bool merge, struct error **err)
{
    int status, code = 0;
    pid_t pid;

    while (code == 0 && (pid = waitpid(-1, &status, WNOHANG)) > 0)
        for (unsigned s = 0; s < loop->schedule->parallel; s++) {
            struct slot *slot = &loop->slots[s];

            if (!slot->used || slot->worker.pid != pid)
                continue;
            worker_end_group(pid);
            if (merge)
                code = end_slot(loop, slot, status, err);
            else {
                worker_done(&slot->worker);
                slot->used = false;
            }
            break;
        }
    return code;
}

static unsigned running(const struct loop *loop)
{
    unsigned count = 0;

    for (unsigned s = 0; s < loop->schedule->parallel; s++)
        count += loop->slots[s].used;
    return count;
}

static void kill_late(struct loop *loop)
{
    for (unsigned s = 0; s < loop->schedule->parallel; s++) {
        struct slot *slot = &loop->slots[s];

        if (slot->used && !slot->worker.late && clock_remaining_ms(slot->worker.deadline_ms) == 0) {
            slot->worker.late = true;
            worker_kill(&slot->worker);
        }
    }
}

static void take_signals(struct loop *loop)
{
    struct signalfd_siginfo info;

    while (read(loop->signals, &info, sizeof(info)) == (ssize_t)sizeof(info))
        if (info.ssi_signo == SIGINT || info.ssi_signo == SIGTERM)
            loop->stop = true;
}

/* Waits for an event, at most a second so that displayed times advance. */
static void wait_event(struct loop *loop)
{
    unsigned parallel = loop->schedule->parallel;
    _cleanup_free_ struct pollfd *fds = text_calloc(parallel + 1, sizeof(*fds));

    for (unsigned s = 0; s < parallel; s++)
        fds[s] = (struct pollfd){.fd = loop->slots[s].used ? loop->slots[s].worker.events_fd : -1,
                                 .events = POLLIN};
    fds[parallel] = (struct pollfd){.fd = loop->signals, .events = POLLIN};
    if (poll(fds, parallel + 1, 1000) > 0)
        for (unsigned s = 0; s < parallel; s++)
            if (fds[s].revents != 0) {
                struct teller teller = {loop->progress, loop->slots[s].job};

                worker_read_events(&loop->slots[s].worker, tell, &teller);
            }
    take_signals(loop);
}

static void kill_all(struct loop *loop)
{
    for (unsigned s = 0; s < loop->schedule->parallel; s++)
        if (loop->slots[s].used)
            worker_kill(&loop->slots[s].worker);
    while (running(loop) > 0) {
        wait_event(loop);
        reap(loop, false, NULL);
    }
}

static int run_loop(struct loop *loop, struct error **err)
{
    for (;;) {
        int code = loop->stop ? 0 : start_ready(loop, err);

        if (code == 0 && !loop->stop && running(loop) == 0)
            return 0;
        if (code == 0 && !loop->stop) {
            wait_event(loop);
            kill_late(loop);
            progress_tick(loop->progress);
            code = reap(loop, true, err);
        }
        if (code < 0 || loop->stop) {
            kill_all(loop);
            return code < 0 ? code : error_set(err, -EINTR, "interrupted");
        }
    }
}

int schedule_run(struct schedule *schedule, struct progress *progress, schedule_end_handler *on_end,
                 void *context, struct error **err)
{
    _cleanup_(queue_free_cleanup) struct queue *queue = queue_new(schedule);
    struct loop loop = {.schedule = schedule,
                        .queue = queue,
                        .progress = progress,
                        .on_end = on_end,
                        .context = context};
    _cleanup_free_ struct slot *slots = text_calloc(schedule->parallel, sizeof(*slots));
    sigset_t heard, before;
    int code;

    sigemptyset(&heard);
    sigaddset(&heard, SIGINT);
    sigaddset(&heard, SIGTERM);
    sigaddset(&heard, SIGCHLD);
    sigprocmask(SIG_BLOCK, &heard, &before);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    loop.slots = slots;
    loop.signals = signalfd(-1, &heard, SFD_CLOEXEC | SFD_NONBLOCK);
    code = loop.signals < 0 ? error_set_errno(err, -errno, "cannot listen for signals")
                            : run_loop(&loop, err);
    if (loop.signals >= 0)
        close(loop.signals);
    sigprocmask(SIG_SETMASK, &before, NULL);
    return code;
}
