/* SPDX-License-Identifier: Apache-2.0 */
/* The process connector (cn_proc): fork, exec and exit of every process, reported by the kernel. */
#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/cn_proc.h>
#include <linux/connector.h>
#include <linux/filter.h>
#include <linux/netlink.h>

#include "inside/witness.h"

#define BUFFER (4 << 20)
#define EVENTS 4096

static int channel = -1;
static bool lost;

/* The case's own process: how it ended according to the kernel, and who traced it or its runner. */
static pid_t leader;
static int leader_status = -1;
static const char *traced;

/* An event, stored until the files opened before it are known. */
static struct event {
    enum { FORKED, EXECUTED, ENDED } what;
    pid_t pid, parent;
    int status;
} events[EVENTS];
static size_t count;

/* Other events (names, IDs, …) are dropped in the kernel, so that only relevant ones wake this
 * process. */
static bool filter(int fd)
{
    const unsigned at = NLMSG_LENGTH(0) + offsetof(struct cn_msg, data);
    /* Loads are in network byte order. */
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, at),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __builtin_bswap32(PROC_EVENT_FORK), 4, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __builtin_bswap32(PROC_EVENT_EXEC), 3, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __builtin_bswap32(PROC_EVENT_PTRACE), 2, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __builtin_bswap32(PROC_EVENT_EXIT), 1, 0),
        BPF_STMT(BPF_RET | BPF_K, 0),
        BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
    };
    struct sock_fprog program = {.len = sizeof(code) / sizeof(code[0]), .filter = code};

    return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)) == 0;
}

static bool listen_to(int fd)
{
    struct {
        struct nlmsghdr header;
        struct cn_msg message;
        enum proc_cn_mcast_op wish;
    } __attribute__((packed)) request = {
        .header = {.nlmsg_len = sizeof(request), .nlmsg_type = NLMSG_DONE, .nlmsg_pid = 0},
        .message = {.id = {CN_IDX_PROC, CN_VAL_PROC}, .len = sizeof(enum proc_cn_mcast_op)},
        .wish = PROC_CN_MCAST_LISTEN,
    };

    return send(fd, &request, sizeof(request), 0) == (ssize_t)sizeof(request);
}

int ends_begin(const char **ret_why)
{
    struct sockaddr_nl address = {.nl_family = AF_NETLINK, .nl_groups = CN_IDX_PROC};
    int size = BUFFER;

    channel = socket(PF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_CONNECTOR);
    *ret_why = "the kernel has no process connector";
    if (channel < 0)
        return -1;
    setsockopt(channel, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
    if (bind(channel, (struct sockaddr *)&address, sizeof(address)) == 0 && filter(channel) &&
        listen_to(channel))
        return channel;
    if (errno == EPERM)
        *ret_why = "not permitted";
    close(channel);
    channel = -1;
    return -1;
}

void ends_watch(pid_t pid)
{
    leader = pid;
}

pid_t ends_leader(void)
{
    return leader;
}

const char *ends_traced(void)
{
    return traced;
}

bool ends_is_forged(int status)
{
    /* A main thread that ended before the others has a status of its own. */
    return leader_status > 0 && status == 0;
}

/* A debugger that the case itself starts is in its session, which no other process can join. */
static void take_trace(pid_t tracee, pid_t tracer)
{
    if (tracer == 0 || (leader != 0 && getsid(tracer) == leader))
        return;
    if (tracee == getpid())
        traced = "the case runner";
    else if (tracee == getppid())
        traced = "the guest's agent";
    else if (tracee == leader)
        traced = "the case";
}

static void take(const struct proc_event *event)
{
    struct event *to = &events[count];

    switch ((unsigned)event->what) {
    case PROC_EVENT_FORK:
        /* Threads are not distinguished from their process. */
        if (event->event_data.fork.child_pid != event->event_data.fork.child_tgid)
            return;
        *to = (struct event){FORKED, event->event_data.fork.child_tgid,
                             event->event_data.fork.parent_tgid, 0};
        break;
    case PROC_EVENT_EXEC:
        *to = (struct event){EXECUTED, event->event_data.exec.process_tgid, 0, 0};
        break;
    case PROC_EVENT_PTRACE:
        take_trace(event->event_data.ptrace.process_tgid, event->event_data.ptrace.tracer_tgid);
        return;
    case PROC_EVENT_EXIT:
        if (event->event_data.exit.process_pid != event->event_data.exit.process_tgid)
            return;
        if (event->event_data.exit.process_tgid == leader && leader != 0)
            leader_status = (int)event->event_data.exit.exit_code;
        *to = (struct event){ENDED, event->event_data.exit.process_tgid, 0,
                             (int)event->event_data.exit.exit_code};
        break;
    default:
        return;
    }
    count++;
}

bool ends_read(void)
{
    union {
        struct nlmsghdr header;
        char bytes[1024];
    } message;
    const char *data = message.bytes + NLMSG_LENGTH(0) + offsetof(struct cn_msg, data);
    ssize_t got;

    while (channel >= 0 && count < EVENTS) {
        got = recv(channel, &message, sizeof(message), 0);
        if (got < 0 && errno == ENOBUFS)
            lost = true;
        else if (got < 0)
            break;
        else if ((size_t)got >= NLMSG_LENGTH(sizeof(struct cn_msg)) + sizeof(struct proc_event) -
                                    sizeof(((struct proc_event *)NULL)->event_data)) {
            struct proc_event event = {.what = 0};
            size_t length = (size_t)(message.bytes + got - data);

            memcpy(&event, data, length < sizeof(event) ? length : sizeof(event));
            take(&event);
        }
    }
    return !lost;
}

void ends_hand_on(void)
{
    for (size_t i = 0; i < count; i++) {
        const struct event *event = &events[i];

        if (event->what == FORKED)
            process_forked(event->parent, event->pid);
        else if (event->what == EXECUTED)
            process_executed(event->pid);
        else
            process_ended(event->pid, event->status);
    }
    count = 0;
}
