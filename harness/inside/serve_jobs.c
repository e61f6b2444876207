/* SPDX-License-Identifier: Apache-2.0 */
/* The requests of qemu-guest-agent (qga/qapi-schema.json) that the harness uses: commands run in
 * the background in a clean session, and their output is stored up to a limit. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "inside/inside.h"
#include "inside/serve.h"

#define JOBS_MAX 16
#define OUTPUT_MAX (4 << 20) /* bytes stored of each stream of a command */
#define WORDS_MAX 256

struct job {
    pid_t pid; /* 0: unused */
    bool ended;
    int status;
    struct stream out, err;
};
static struct job jobs[JOBS_MAX];

static char *say(const char *format, ...) __attribute__((format(printf, 1, 2)));
static char *say(const char *format, ...)
{
    va_list args;
    char *text = NULL;

    va_start(args, format);
    if (vasprintf(&text, format, args) < 0)
        text = NULL;
    va_end(args);
    return text;
}

static char *refuse(const char *class, const char *what)
{
    return say("{\"error\": {\"class\": \"%s\", \"desc\": \"%s\"}}", class, what);
}

static void reap(struct job *job)
{
    int status;

    if (job->pid > 0 && !job->ended && waitpid(job->pid, &status, WNOHANG) == job->pid) {
        job->ended = true;
        job->status = status;
    }
}

static void free_job(struct job *job)
{
    struct stream *streams[] = {&job->out, &job->err};

    for (size_t i = 0; i < 2; i++) {
        if (streams[i]->fd >= 0)
            close(streams[i]->fd);
        free(streams[i]->data);
    }
    *job = (struct job){0};
}

/* Returns an unused slot, or that of the oldest command that ended and was never queried. */
static struct job *find_place(void)
{
    for (size_t i = 0; i < JOBS_MAX; i++)
        if (jobs[i].pid == 0)
            return &jobs[i];
    for (size_t i = 0; i < JOBS_MAX; i++) {
        reap(&jobs[i]);
        if (jobs[i].ended) {
            free_job(&jobs[i]);
            return &jobs[i];
        }
    }
    return NULL;
}

/* Sets the process up like a system service, whatever session this program runs in. */
static void become(char **argv, char **env, int in, int out, int err)
{
    sigset_t none;

    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    for (int i = 1; i < NSIG; i++)
        signal(i, SIG_DFL);
    setsid();
    umask(022);
    dup2(in, STDIN_FILENO);
    dup2(out, STDOUT_FILENO);
    dup2(err, STDERR_FILENO);
    clearenv();
    setenv("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", 1);
    setenv("LANG", "C.UTF-8", 1);
    for (; env != NULL && *env != NULL; env++)
        putenv(*env);
    if (chdir("/") == 0)
        execvp(argv[0], argv);
    complain(0, "cannot start '%s': %s", argv[0], strerror(errno));
    _exit(errno == ENOENT ? 127 : 126);
}

/* Appends the strings of an array to `count` existing ones, NULL-terminated. */
static bool take_words(const char *array, char **words, size_t count)
{
    for (const char *item = message_first(array); item != NULL; item = message_next(item)) {
        if (count + 2 > WORDS_MAX)
            return false;
        words[count] = message_string(item);
        if (words[count++] == NULL)
            return false;
    }
    return true;
}

/* The command's standard input: an unnamed file, or /dev/null. */
static int open_input(const char *value)
{
    char *text = message_string(value), *at;
    size_t length = 0;
    void *data = text != NULL ? base64_decode(text, strlen(text), &length) : NULL;
    FILE *file = data != NULL ? tmpfile() : NULL;
    int fd = -1;

    at = data;
    if (file != NULL && fwrite(at, 1, length, file) == length && fflush(file) == 0 &&
        fseek(file, 0, SEEK_SET) == 0)
        fd = fcntl(fileno(file), F_DUPFD_CLOEXEC, 3);
    if (file != NULL)
        fclose(file);
    free(data);
    free(text);
    return value == NULL ? open("/dev/null", O_RDONLY | O_CLOEXEC) : fd;
}

static bool open_stream(struct stream *stream, int *ret_write)
{
    int ends[2];

    *stream = (struct stream){.fd = -1, .limit = OUTPUT_MAX};
    if (pipe2(ends, O_CLOEXEC) < 0)
        return false;
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    stream->fd = ends[0];
    *ret_write = ends[1];
    return true;
}

static char *start(struct job *job, char **argv, char **env, int in)
{
    int out = -1, err = -1;
    pid_t pid = -1;

    if (open_stream(&job->out, &out) && open_stream(&job->err, &err))
        pid = fork();
    if (pid == 0)
        become(argv, env, in, out, err);
    if (out >= 0)
        close(out);
    if (err >= 0)
        close(err);
    if (pid < 0) {
        free_job(job);
        return refuse("GenericError", "the guest cannot start a process");
    }
    job->pid = pid;
    return say("{\"return\": {\"pid\": %ld}}", (long)pid);
}

static char *run_command(const char *arguments)
{
    char *argv[WORDS_MAX] = {message_string(message_member(arguments, "path"))};
    char *env[WORDS_MAX] = {NULL}, *answer;
    struct job *job = find_place();
    int in = open_input(message_member(arguments, "input-data"));

    if (argv[0] == NULL || in < 0 || !take_words(message_member(arguments, "arg"), argv, 1) ||
        !take_words(message_member(arguments, "env"), env, 0))
        answer = refuse("GenericError", "invalid command");
    else if (job == NULL)
        answer = refuse("GenericError", "too many commands are running");
    else
        answer = start(job, argv, env, in);
    if (in >= 0)
        close(in);
    for (size_t i = 0; i < WORDS_MAX; i++) {
        free(argv[i]);
        free(env[i]);
    }
    return answer;
}

/* Reads what is in the pipes after the command has ended; processes that keep them open are not
 * waited for. */
static void drain(struct job *job)
{
    struct stream *streams[] = {&job->out, &job->err};

    for (size_t i = 0; i < 2; i++)
        for (int rounds = 0; rounds < 256 && stream_read(streams[i]); rounds++)
            continue;
}

static char *report_end(struct job *job)
{
    char *out, *err, *answer;

    drain(job);
    out = base64_encode(job->out.data, job->out.kept);
    err = base64_encode(job->err.data, job->err.kept);
    answer = say("{\"return\": {\"exited\": true, \"%s\": %d, \"out-data\": \"%s\", "
                 "\"err-data\": \"%s\", \"out-truncated\": %s, \"err-truncated\": %s}}",
                 WIFEXITED(job->status) ? "exitcode" : "signal",
                 WIFEXITED(job->status) ? WEXITSTATUS(job->status) : WTERMSIG(job->status),
                 out != NULL ? out : "", err != NULL ? err : "",
                 job->out.dropped > 0 ? "true" : "false", job->err.dropped > 0 ? "true" : "false");
    free(out);
    free(err);
    free_job(job);
    return answer;
}

static char *report_status(const char *arguments)
{
    int64_t pid = 0;

    message_number(message_member(arguments, "pid"), &pid);
    for (size_t i = 0; i < JOBS_MAX; i++)
        if (pid > 0 && jobs[i].pid == pid) {
            reap(&jobs[i]);
            return jobs[i].ended ? report_end(&jobs[i]) : say("{\"return\": {\"exited\": false}}");
        }
    return refuse("GenericError", "Invalid parameter 'pid'");
}

char *serve_answer(const char *request)
{
    char *name = message_string(message_member(request, "execute")), *answer;
    const char *arguments = message_member(request, "arguments");
    int64_t id = 0;

    if (name == NULL)
        answer = refuse("GenericError", "not a valid request");
    else if (strcmp(name, "guest-sync") == 0 &&
             message_number(message_member(arguments, "id"), &id))
        answer = say("{\"return\": %lld}", (long long)id);
    else if (strcmp(name, "guest-ping") == 0)
        answer = say("{\"return\": {}}");
    else if (strcmp(name, "guest-info") == 0)
        answer = say("{\"return\": {\"version\": \"touchstone\", \"supported_commands\": []}}");
    else if (strcmp(name, "guest-exec") == 0)
        answer = run_command(arguments);
    else if (strcmp(name, "guest-exec-status") == 0)
        answer = report_status(arguments);
    else
        answer = refuse("CommandNotFound", "unknown command");
    free(name);
    return answer;
}

bool serve_wait(int fd, int timeout_ms)
{
    struct pollfd files[1 + 2 * JOBS_MAX] = {{.fd = fd, .events = POLLIN}};
    struct stream *streams[1 + 2 * JOBS_MAX];
    size_t count = 1;
    int64_t until = monotonic_ms() + timeout_ms;

    for (;;) {
        int64_t left = until - monotonic_ms();

        count = 1;
        for (size_t i = 0; i < JOBS_MAX; i++) {
            struct stream *both[] = {&jobs[i].out, &jobs[i].err};

            for (size_t k = 0; k < 2 && jobs[i].pid != 0; k++)
                if (both[k]->fd >= 0) {
                    streams[count] = both[k];
                    files[count++] = (struct pollfd){.fd = both[k]->fd, .events = POLLIN};
                }
        }
        if (poll(files, count, left < 0 ? 0 : (int)left) <= 0 && left <= 0)
            return false;
        for (size_t i = 1; i < count; i++)
            if (files[i].revents != 0)
                stream_read(streams[i]);
        if (files[0].revents != 0)
            return true;
    }
}
