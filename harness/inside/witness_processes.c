/* SPDX-License-Identifier: Apache-2.0 */
/* Combines the files that processes opened for execution with the result: executed, refused,
 * abnormal exit. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "inside/witness.h"

#define PROCESSES 8192

/* A process that was seen to start or to execute something. */
static struct process {
    pid_t pid;
    int file;   /* the file it executes; NO_FILE: unknown */
    bool own;   /* it executed the file itself, rather than being forked from a process that did */
    int opened; /* number of files opened for an execve that has not been seen to succeed yet */
    int files[WITNESS_OPENED]; /* in order; each execve opens one, then its interpreters */
    bool first[WITNESS_OPENED];
} processes[PROCESSES];
static int count;

/* An abnormal way in which processes of a file ended. */
static struct end {
    int file, status;
    unsigned times, at; /* at: position of the latest */
} ends[WITNESS_ENDS];
static int end_count;
static unsigned order;
static bool ends_known;

void processes_begin(bool ends)
{
    ends_known = ends;
}

unsigned witness_next(void)
{
    return ++order;
}

static struct process *find(pid_t pid)
{
    for (int i = count - 1; i >= 0; i--)
        if (processes[i].pid == pid)
            return &processes[i];
    return NULL;
}

static struct process *find_or_add(pid_t pid)
{
    struct process *process = find(pid);

    if (process != NULL || count == PROCESSES)
        return process;
    process = &processes[count++];
    *process = (struct process){.pid = pid, .file = NO_FILE};
    return process;
}

static void refuse(int file)
{
    struct witness_file *refused = files_at(file);

    refused->refused++;
    refused->refused_at = witness_next();
}

/* Removes the first `count` files; the file of each execve among them was refused. */
static void give_up(struct process *process, int count)
{
    for (int i = 0; i < count; i++)
        if (process->first[i])
            refuse(process->files[i]);
    process->opened -= count;
    memmove(process->files, process->files + count,
            (size_t)process->opened * sizeof(process->files[0]));
    memmove(process->first, process->first + count,
            (size_t)process->opened * sizeof(process->first[0]));
}

void process_opened(pid_t pid, int file)
{
    struct process *process = ends_known ? find_or_add(pid) : NULL;
    bool first;

    if (files_at(file)->foreign || process == NULL) {
        if (files_at(file)->foreign)
            refuse(file);
        return;
    }
    if (process->opened == WITNESS_OPENED)
        give_up(process, process->opened);
    first =
        process->opened == 0 || !files_is_interpreter(process->files[process->opened - 1], file);
    process->files[process->opened] = file;
    process->first[process->opened++] = first;
}

void process_forked(pid_t parent, pid_t child)
{
    const struct process *from = find(parent);
    int file = from != NULL ? from->file : NO_FILE;
    struct process *process = file != NO_FILE ? find_or_add(child) : NULL;

    if (process != NULL)
        process->file = file;
}

/* The env of "#!/usr/bin/env NAME" executes NAME: the script is still what runs. */
static bool runs_by_env(const struct process *process)
{
    const char *interpreter =
        process->file != NO_FILE ? files_at(process->file)->interpreter : NULL;
    size_t length = interpreter != NULL ? strlen(interpreter) : 0;

    return length > 4 && files_at(process->file)->kind == KIND_SCRIPT &&
           strcmp(interpreter + length - 4, "/env") == 0;
}

/* The number of files of the execve that begins at index `at`. */
static int length_at(const struct process *process, int at)
{
    int end = at + 1;

    while (end < process->opened && !process->first[end])
        end++;
    return end - at;
}

/* Opens are reported slightly before their execve, and those of the next one may have arrived
 * already. The first execve whose files are complete, down to a program without an interpreter, is
 * the one that succeeded; what was opened before it was refused. */
void process_executed(pid_t pid)
{
    struct process *process = find(pid);
    int at = 0, length;

    if (process == NULL || process->opened == 0)
        return;
    while (at < process->opened) {
        length = length_at(process, at);
        if (files_is_last(process->files[at + length - 1]))
            break;
        at += length;
    }
    /* None: the process has another root, in which the interpreter has another name. */
    if (at == process->opened)
        at = 0;
    length = length_at(process, at);
    for (int i = at; i < at + length; i++)
        files_at(process->files[i])->ran++;
    if (!runs_by_env(process))
        process->file = process->files[at];
    process->own = true;
    process->first[at] = false;
    give_up(process, at + length);
}

int process_file(pid_t pid)
{
    const struct process *process = find(pid);

    return process != NULL ? process->file : NO_FILE;
}

/* Signals that indicate a fault of the program; other signals were sent by someone. */
static bool is_bad(int status)
{
    static const int signals[] = {SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGSYS};

    if (WIFEXITED(status))
        return WEXITSTATUS(status) == 126 || WEXITSTATUS(status) == 127;
    for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
        if (WTERMSIG(status) == signals[i])
            return true;
    return false;
}

static void note_end(int file, int status)
{
    int i = 0;

    /* Ignore the core dump flag. */
    status &= ~0x80;
    while (i < end_count && (ends[i].file != file || ends[i].status != status))
        i++;
    if (i == WITNESS_ENDS)
        return;
    if (i == end_count)
        ends[end_count++] = (struct end){.file = file, .status = status};
    ends[i].times++;
    ends[i].at = witness_next();
}

/* A loader that does not find a dependency exits with 1 or 127. */
static bool is_well(int status)
{
    return WIFEXITED(status) && WEXITSTATUS(status) != 1 && WEXITSTATUS(status) != 126 &&
           WEXITSTATUS(status) != 127;
}

void process_ended(pid_t pid, int status)
{
    struct process *process = find(pid);

    if (process == NULL)
        return;
    give_up(process, process->opened);
    /* For the case's own process any signal is recorded: nothing else reports what ended it. The
     * exit code of a subshell says nothing about its script, which may only have asked for a
     * command: `test -x "$(command -v update-menus)"`. */
    if (process->file != NO_FILE && (process->own || WIFSIGNALED(status)) &&
        (is_bad(status) || (pid == ends_leader() && WIFSIGNALED(status))))
        note_end(process->file, status);
    if (process->file != NO_FILE && process->own && is_well(status))
        files_at(process->file)->well++;
    *process = processes[--count];
}

void processes_report(void)
{
    for (int i = 0; i < count; i++) {
        give_up(&processes[i], processes[i].opened);
        /* A service: it is still running. */
        if (processes[i].file != NO_FILE && processes[i].own)
            files_at(processes[i].file)->well++;
    }
    for (int i = 0; i < end_count; i++) {
        struct witness_file *file = files_at(ends[i].file);
        bool exited = WIFEXITED(ends[i].status);

        file->mentioned = true;
        witness_fact("ended\t%u\t%s\t%d\t%u\t%s", ends[i].at, exited ? "exit" : "signal",
                     exited ? WEXITSTATUS(ends[i].status) : WTERMSIG(ends[i].status), ends[i].times,
                     witness_field(file->path));
    }
}
