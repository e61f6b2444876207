/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/pager.h"

#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/log.h"
#include "base/process.h"

static pid_t pager; /* 0: none */

static const char *command(void)
{
    const char *names[] = {"TOUCHSTONE_PAGER", "PAGER"};

    for (size_t i = 0; i < 2; i++)
        if (getenv(names[i]) != NULL)
            return getenv(names[i]);
    return "less";
}

/* True if the pager's program exists; a warning is printed if the user's choice does not. */
static bool is_there(const char *text)
{
    _cleanup_free_ char *first = text_ndup(text, strcspn(text, " "));
    _cleanup_free_ char *path = strchr(first, '/') == NULL ? process_find(first) : text_dup(first);

    if (path != NULL && access(path, X_OK) == 0)
        return true;
    if (strcmp(first, "less") != 0)
        log_warning("pager '%s' is not installed; set TOUCHSTONE_PAGER to one that is", first);
    return false;
}

/* The command may have options and is run by a shell, as usual for $PAGER. */
static int start(const char *text, int reading_end)
{
    const char *argv[] = {"sh", "-c", text, NULL};
    const char *env[] = {getenv("LESS") == NULL ? "LESS=FRX" : "LV=-c", "LV=-c", NULL};
    struct process_spec spec = PROCESS_SPEC_INIT;
    _cleanup_error_ struct error *err = NULL;

    spec.argv = argv;
    spec.env = env;
    spec.stdin_fd = reading_end;
    spec.stdout_fd = STDOUT_FILENO;
    spec.stderr_fd = STDERR_FILENO;
    if (process_start(&spec, &pager, &err) == 0)
        return 0;
    log_warning("no pager: %s", error_said(err));
    pager = 0;
    return -1;
}

void pager_start(void)
{
    const char *text = command(), *term = getenv("TERM");
    int ends[2];

    if (pager != 0 || !isatty(STDOUT_FILENO) || *text == '\0' || text_equal(text, "cat") ||
        term == NULL || text_equal(term, "dumb") || !is_there(text) || pipe2(ends, O_CLOEXEC) < 0)
        return;
    fflush(stdout);
    if (start(text, ends[0]) == 0) {
        dup2(ends[1], STDOUT_FILENO);
        /* Ctrl-C is for the pager; this process must not end before it. */
        signal(SIGINT, SIG_IGN);
    }
    close(ends[0]);
    close(ends[1]);
}

bool pager_is_active(void)
{
    return pager != 0;
}

void pager_wait(void)
{
    struct process_exit ended;
    pid_t pid = pager;

    pager = 0;
    if (pid != 0)
        process_wait(pid, false, INT64_MAX, &ended, NULL);
}
