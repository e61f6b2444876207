/* SPDX-License-Identifier: Apache-2.0 */
/* The witness as a whole: one descriptor to wait on, and its facts at the end. */
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "inside/inside.h"
#include "inside/witness.h"

static int all = -1, mounts = -1;
static const char *no_opens = "not requested", *no_ends = "not requested";
static bool lost;
static struct case_run *told_to;

const char *witness_field(const char *text)
{
    static char fields[4][WITNESS_PATH];
    static unsigned next;
    char *field = fields[next++ % 4];
    size_t i = 0;

    for (; text[i] != '\0' && i < WITNESS_PATH - 1; i++)
        field[i] = (unsigned char)text[i] < 0x20 || text[i] == 0x7f ? '?' : text[i];
    field[i] = '\0';
    return field;
}

static void wait_on(int fd, uint32_t what)
{
    struct epoll_event event = {.events = what, .data.fd = fd};

    if (fd >= 0)
        epoll_ctl(all, EPOLL_CTL_ADD, fd, &event);
}

void witness_begin(struct case_run *run)
{
    const char *why = NULL;
    int opens = opens_begin(&why), ends;

    told_to = run;
    no_opens = opens < 0 ? why : NULL;
    ends = opens >= 0 ? ends_begin(&why) : -1;
    no_ends = ends < 0 ? why : NULL;
    processes_begin(ends >= 0);
    crash_begin(run->base);
    all = epoll_create1(EPOLL_CLOEXEC);
    mounts = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
    wait_on(opens, EPOLLIN);
    wait_on(ends, EPOLLIN);
    if (opens >= 0)
        wait_on(mounts, EPOLLPRI);
}

int witness_fd(void)
{
    return all;
}

/* The end of a process can be interpreted only when everything it opened before is known; so exits
 * are read first, then opens, and then the exits are processed. */
void witness_read(void)
{
    struct epoll_event events[3];
    int count;

    if (no_opens != NULL)
        return;
    count = epoll_wait(all, events, 3, 0);
    for (int i = 0; i < count; i++)
        if (events[i].data.fd == mounts)
            opens_mark();
    lost |= !ends_read();
    lost |= !opens_read();
    ends_hand_on();
}

/* Checks for tampering between the case's end and its record. */
static void report_forgery(int status)
{
    const char *traced = ends_traced();

    if (traced != NULL)
        fact(told_to, "tampered", "traced", traced, NULL);
    if (ends_is_forged(status))
        fact(told_to, "tampered", "status", "the kernel recorded a different end", NULL);
}

void witness_end(int status)
{
    bool whole = false;

    if (all < 0)
        return;
    witness_read();
    report_forgery(status);
    if (no_opens != NULL)
        witness_fact("witness\tnone\t%s", no_opens);
    else if (no_ends != NULL || lost)
        witness_fact("witness\tpartial\t%s",
                     no_ends != NULL ? no_ends : "too many events to record");
    else
        witness_fact("witness\tfull\t-");
    crash_end();
    told_to->core = crash_core(&told_to->core_size, &whole);
    if (told_to->core_size > 0)
        witness_fact("core\t%zu\t%d", told_to->core_size, whole);
    if (no_opens == NULL) {
        processes_report();
        files_report(told_to->witness_since_ms);
    }
}

void witness_fact(const char *format, ...)
{
    char line[4 * WITNESS_PATH], *fields[FACT_FIELDS_MAX + 1] = {NULL}, *rest = line;
    va_list args;

    va_start(args, format);
    vsnprintf(line, sizeof(line), format, args);
    va_end(args);
    for (size_t i = 0; i <= FACT_FIELDS_MAX && rest != NULL; i++)
        fields[i] = strsep(&rest, "\t");
    fact(told_to, fields[0], fields[1], fields[2], fields[3], fields[4], fields[5], fields[6],
         fields[7], fields[8], NULL);
}
