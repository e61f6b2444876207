/* SPDX-License-Identifier: Apache-2.0 */
/* Determines how a guest ended from libvirt's events, QEMU's reason for its shutdown and the
 * console output. Guests are started such that a reset ends them, so a reboot cannot go
 * unnoticed. */
#ifndef TS_GUEST_WATCH_WATCH_H
#define TS_GUEST_WATCH_WATCH_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "guest/watch/scan.h"

enum guest_end {
    GUEST_RUNNING,
    GUEST_PANICKED,    /* its kernel panicked */
    GUEST_BOOT_LOOP,   /* reset itself before it was ready */
    GUEST_REBOOTED,    /* reset itself after it was ready */
    GUEST_POWERED_OFF, /* powered itself off */
    GUEST_QEMU_DIED,   /* QEMU was killed or crashed: a fault of the host */
    GUEST_AGENT_LOST,  /* running, but its agent disconnected and did not return */
    GUEST_HUNG,        /* running, but does not respond */
    GUEST_HOST_FAILED, /* something that the guest depends on failed on the host */
    GUEST_DESTROYED,   /* by the harness: saved or freed */
    GUEST_END_COUNT
};

const char *guest_end_name(enum guest_end end); /* running, panicked, boot-loop, … */

/* QEMU's reason for a shutdown (QMP event SHUTDOWN). */
enum watch_shutdown {
    WATCH_NO_SHUTDOWN,
    WATCH_GUEST_RESET,
    WATCH_GUEST_SHUTDOWN,
    WATCH_GUEST_PANIC,
    WATCH_HOST, /* a signal, or a fault of QEMU itself */
};

/* What is known about the guest; plain data, so that watch_judge is a pure function of it. */
struct watch_facts {
    bool stopped;      /* the domain does not exist any more */
    bool panic_device; /* the paravirtual panic device reported a panic */
    enum watch_shutdown shutdown;
    bool agent_connected;
    unsigned agent_drops; /* number of times the agent disconnected */
    bool agent_seen;      /* the agent was connected at some time: the guest was ready */
    bool agent_lost;      /* the agent is considered lost */
    bool unresponsive;
    bool
        emulator_stopped; /* QEMU does not respond because it was stopped by a signal on the host */
    bool destroyed;       /* the harness is ending it */
    char host_trouble[256]; /* the first failure of the host; "": none known */
    struct console_marks console;
};

/* Derives how the guest ended. detail: one line for display ("" while running), at most `size`
 * bytes including NUL. Pure function. */
enum guest_end watch_judge(const struct watch_facts *facts, char *detail, size_t size);

/* The facts of one guest, shared by libvirt's event thread, the console's thread and the waiting
 * thread. */
struct watch {
    pthread_mutex_t lock;
    pthread_cond_t changed; /* uses CLOCK_MONOTONIC */
    struct watch_facts facts;
    void (*on_trouble)(const char *line); /* may be NULL; see struct guest_spec */
};

void watch_init(struct watch *watch);
void watch_done(struct watch *watch);

/* Writers change the facts between these two calls; unlocking wakes all waiters. */
void watch_lock(struct watch *watch);
void watch_unlock_changed(struct watch *watch);

/* Records a failure of the host (a disk, the console's file or socket, libvirt's sockets): from
 * then on, silence or end of the guest says nothing about the guest. Only the first is recorded. */
void watch_note_host(struct watch *watch, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Returns a copy of the current facts. */
struct watch_facts watch_facts_now(struct watch *watch);

/* Waits until wanted(facts) or the deadline (clock_now_ms()); returns true if wanted. */
bool watch_wait(struct watch *watch, bool (*wanted)(const struct watch_facts *facts),
                int64_t deadline_ms);

/* A `wanted` function: the guest cannot be used any more. */
bool watch_is_over(const struct watch_facts *facts);

#endif
