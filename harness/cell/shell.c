/* SPDX-License-Identifier: Apache-2.0 */
/* Opens a guest and runs what is typed, one command for each line. */
#include "cell/shell.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "base/path.h"
#include "cell/preserve.h"
#include "cell/programs.h"
#include "cell/shell_console.h"
#include "cell/start.h"
#include "guest/reaper.h"

#define COMMAND_LIMIT_MS (INT64_C(24) * 3600 * 1000)
#define OUTPUT_LIMIT (4 << 20)

/* Each line starts in the folder where the last one ended, with the environment of a case. */
#define LINE                                                                                       \
    "t=/run/touchstone-shell; [ -d /run ] || t=/tmp/touchstone-shell; "                            \
    "cd \"$(cat $t 2>/dev/null || echo " PROGRAMS_BASE ")\" 2>/dev/null; "                         \
    "eval \"$1\"; code=$?; pwd > $t; exit $code"

static void print(FILE *to, const struct buffer *data)
{
    _cleanup_buffer_ struct buffer shown = {0};

    if (data->length == 0)
        return;
    buffer_printable(&shown, data->data, data->length, true);
    fwrite(shown.data, 1, shown.length, to);
    fflush(to);
}

static const char *const environment[] = {
    "PATH=" PROGRAMS_BIN ":/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME=/root",
    "LC_ALL=C.UTF-8",
    "TERM=dumb",
    "TOUCHSTONE_SUITE=" PROGRAMS_SUITE,
    "TOUCHSTONE_PACKAGES=" PROGRAMS_PACKAGES,
    "TOUCHSTONE_WORK=" PROGRAMS_WORK,
    "TOUCHSTONE_OBSERVATIONS=/dev/null",
    NULL};

static int run_line(struct session *session, const char *line, int *ret_exit, struct error **err)
{
    const char *argv[] = {"/bin/sh", "-c", LINE, "sh", line, NULL};
    struct guest_command command = {.argv = argv, .env = environment, .output_limit = OUTPUT_LIMIT};
    _cleanup_(guest_output_done) struct guest_output output = {0};
    int code =
        guest_exec(session->guest, &command, clock_now_ms() + COMMAND_LIMIT_MS, &output, err);

    if (code < 0)
        return code;
    print(stdout, &output.out);
    print(stderr, &output.err);
    if (output.truncated)
        log_warning("only the first %d MiB of the output are shown", OUTPUT_LIMIT >> 20);
    *ret_exit = output.exited ? output.code : 128 + output.code;
    return 0;
}

/* Reads lines of stdin until its end, or 'exit'. */
static int run_lines(struct session *session, int *ret_exit, struct error **err)
{
    bool person = isatty(STDIN_FILENO);
    _cleanup_free_ char *line = NULL;
    size_t size = 0;
    int code = 0;

    for (;;) {
        ssize_t length;

        if (person) {
            fprintf(stderr, "%s %s%s%s# ", session->job->image, session->job->platform,
                    session->job->suite != NULL ? " " : "",
                    session->job->suite != NULL ? session->job->suite : "");
            fflush(stderr);
        }
        length = getline(&line, &size, stdin);
        if (length < 0)
            return 0;
        while (length > 0 && (line[length - 1] == '\n' || line[length - 1] == '\r'))
            line[--length] = '\0';
        if (strcmp(line, "exit") == 0)
            return 0;
        if (line[strspn(line, " \t")] == '\0')
            continue;
        code = run_line(session, line, ret_exit, err);
        if (code < 0)
            return code;
        if (person && *ret_exit != 0)
            log_info("exit code %d", *ret_exit);
    }
}

static int open_guest(struct session *session, const struct shell_request *request,
                      struct error **err)
{
    int64_t start = clock_now_ms();
    int code = request->preserved != NULL ? preserved_restore(session, request->preserved, err)
                                          : start_without_suite(session, err);

    if (code < 0)
        return code;
    if (request->preserved != NULL)
        log_info("%s/%s/%s as it was after case '%s' (%s); ready in %lld ms",
                 request->preserved->image, request->preserved->platform, request->preserved->suite,
                 request->preserved->case_id, request->preserved->reason,
                 (long long)(clock_now_ms() - start));
    else
        log_info("a one-off guest of '%s' on '%s', %s; ready in %lld ms", session->image->name,
                 session->platform->name, session->result->warm ? "from its saved state" : "booted",
                 (long long)(clock_now_ms() - start));
    if (request->command == NULL && !request->console && isatty(STDIN_FILENO))
        log_info("commands run as root, below " PROGRAMS_BASE
                 " (bin, suite, packages, work); 'exit' ends it, and no change is saved");
    return 0;
}

struct closure {
    const struct shell_request *request;
    struct error *error;
};

/* Runs in the child. */
static int run(void *data)
{
    const struct shell_request *request = ((struct closure *)data)->request;
    _cleanup_error_ struct error *err = NULL;
    struct session session;
    int exit_code = 0;
    int code = session_begin(&session, request->job, &err);

    if (code == 0)
        code = open_guest(&session, request, &err);
    if (code == 0 && request->console)
        code = shell_console(&session, environment, &err);
    else if (code == 0)
        code = request->command != NULL ? run_line(&session, request->command, &exit_code, &err)
                                        : run_lines(&session, &exit_code, &err);
    if (code < 0)
        log_error("%s", error_said(err));
    /* It writes a bundle like every job, which is not used. */
    session_done(&session, NULL);
    return code < 0 ? 255 : exit_code;
}

int shell_run(const struct shell_request *request, int *ret_exit, struct error **err)
{
    struct closure closure = {.request = request};
    struct reaper_end end = {0};
    struct terminal *terminal = terminal_keep();
    int code = path_make_folders(request->job->bundle, true, err);

    if (code == 0)
        code = path_remove_tree(request->job->bundle, err);
    if (code == 0)
        code = reaper_run(run, &closure, &end, err);
    terminal_restore(terminal);
    path_remove_tree(request->job->bundle, NULL);
    if (code == 0)
        *ret_exit = end.code;
    return code;
}
